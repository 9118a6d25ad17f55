import { expect, it } from 'vitest';
import type { AttemptEnd } from '../../contract/attempt.ts';
import type { TestCounts, Verdict } from '../../contract/result.ts';
import { verdictOf } from './verdict.ts';

const end = (rest: Partial<AttemptEnd> = {}): AttemptEnd => ({
  cause: 'exited',
  exitCode: 0,
  signal: null,
  message: null,
  survivors: [],
  notChecked: [],
  ...rest,
});
const counts = (rest: Partial<TestCounts> = {}): TestCounts => ({ total: 3, passed: 3, failed: 0, skipped: 0, flaky: 0, ...rest });
const report = (rest: Partial<Parameters<typeof verdictOf>[0]['report']> = {}) => ({
  counts: counts(),
  errorMessage: null,
  incomplete: false,
  ...rest,
});

const none = report({ counts: null });
const failed = report({ counts: counts({ passed: 2, failed: 1 }), errorMessage: 'a: b' });
const flaky = report({ counts: counts({ flaky: 1 }) });
const skipped = report({ counts: counts({ passed: 0, skipped: 3 }) });
const empty = report({ counts: counts({ total: 0, passed: 0 }) });
const outside = report({ errorMessage: 'no database' });
const partly = report({ incomplete: true });
const unreadable = report({ counts: null, incomplete: true });

// [what, end, report, verdict from a report, verdict from the exit code]
const TABLE: [string, AttemptEnd | null, ReturnType<typeof report>, Verdict, Verdict][] = [
  ['exit 0 and passed tests', end(), report(), 'passed', 'passed'],
  ['exit 0 and a flaky test', end(), flaky, 'flaky', 'flaky'],
  ['exit 0 and a failed test', end(), failed, 'failed', 'failed'],
  ['exit 0 and an error outside of tests', end(), outside, 'failed', 'failed'],
  ['exit 0 and no report', end(), none, 'none', 'passed'],
  ['exit 0 and a report without tests', end(), empty, 'none', 'none'],
  ['exit 0 and skipped tests alone', end(), skipped, 'none', 'none'],
  ['exit 0 and passed tests beside a report that cannot be read', end(), partly, 'none', 'passed'],
  ['exit 0 and only a report that cannot be read', end(), unreadable, 'none', 'passed'],
  ['exit 1 and passed tests', end({ exitCode: 1 }), report(), 'failed', 'failed'],
  ['exit 1 and no report', end({ exitCode: 1 }), none, 'failed', 'failed'],
  ['a signal and passed tests', end({ exitCode: null, signal: 'SIGKILL' }), report(), 'failed', 'failed'],
  ['a timeout and passed tests', end({ cause: 'timeout', exitCode: 0 }), report(), 'failed', 'failed'],
  ['a command that could not be started', end({ cause: 'spawn_failed', exitCode: null }), none, 'failed', 'failed'],
  ['a lost supervisor and passed tests', end({ cause: 'supervisor_lost', exitCode: null }), report(), 'failed', 'failed'],
  ['a cancelled attempt with a failed test', end({ cause: 'cancelled', exitCode: null }), failed, 'none', 'none'],
  ['no end at all', null, report(), 'failed', 'failed'],
];

it.each(TABLE)('%s', (_, theEnd, theReport, byReport, byExitCode) => {
  expect(verdictOf({ end: theEnd, report: theReport, verdictFrom: 'report' })).toBe(byReport);
  expect(verdictOf({ end: theEnd, report: theReport, verdictFrom: 'exit_code' })).toBe(byExitCode);
});
