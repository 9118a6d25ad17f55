import type { Test } from 'ctrf';
import type { AttemptEnd } from '../../contract/attempt.ts';
import type { QuarantineEntry } from '../../contract/insights.ts';
import { titleOf } from '../reports/ctrf.ts';
import { isExpired, matches } from './match.ts';

const MOST_NAMED = 5;
const LONGEST_TITLE = 120;

/** An attempt's tests, parted by the project's quarantine. */
export interface Parted {
  /** Those that make the verdict, errors outside of tests among them. */
  judged: Test[];
  /** Failed in quarantine. */
  failed: Test[];
  /** Entries that these failed under. */
  entries: QuarantineEntry[];
  /** Sentences about what failed in quarantine, and about expired entries of tests that are here. */
  warnings: string[];
}

/** Which tests make the verdict at this moment, in UTC ms. An entry whose day is over takes nothing out. */
export function partByQuarantine(tests: readonly Test[], entries: readonly QuarantineEntry[], now: number): Parted {
  if (entries.length === 0) return { judged: [...tests], failed: [], entries: [], warnings: [] };
  const judged: Test[] = [];
  const failed: Test[] = [];
  const used = new Set<QuarantineEntry>();
  const expired = new Map<QuarantineEntry, string>();
  for (const test of tests) {
    const named = { name: test.name, suite: test.suite ?? [], file: test.filePath ?? null };
    const meant = test.status === 'other' ? [] : entries.filter((entry) => matches(entry, named));
    const holding = meant.find((entry) => !isExpired(entry, now));
    if (holding === undefined) {
      judged.push(test);
      for (const entry of meant) expired.set(entry, titleOf(test));
    } else if (test.status === 'failed') {
      failed.push(test);
      used.add(holding);
    }
  }
  return { judged, failed, entries: [...used], warnings: [...failedSentence(failed), ...expiredSentences(expired)] };
}

function failedSentence(failed: readonly Test[]): string[] {
  if (failed.length === 0) return [];
  const named = failed.slice(0, MOST_NAMED).map((test) => shortTitle(titleOf(test)));
  const more = failed.length > named.length ? `, and ${failed.length - named.length} more` : '';
  return [`${failed.length} quarantined ${failed.length === 1 ? 'test' : 'tests'} failed: ${named.join(', ')}${more}.`];
}

function expiredSentences(expired: ReadonlyMap<QuarantineEntry, string>): string[] {
  const named = [...expired]
    .slice(0, MOST_NAMED)
    .map(([{ until }, title]) => `The quarantine of ${shortTitle(title)} ended on ${until}, so it counts again.`);
  return expired.size > named.length ? [...named, `The quarantine of ${expired.size - named.length} more tests has ended.`] : named;
}

const shortTitle = (title: string) => {
  const text = title.replace(/\s+/g, ' ').trim();
  return text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE - 1)}…` : text;
};

/**
 * Do failed tests in quarantine explain how the command ended? Runners end with 1 when tests failed; mocha and Cypress with the number of
 * failed tests; k6 with 99 when thresholds were crossed. Any other code says that something else went wrong.
 */
export function explains({ cause, exitCode, signal }: AttemptEnd, { failed, judged }: Parted, tool: string): boolean {
  if (cause !== 'exited' || signal !== null || failed.length === 0) return false;
  if (judged.some(({ status }) => status === 'failed' || status === 'other')) return false;
  return exitCode === 1 || (exitCode === failed.length && COUNTING_TOOLS.test(tool)) || (exitCode === 99 && /k6/i.test(tool));
}

const COUNTING_TOOLS = /mocha|cypress|^command$|^junit/i;
