import type { Test } from 'ctrf';
import type { AttemptEnd } from '../../contract/attempt.ts';
import type { QuarantineEntry } from '../../contract/insights.ts';
import { titleOf } from '../reports/ctrf.ts';
import { Tally } from '../reports/tally.ts';
import { isExpired, matcherOf } from './match.ts';

const MOST_NAMED = 5;
const LONGEST_TITLE = 120;

/** Parts an attempt's tests, one after another, by what the project has in quarantine at one moment. */
export class Parting {
  /** Those that make the verdict, errors outside of tests among them. */
  readonly judged = new Tally();
  /** Failed in quarantine. */
  readonly failed = new Tally();
  /** All tests that it was given. */
  seen = 0;
  readonly #matching: (test: Parameters<ReturnType<typeof matcherOf>>[0]) => QuarantineEntry[];
  readonly #now: number;
  readonly #used = new Set<QuarantineEntry>();
  readonly #expired = new Map<QuarantineEntry, string>();

  /** `now` in UTC ms: an entry whose day is over takes nothing out. */
  constructor(entries: readonly QuarantineEntry[], now: number) {
    this.#matching = matcherOf(entries);
    this.#now = now;
  }

  /** Whether the test makes the verdict. */
  add(test: Test): boolean {
    this.seen += 1;
    const meant = test.status === 'other' ? [] : this.#matching({ name: test.name, suite: test.suite ?? [], file: test.filePath ?? null });
    const holding = meant.find((entry) => !isExpired(entry, this.#now));
    if (holding === undefined) {
      this.judged.add(test);
      for (const entry of meant) this.#expired.set(entry, titleOf(test));
      return true;
    }
    if (test.status === 'failed') {
      this.failed.add(test);
      this.#used.add(holding);
    }
    return false;
  }

  /** Entries that tests failed under. */
  get entries(): QuarantineEntry[] {
    return [...this.#used];
  }

  /** Sentences about what failed in quarantine, and about expired entries of tests that are here. */
  get warnings(): string[] {
    return [...failedSentence(this.failed), ...expiredSentences(this.#expired)];
  }
}

function failedSentence({ counts: { failed }, failedTests }: Tally): string[] {
  if (failed === 0) return [];
  const named = failedTests.slice(0, MOST_NAMED).map(shortTitle);
  const more = failed > named.length ? `, and ${failed - named.length} more` : '';
  return [`${failed} quarantined ${failed === 1 ? 'test' : 'tests'} failed: ${named.join(', ')}${more}.`];
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
export function explains(
  { cause, exitCode, signal }: AttemptEnd,
  { failed, judged }: Pick<Parting, 'failed' | 'judged'>,
  tool: string,
): boolean {
  if (cause !== 'exited' || signal !== null || failed.counts.failed === 0) return false;
  if (judged.errorMessage !== null) return false;
  return exitCode === 1 || (exitCode === failed.counts.failed && COUNTING_TOOLS.test(tool)) || (exitCode === 99 && /k6/i.test(tool));
}

const COUNTING_TOOLS = /mocha|cypress|^command$|^junit/i;
