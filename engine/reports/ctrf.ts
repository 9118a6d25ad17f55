import type { CTRFReport, Summary, Test, Tool } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';

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
export function countsOf(tests: readonly Test[]): TestCounts {
  const counts = { total: 0, passed: 0, failed: 0, skipped: 0, flaky: 0 };
  for (const { status, flaky } of tests) {
    if (status === 'other') continue;
    counts.total += 1;
    if (status === 'passed') counts.passed += 1;
    else if (status === 'failed') counts.failed += 1;
    else counts.skipped += 1;
    if (status === 'passed' && flaky === true) counts.flaky += 1;
  }
  return counts;
}
