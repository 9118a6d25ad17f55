import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CTRFReport, Test, Tool } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';
import { PLAYWRIGHT_FILE } from '../runners/playwright.ts';
import type { Suite } from '../runners/suite.ts';
import { countsOf, ctrfReport, titleOf } from './ctrf.ts';
import { failureMessage } from './error-message.ts';
import { displayPath, type FoundFiles, findReportFiles } from './find-files.ts';
import { junitReader } from './junit.ts';
import { playwrightReader } from './playwright.ts';
import { type ReadFile, type ReportReader, ReportProblem } from './reader.ts';
import { readReportText } from './report-text.ts';

/** Titles of failed tests that are kept for lists and notifications. */
const MOST_FAILED = 20;
/** Enough to tell a format by. */
const HEAD = 4096;

/** What an attempt's reports came to. */
export interface ReadReports {
  /** All of its reports as one; null where there is none that could be read. */
  report: CTRFReport | null;
  counts: TestCounts | null;
  /** Titles of the first failed tests, at most 20. */
  failedTests: string[];
  /** What a person should know: files that were passed over, cut off, too large, too old. */
  warnings: string[];
  /** The first failed test with its message, and how many more there are; null where none failed. */
  errorMessage: string | null;
  /** Why there are no results, as a sentence; null where there are some. */
  noResults: string | null;
}

/**
 * Finds and reads the reports of an ended attempt. Never throws for what a report holds: what cannot be read is a warning.
 * `startedAt` in UTC ms: files from before are not its results.
 */
export async function readReports(options: { suite: Suite; projectRoot: string; attemptFolder: string; startedAt: number }): Promise<ReadReports> {
  const { suite, projectRoot, attemptFolder, startedAt } = options;
  const ours = join(attemptFolder, PLAYWRIGHT_FILE);
  const found =
    suite.runner === 'playwright' ? { files: existsSync(ours) ? [ours] : [], warnings: [] } : await findReportFiles(suite.reports, projectRoot, startedAt);
  const warnings = [...found.warnings];
  const read: ReadFile[] = [];
  for (const path of found.files) {
    try {
      const one = await readOne(path, projectRoot, suite.runner === 'playwright' ? [playwrightReader] : [junitReader]);
      read.push(one);
      warnings.push(...one.warnings);
    } catch (error) {
      if (!(error instanceof ReportProblem)) throw error;
      warnings.push(error.message);
    }
  }
  const tests = read.flatMap((one) => one.tests);
  if (read.length === 0) {
    return { report: null, counts: null, failedTests: [], warnings, errorMessage: null, noResults: whyNone(suite, found, warnings) };
  }
  const counts = countsOf(tests);
  return {
    report: ctrfReport(toolOf(read, suite), tests, ...spanOf(read, startedAt)),
    counts,
    failedTests: tests.filter(({ status }) => status === 'failed').slice(0, MOST_FAILED).map(titleOf),
    warnings,
    errorMessage: failureMessage(tests),
    noResults: counts.total > 0 ? null : 'The report names no tests: none matched, or none were found.',
  };
}

/** The content tells the format, not the name. */
async function readOne(path: string, projectRoot: string, readers: readonly ReportReader[]): Promise<ReadFile> {
  const file = displayPath(path, projectRoot);
  const text = await readReportText(path, file);
  if (text.trim() === '') throw new ReportProblem(`${file} is empty.`);
  const reader = readers.find((one) => one.detect(text.slice(0, HEAD)));
  if (!reader) throw new ReportProblem(`${file} is in no format that is known here: ${readers.map(({ name }) => name).join(', ')}.`);
  return reader.read(text, { file, projectRoot });
}

function toolOf(read: readonly ReadFile[], suite: Suite): Tool {
  return read.find(({ tool }) => tool !== null)?.tool ?? { name: suite.runner };
}

function spanOf(read: readonly ReadFile[], startedAt: number): [start: number, stop: number] {
  const start = Math.min(startedAt, ...read.flatMap((one) => one.start ?? []));
  const lasted = read.flatMap((one) => one.tests).reduce((sum, test: Test) => sum + test.duration, 0);
  return [start, Math.max(Math.round(start + (read.some((one) => one.stop !== null) ? 0 : lasted)), ...read.flatMap((one) => one.stop ?? []))];
}

function whyNone(suite: Suite, { files }: FoundFiles, warnings: readonly string[]): string {
  if (suite.runner === 'playwright') return 'No results found: Playwright ended before it came to run tests.';
  if (suite.reports.length === 0) {
    return `No results found: categories.${suite.category} in background-e2e.yaml names no reports. Name the files, such as \`reports: [out/junit.xml]\`, or say \`verdict_from: exit_code\`.`;
  }
  const [first] = warnings;
  if (files.length > 0 || first !== undefined) return `No results found: ${first ?? 'no report could be read.'}`;
  return `No results found: the command wrote no file that ${suite.reports.join(', ')} names.`;
}
