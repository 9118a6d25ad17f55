import { readFileSync } from 'node:fs';

/** Adds up outcomes: `{ passed, failed, skipped, notes }` each. */
export function sum(outcomes) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes) for (const key of Object.keys(total)) total[key] += outcome[key];
  return total;
}

/** The sum as one line. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * What a runner's report says, by `count(report)`. A runner that failed without naming a failed test, wrote no report or
 * found no test has failed: that counts as one failure, with a note that says which.
 */
export function outcomeOf(what, exitCode, reportFile, count) {
  let counted = { passed: 0, failed: 0, skipped: 0 };
  let problem = null;
  try {
    counted = count(JSON.parse(readFileSync(reportFile, 'utf8')));
    if (counted.passed + counted.failed + counted.skipped === 0) problem = 'found no tests';
    else if (exitCode !== 0 && counted.failed === 0) problem = `ended with exit code ${exitCode} though no test failed`;
  } catch {
    problem = `ended with exit code ${exitCode} and without a report`;
  }
  return problem ? { ...counted, failed: counted.failed + 1, notes: [`FAILED: ${what} ${problem}.`] } : counted;
}

/** Counts the JSON report of Playwright; a flaky test passed in the end. */
export function countPlaywright({ stats, errors }) {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
}

/** Counts the JSON report of Vitest. A file that could not be loaded holds no failed test, but is one. */
export function countVitest({ testResults }) {
  const counted = { passed: 0, failed: 0, skipped: 0 };
  for (const file of testResults) {
    const failed = file.assertionResults.filter((test) => test.status === 'failed').length;
    const passed = file.assertionResults.filter((test) => test.status === 'passed').length;
    counted.passed += passed;
    counted.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
    counted.skipped += file.assertionResults.length - passed - failed;
  }
  return counted;
}
