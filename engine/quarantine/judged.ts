import type { AttemptEnd } from '../../contract/attempt.ts';
import type { QuarantineEntry } from '../../contract/insights.ts';
import type { TestCounts } from '../../contract/result.ts';
import type { ReadReports } from '../reports/reader.ts';
import { explains, type Parting } from './apply.ts';
import { readQuarantine } from './file.ts';

/** What the verdict is made of: an attempt's end and its reports without the tests in quarantine. */
export interface Judged {
  end: AttemptEnd | null;
  read: ReadReports;
  /** Of all tests, as the tool itself would count them. */
  counts: TestCounts | null;
  entries: QuarantineEntry[];
  /** Titles of tests that failed in quarantine, at most 20. */
  quarantinedTests: string[];
  warnings: string[];
}

/** What a project has in quarantine, or why that could not be understood: then nothing is. */
export async function quarantineIn(root: string): Promise<{ entries: QuarantineEntry[]; problem: string | null }> {
  return readQuarantine(root).then(
    (entries) => ({ entries, problem: null }),
    (error: unknown) => ({ entries: [], problem: error instanceof Error ? error.message : String(error) }),
  );
}

/** Takes the tests out that the project had in quarantine; `parted`: all of the attempt's, null where none were kept. */
export function withoutQuarantined(end: AttemptEnd | null, read: ReadReports, parted: Parting | null): Judged {
  const untouched: Judged = { end, read, counts: read.counts, entries: [], quarantinedTests: [], warnings: [] };
  if (parted === null || read.counts === null) return untouched;
  const { judged, failed, warnings } = parted;
  if (judged.seen === parted.seen) return { ...untouched, warnings };
  const { counts, errorMessage, failedTests } = judged;
  return {
    end: end !== null && !read.incomplete && explains(end, parted, read.tool ?? '') ? { ...end, exitCode: 0 } : end,
    read: {
      ...read,
      counts,
      errorMessage,
      failedTests,
      noResults: read.noResults ?? (counts.passed > 0 ? null : 'No test passed that is not in quarantine.'),
    },
    counts: failed.counts.failed === 0 ? read.counts : { ...read.counts, quarantined: failed.counts.failed },
    entries: parted.entries,
    quarantinedTests: failed.failedTests,
    warnings,
  };
}
