import type { QuarantineEntry } from '../../contract/insights.ts';
import type { TestCase } from '../../contract/result.ts';
import { matches } from './match.ts';

/** The tests of an attempt, with a mark on those that failed in quarantine. */
export function markQuarantined(tests: readonly TestCase[], entries: readonly QuarantineEntry[]): TestCase[] {
  return tests.map((test) => {
    const { name, suite, status, filePath } = test;
    const isHeld = status === 'failed' && entries.some((entry) => matches(entry, { name, suite, file: filePath }));
    return isHeld ? { ...test, quarantined: true } : test;
  });
}
