import type { QuarantineEntry } from '../../contract/insights.ts';
import type { TestCase } from '../../contract/result.ts';
import { matches } from './match.ts';

/** The tests of an attempt, with a mark on those that failed in quarantine. */
export function markQuarantined(tests: readonly TestCase[], entries: readonly QuarantineEntry[]): TestCase[] {
  return tests.map((test) => (failedInQuarantine(test, entries) ? { ...test, quarantined: true } : test));
}

/** Did a test fail, and is it in quarantine? */
export const failedInQuarantine = ({ name, suite, status, filePath }: TestCase, entries: readonly QuarantineEntry[]): boolean =>
  status === 'failed' && entries.some((entry) => matches(entry, { name, suite, file: filePath }));
