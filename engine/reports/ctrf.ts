import type { CTRFReport, Summary, Test, Tool } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';
import { tallyOf } from './tally.ts';

export { titleOf } from '../../contract/test-title.ts';

/** Tests as a whole CTRF report (https://ctrf.io, version 0.0.0), its summary counted from them. Times in UTC ms. */
export function ctrfReport(tool: Tool, tests: Test[], start: number, stop: number): CTRFReport {
  const { total, passed, failed, skipped, flaky } = countsOf(tests);
  const other = tests.filter(({ status }) => status === 'other').length;
  const summary: Summary = {
    tests: total + other,
    passed,
    failed,
    skipped,
    pending: 0,
    other,
    flaky,
    start,
    stop,
    duration: Math.max(0, stop - start),
  };
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: crypto.randomUUID(),
    timestamp: new Date(stop).toISOString(),
    generatedBy: 'background-e2e-agent',
    results: { tool, summary, tests },
  };
}

/** Counted from the tests themselves. Errors outside of tests (`other`) are none; a flaky test counts as passed, too. */
export const countsOf = (tests: readonly Test[]): TestCounts => tallyOf(tests).counts;
