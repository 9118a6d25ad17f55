import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadAnswer } from '../../contract/report.ts';
import type { TestCounts } from '../../contract/result.ts';
import { PLAYWRIGHT_FILE } from '../runners/playwright.ts';
import type { Suite } from '../runners/suite.ts';
import { findReportFiles } from './find-files.ts';
import type { ReadFiles } from './read-apart.ts';
import type { ReadReports } from './reader.ts';

/**
 * Finds and reads the reports of an ended attempt, and keeps their tests in its folder (ctrf.json, tests.json). Never throws for what a
 * report holds, nor where reading fails: what cannot be read is a warning.
 */
export async function readReports(
  options: {
    suite: Suite;
    projectRoot: string;
    attemptFolder: string;
    /** UTC ms: files from before are not its results. */
    startedAt: number;
    /** What its command ended with, where it ended by itself. */
    exitCode: number | null;
  },
  readFiles: ReadFiles,
): Promise<ReadReports> {
  const { suite, projectRoot, attemptFolder, startedAt, exitCode } = options;
  const ours = join(attemptFolder, PLAYWRIGHT_FILE);
  const found =
    suite.runner === 'playwright'
      ? { files: existsSync(ours) ? [ours] : [], warnings: [], incomplete: false }
      : await findReportFiles(suite.reports, projectRoot, startedAt);
  const read =
    found.files.length === 0
      ? NOTHING
      : await readFiles({
          files: found.files,
          root: projectRoot,
          format: suite.runner === 'playwright' ? 'playwright_events' : 'any',
          tool: suite.runner,
          startedAt,
          exitCode,
          keepIn: attemptFolder,
        }).catch((error: unknown) => ({
          ...NOTHING,
          problems: [`The reports could not be read: ${error instanceof Error ? error.message : String(error)}.`],
        }));
  const { counts, failedTests, errorMessage, problems } = read;
  const warnings = [...found.warnings, ...read.warnings, ...problems];
  const incomplete = found.incomplete || problems.length > 0 || read.incomplete;
  const problem = problems[0] ?? (incomplete ? warnings.at(found.incomplete ? 0 : -1) : undefined);
  return {
    tool: read.tool?.name ?? null,
    counts,
    failedTests,
    warnings,
    errorMessage,
    noResults: counts === null ? whyNone(suite, warnings) : whyNotGreen(counts, problem),
    incomplete,
  };
}

const NOTHING: ReadAnswer = {
  formats: [],
  tool: null,
  counts: null,
  durationMs: 0,
  failedTests: [],
  errorMessage: null,
  warnings: [],
  problems: [],
  incomplete: false,
  errors: [],
  errorCount: 0,
  failures: [],
  metrics: {},
};

/** Reports were read, and nothing in them failed: why that is not enough. Null where it is. */
function whyNotGreen({ total, passed, skipped }: TestCounts, problem: string | undefined): string | null {
  if (problem !== undefined) return `Not all results could be read: ${problem}`;
  if (total === 0) return 'The report names no tests.';
  return passed > 0 ? null : `No test ran: ${skipped === 1 ? 'the only one was' : `all ${skipped} were`} skipped.`;
}

function whyNone(suite: Suite, warnings: readonly string[]): string {
  if (suite.runner === 'playwright') return warnings[0] ?? 'Playwright ended before it came to run tests.';
  if (suite.reports.length === 0) {
    return `categories.${suite.category} in background-e2e.yaml names no reports. Name the files, such as \`reports: [out/junit.xml]\`, or say \`verdict_from: exit_code\`.`;
  }
  return warnings[0] ?? 'No report could be read.';
}
