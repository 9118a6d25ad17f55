import type { Test } from 'ctrf';
import type { TestCase, TestStatus } from '../../contract/result.ts';

const ORDER: readonly TestStatus[] = ['failed', 'flaky', 'skipped', 'passed'];

/** Tests as the window shows them, in its order. */
export const toTestCases = (tests: readonly Test[]): TestCase[] => Array.from(inShownOrder(tests), toTestCase);

/** Failed tests first (errors outside of tests among them), then flaky, skipped and passed ones. */
export function* inShownOrder(tests: readonly Test[]): Generator<Test> {
  for (const status of ORDER) for (const test of tests) if (statusOf(test) === status) yield test;
}

/** One test of a report as the window shows it. */
export function toTestCase(test: Test): TestCase {
  // A flaky test passed in the end: an earlier try says what went wrong.
  const failure = test.flaky === true ? test.retryAttempts?.findLast(({ status }) => status === 'failed') : undefined;
  return {
    name: test.name,
    suite: test.suite ?? [],
    status: statusOf(test),
    durationMs: Number.isFinite(test.duration) ? test.duration : 0,
    retries: wholeOrNull(test.retries) ?? 0,
    message: test.message ?? failure?.message ?? null,
    trace: test.trace ?? failure?.trace ?? null,
    filePath: test.filePath ?? null,
    line: wholeOrNull(test.line),
  };
}

/** Reports say any number; whoever takes in a test relies on whole ones. */
const wholeOrNull = (number: number | undefined) => (number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : null);

function statusOf({ status, flaky }: Test): TestStatus {
  switch (status) {
    case 'passed':
      return flaky === true ? 'flaky' : 'passed';
    case 'failed':
    case 'other':
      return 'failed';
    case 'skipped':
    case 'pending':
      return 'skipped';
  }
}
