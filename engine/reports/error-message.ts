import type { AttemptEnd } from '../../contract/attempt.ts';
import type { ReadReports } from './read.ts';

export function errorMessageOf({ end, report }: { end: AttemptEnd | null; report: ReadReports; logTail: string }): string | null {
  return end?.message ?? report.errorMessage;
}
