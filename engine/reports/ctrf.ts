import type { CTRFReport, Summary, Test, Tool } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';

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

/** A test as lists and notifications name it: describe blocks and its own name, without project and file. */
export function titleOf({ suite = [], name, filePath }: Pick<Test, 'suite' | 'name' | 'filePath'>): string {
  const file = filePath === undefined ? -1 : suite.findIndex((part) => part !== '' && (filePath === part || filePath.endsWith(`/${part}`)));
  // Where no file is in it, the outer suites are a tool's or a package's: the innermost says what it is about.
  const blocks = file === -1 ? suite.slice(-1) : suite.slice(file + 1);
  const innermost = blocks.at(-1);
  // Many writers of JUnit XML put the suite's name before the test's.
  return [...(innermost !== undefined && name.startsWith(innermost) ? blocks.slice(0, -1) : blocks), name].join(' › ');
}
