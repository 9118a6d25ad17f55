import type { QuarantineEntry } from '../../contract/insights.ts';
import type { TestCase } from '../../contract/result.ts';
import { matcherOf } from './match.ts';

/** The tests of an attempt, with a mark on those that failed in quarantine. */
export function markQuarantined(tests: readonly TestCase[], entries: readonly QuarantineEntry[]): TestCase[] {
  const isHeld = failedInQuarantine(entries);
  return tests.map((test) => (isHeld(test) ? { ...test, quarantined: true } : test));
}

/** Tells whether a test failed, and is in quarantine. */
export function failedInQuarantine(entries: readonly QuarantineEntry[]): (test: TestCase) => boolean {
  const entriesOf = matcherOf(entries);
  return ({ name, suite, status, filePath }) => status === 'failed' && entriesOf({ name, suite, file: filePath }).length > 0;
}
