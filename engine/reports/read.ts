import type { CTRFReport } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';
import type { Suite } from '../runners/suite.ts';

export interface ReadReports {
  report: CTRFReport | null;
  counts: TestCounts | null;
  /** Titles of the first failed tests, at most 20. */
  failedTests: string[];
  warnings: string[];
  errorMessage: string | null;
}

export async function readReports(_: { suite: Suite; projectRoot: string; attemptFolder: string; startedAt: number }): Promise<ReadReports> {
  return { report: null, counts: null, failedTests: [], warnings: [], errorMessage: null };
}
