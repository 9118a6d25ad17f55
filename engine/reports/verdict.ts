import type { AttemptEnd } from '../../contract/attempt.ts';
import type { Verdict } from '../../contract/result.ts';
import type { ReadReports } from './reader.ts';

/**
 * What an attempt's end and its reports come to. The worse of the two wins, and nothing is green unless tests ran and passed: not an exit
 * code 0 alone, not skipped tests, not a report that could be read only in part. Where `verdictFrom` is `exit_code`, an exit code 0 is
 * enough as long as no report says otherwise.
 */
export function verdictOf({
  end,
  report,
  verdictFrom,
}: {
  end: AttemptEnd | null;
  report: Pick<ReadReports, 'counts' | 'errorMessage' | 'incomplete'>;
  verdictFrom: 'report' | 'exit_code';
}): Verdict {
  const { counts, errorMessage, incomplete } = report;
  if (end === null) return 'failed';
  if (end.cause === 'cancelled') return 'none';
  if (end.cause !== 'exited' || end.exitCode !== 0) return 'failed';
  // There is a message for errors outside of tests, too, which are in no count.
  if (errorMessage !== null || (counts !== null && counts.failed > 0)) return 'failed';
  if (verdictFrom === 'report' && (counts === null || incomplete)) return 'none';
  if (counts === null) return 'passed';
  if (counts.flaky > 0) return 'flaky';
  return counts.passed > 0 ? 'passed' : 'none';
}
