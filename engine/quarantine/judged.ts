import type { CTRFReport } from 'ctrf';
import type { AttemptEnd } from '../../contract/attempt.ts';
import type { QuarantineEntry } from '../../contract/insights.ts';
import type { TestCounts } from '../../contract/result.ts';
import { countsOf, titleOf } from '../reports/ctrf.ts';
import { failureMessage } from '../reports/error-message.ts';
import type { ReadReports } from '../reports/reader.ts';
import { explains, partByQuarantine } from './apply.ts';
import { readQuarantine } from './file.ts';

/** As many titles as a task keeps. */
const MOST_TITLES = 20;

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

/** Takes the tests out that the project has in quarantine at this moment. A file that cannot be understood takes nothing out, and is named. */
export async function withoutQuarantined(
  end: AttemptEnd | null,
  read: ReadReports,
  report: CTRFReport | null,
  root: string,
): Promise<Judged> {
  const untouched: Judged = { end, read, counts: read.counts, entries: [], quarantinedTests: [], warnings: [] };
  if (report === null || read.counts === null) return untouched;
  const { entries, problem } = await readQuarantine(root).then(
    (found) => ({ entries: found, problem: null }),
    (error: unknown) => ({ entries: [], problem: error instanceof Error ? error.message : String(error) }),
  );
  if (problem !== null)
    return { ...untouched, warnings: [`No test is in quarantine, because its file could not be understood: ${problem}`] };
  const { tests, tool } = report.results;
  const parted = partByQuarantine(tests, entries, Date.now());
  if (parted.judged.length === tests.length) return { ...untouched, warnings: parted.warnings };
  const counts = countsOf(parted.judged);
  return {
    end: end !== null && !read.incomplete && explains(end, parted, tool.name) ? { ...end, exitCode: 0 } : end,
    read: {
      ...read,
      counts,
      errorMessage: failureMessage(parted.judged),
      failedTests: parted.judged
        .filter(({ status }) => status === 'failed')
        .slice(0, MOST_TITLES)
        .map(titleOf),
      noResults: read.noResults ?? (counts.passed > 0 ? null : 'No test passed that is not in quarantine.'),
    },
    counts: parted.failed.length === 0 ? read.counts : { ...read.counts, quarantined: parted.failed.length },
    entries: parted.entries,
    quarantinedTests: parted.failed.slice(0, MOST_TITLES).map(titleOf),
    warnings: parted.warnings,
  };
}
