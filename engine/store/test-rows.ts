import type { Test } from 'ctrf';
import type { TestStatus } from '../../contract/result.ts';
import type { TestPieces } from '../reports/kept-report.ts';
import { type FailedBefore, keyOf } from '../reports/passed-later.ts';
import { toTestCase } from '../reports/test-cases.ts';

/** One test of one run, as the history keeps it. Traces and attachments stay in the attempt's ctrf.json. */
export interface TestRow {
  name: string;
  /** Outer first: file, describe blocks, class. */
  suite: string[];
  file: string | null;
  line: number | null;
  /** Name of the runner's own project or browser, where it has several. */
  browser: string | null;
  tags: string[];
  outcome: TestStatus;
  durationMs: number;
  /** Tries beyond the first. */
  retries: number;
  message: string | null;
  /** 1, or more where a report has several tests of one name. */
  occurrence: number;
}

/**
 * The tests of a report, a piece at a time. Errors outside of tests are none; they are the run's error. `failedBefore` failed in an earlier
 * attempt of the same code: what passed now was flaky in this run.
 */
export async function* testRowsOf(pieces: TestPieces, failedBefore: readonly FailedBefore[] = []): AsyncGenerator<TestRow[]> {
  const failures = new Map(failedBefore.map((test) => [keyOf(test), test]));
  const seen = new Map<string, number>();
  const rowOf = (test: Test): TestRow => {
    const { name, suite, status, durationMs, retries, message, filePath, line } = toTestCase(test);
    const before = status === 'passed' ? failures.get(keyOf({ name, suite, filePath })) : undefined;
    const row = { name, suite, file: filePath, browser: test.browser ?? null };
    const key = identityOf(row);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    const outcome = before ? { outcome: 'flaky' as const, message: before.message } : { outcome: status, message };
    return { ...row, line, tags: test.tags ?? [], ...outcome, durationMs: Math.round(durationMs), retries, occurrence };
  };
  for await (const tests of pieces) yield tests.filter(isTest).map(rowOf);
}

const isTest = ({ status }: Test) => status !== 'other';

/** What makes two tests of different runs the same: all of its name, but neither its line nor where the project lies. */
export const identityOf = ({ name, suite, file, browser }: Pick<TestRow, 'name' | 'suite' | 'file' | 'browser'>): string =>
  JSON.stringify([browser, file, suite, name]);

/** All of a test's name on one line, for searching. */
export const searchedTitle = ({ name, suite }: Pick<TestRow, 'name' | 'suite'>): string => [...suite, name].join(' › ');
