import type { Test } from 'ctrf';
import { describe, expect, it } from 'vitest';
import type { AttemptEnd } from '../../contract/attempt.ts';
import { errorMessageOf, lastErrorLine } from './error-message.ts';
import type { ReadReports } from './reader.ts';
import { errorOutside } from './reader.ts';
import { tallyOf } from './tally.ts';

const end = (rest: Partial<AttemptEnd> = {}): AttemptEnd => ({
  cause: 'exited',
  exitCode: 1,
  signal: null,
  message: null,
  survivors: [],
  notChecked: [],
  ...rest,
});
const nothing: ReadReports = {
  tool: null,
  counts: null,
  failedTests: [],
  warnings: [],
  errorMessage: null,
  noResults: null,
  incomplete: false,
};
const red: ReadReports = {
  ...nothing,
  counts: { total: 5, passed: 4, failed: 1, skipped: 0, flaky: 0 },
  errorMessage: 'checkout › pays: declined',
};
const said = (theEnd: AttemptEnd, report = nothing, logTail = '') => errorMessageOf({ end: theEnd, report, logTail });
const test = (name: string, message?: string): Test => ({
  name,
  status: 'failed',
  duration: 1,
  suite: ['chromium', 'a.spec.ts', 'checkout'],
  filePath: 'e2e/a.spec.ts',
  message,
});

describe('the message of an attempt', () => {
  it('is the first failed test, before what the log or a gap in the log says', () => {
    expect(said(end({ message: 'The disk was full.' }), red, 'Error: no')).toBe('checkout › pays: declined');
  });

  it('is the timeout and what had failed until then', () => {
    const timeout = end({ cause: 'timeout', message: 'They ran longer than 5 min.' });
    expect(said(timeout)).toBe('They ran longer than 5 min.');
    expect(said(timeout, red)).toBe('They ran longer than 5 min. Until then 4 of 5 tests had passed; checkout › pays: declined');
  });

  it('is the signal, which explains why tests did not end', () => {
    expect(said(end({ exitCode: null, signal: 'SIGSEGV' }), red)).toMatch(/^The command was ended by signal SIGSEGV\. Until then/);
  });

  it('is the last error of the log where no test failed, else the exit code', () => {
    expect(said(end(), nothing, 'go\n\u001b[31mError: No tests found\u001b[39m\n    at x.js:1\nbye\n')).toBe('Error: No tests found');
    expect(said(end({ exitCode: 3 }), nothing, 'all fine\n')).toBe('The command ended with exit code 3.');
  });

  it('says that report and exit code disagree, and what the log says of it', () => {
    const green: ReadReports = { ...nothing, counts: { total: 5, passed: 5, failed: 0, skipped: 0, flaky: 0 } };
    expect(said(end({ exitCode: 3 }), green, 'Error: late\n')).toBe('Exit code 3, though no test failed by the report: Error: late');
    expect(said(end({ exitCode: 3 }), green)).toBe('Exit code 3, though no test failed by the report.');
  });

  it('says why exit code 0 is not enough, and does not look for errors in the log then', () => {
    expect(said(end({ exitCode: 0 }), { ...nothing, noResults: 'Name the reports.' }, 'Error: handled')).toBe(
      'Exit code 0, but no results were found. Name the reports.',
    );
    const skipped = {
      ...nothing,
      counts: { total: 2, passed: 0, failed: 0, skipped: 2, flaky: 0 },
      noResults: 'No test ran: all 2 were skipped.',
    };
    expect(said(end({ exitCode: 0 }), skipped)).toBe('No test ran: all 2 were skipped.');
  });

  it('has nothing to say of a cancelled attempt, and what was said of one that did not start', () => {
    expect(said(end({ cause: 'cancelled' }), red)).toBeNull();
    expect(said(end({ cause: 'spawn_failed', message: 'No such program: x.' }))).toBe('No such program: x.');
  });
});

describe('the first failure', () => {
  it('has the first line of its message alone, and the number of the others', () => {
    expect(tallyOf([test('pays', 'declined\n  at x'), test('ships'), test('bills')]).errorMessage).toBe(
      'checkout › pays: declined, and 2 more',
    );
    expect(tallyOf([{ ...test('a'), status: 'passed' }]).errorMessage).toBeNull();
  });

  it('is the error outside of tests, which explains the failed ones', () => {
    expect(tallyOf([test('pays', 'declined'), errorOutside('Outside of any test', 'no database', '')]).errorMessage).toBe(
      'no database, and 1 more',
    );
  });
});

it.each([
  ['Traceback (most recent call last):\n  File "a.py"\nValueError: bad\n', 'ValueError: bad'],
  ['npm test\nsh: 1: vitest: not found\n', 'sh: 1: vitest: not found'],
  ['panic: nil map\n\ngoroutine 1 [running]:\nmain.main()\n', 'panic: nil map'],
  ['10%\r20%\rError: late\r\n', 'Error: late'],
  ['Error: cannot find module\n    at load (a.js:1)\nNode.js v24\n', 'Error: cannot find module'],
])('the last error of %j', (log, line) => expect(lastErrorLine(log)).toBe(line));
