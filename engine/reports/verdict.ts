import type { AttemptEnd } from '../../contract/attempt.ts';
import type { TestCounts, Verdict } from '../../contract/result.ts';

/** What an attempt's end and its counted tests come to. The worse of the two wins, and nothing is green without tests. */
export function verdictOf({ end, counts, verdictFrom }: { end: AttemptEnd | null; counts: TestCounts | null; verdictFrom: 'report' | 'exit_code' }): Verdict {
  if (end === null) return 'failed';
  if (end.cause === 'cancelled') return 'none';
  if (end.cause !== 'exited' || end.exitCode !== 0) return 'failed';
  if (counts !== null && counts.failed > 0) return 'failed';
  if (counts !== null && counts.flaky > 0) return 'flaky';
  if (counts !== null && counts.passed > 0) return 'passed';
  return verdictFrom === 'exit_code' ? 'passed' : 'none';
}
