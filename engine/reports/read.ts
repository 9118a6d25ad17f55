import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Test, Tool } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';
import { PLAYWRIGHT_FILE } from '../runners/playwright.ts';
import type { Suite } from '../runners/suite.ts';
import { Content } from './content.ts';
import { countsOf, ctrfReport, titleOf } from './ctrf.ts';
import { failureMessage } from './error-message.ts';
import { displayPath, findReportFiles } from './find-files.ts';
import { readerFor } from './formats.ts';
import { playwrightReader } from './playwright.ts';
import { type ReadFile, type ReadReports, ReportProblem, type ReportReader, type Source } from './reader.ts';
import { readReportText } from './report-text.ts';

/** Titles of failed tests that are kept for lists and notifications. */
const MOST_FAILED = 20;

/**
 * Finds and reads the reports of an ended attempt. Never throws for what a report holds: what cannot be read is a warning.
 * `startedAt` in UTC ms: files from before are not its results.
 */
export async function readReports(options: {
  suite: Suite;
  projectRoot: string;
  attemptFolder: string;
  startedAt: number;
  /** What its command ended with, where it ended by itself. */
  exitCode: number | null;
}): Promise<ReadReports> {
  const { suite, projectRoot, attemptFolder, startedAt, exitCode } = options;
  const ours = join(attemptFolder, PLAYWRIGHT_FILE);
  const found =
    suite.runner === 'playwright'
      ? { files: existsSync(ours) ? [ours] : [], warnings: [], incomplete: false }
      : await findReportFiles(suite.reports, projectRoot, startedAt);
  const warnings = [...found.warnings];
  const byReader = new Map<ReportReader, ReadFile[]>();
  const problems: string[] = [];
  for (const path of found.files) {
    try {
      const source = { file: displayPath(path, projectRoot), projectRoot, exitCode };
      const { reader, file } = await readOne(path, source, suite.runner === 'playwright' ? playwrightReader : null);
      byReader.set(reader, [...(byReader.get(reader) ?? []), file]);
    } catch (error) {
      // A reader throws nothing else; a defect in one must not cost the attempt its end.
      problems.push(error instanceof ReportProblem ? error.message : `${displayPath(path, projectRoot)} cannot be read: ${String(error)}`);
    }
  }
  const read = [...byReader].flatMap(([reader, files]) => reader.merge?.(files) ?? files);
  warnings.push(...read.flatMap((one) => one.warnings), ...problems);
  const incomplete = found.incomplete || problems.length > 0 || read.some((one) => one.incomplete);
  const tests = read.flatMap((one) => one.tests);
  if (read.length === 0) {
    return { report: null, counts: null, failedTests: [], warnings, errorMessage: null, noResults: whyNone(suite, warnings), incomplete };
  }
  const counts = countsOf(tests);
  return {
    report: ctrfReport(toolOf(read, suite), tests, ...spanOf(read, startedAt)),
    counts,
    failedTests: tests
      .filter(({ status }) => status === 'failed')
      .slice(0, MOST_FAILED)
      .map(titleOf),
    warnings,
    errorMessage: failureMessage(tests),
    noResults: whyNotGreen(counts, problems[0] ?? (incomplete ? warnings.at(found.incomplete ? 0 : -1) : undefined)),
    incomplete,
  };
}

/** The content tells the format, not the name; `expected` is the reader of a file that is ours. */
async function readOne(path: string, source: Source, expected: ReportReader | null): Promise<{ reader: ReportReader; file: ReadFile }> {
  const content = new Content(await readReportText(path, source.file));
  if (content.text.trim() === '') throw new ReportProblem(`${source.file} is empty.`);
  const reader = expected ?? readerFor(content, source.file);
  return { reader, file: reader.read(content, source) };
}

function toolOf(read: readonly ReadFile[], suite: Suite): Tool {
  return read.find(({ tool }) => tool !== null)?.tool ?? { name: suite.runner };
}

function spanOf(read: readonly ReadFile[], startedAt: number): [start: number, stop: number] {
  const start = Math.min(startedAt, ...read.flatMap((one) => one.start ?? []));
  const lasted = read.flatMap((one) => one.tests).reduce((sum, test: Test) => sum + test.duration, 0);
  return [
    start,
    Math.max(Math.round(start + (read.some((one) => one.stop !== null) ? 0 : lasted)), ...read.flatMap((one) => one.stop ?? [])),
  ];
}

/** Reports were read, and nothing in them failed: why that is not enough. Null where it is. */
function whyNotGreen({ total, passed, skipped }: TestCounts, problem: string | undefined): string | null {
  if (problem !== undefined) return `Not all results could be read: ${problem}`;
  if (total === 0) return 'The report names no tests.';
  return passed > 0 ? null : `No test ran: ${skipped === 1 ? 'the only one was' : `all ${skipped} were`} skipped.`;
}

function whyNone(suite: Suite, warnings: readonly string[]): string {
  if (suite.runner === 'playwright') return 'Playwright ended before it came to run tests.';
  if (suite.reports.length === 0) {
    return `categories.${suite.category} in background-e2e.yaml names no reports. Name the files, such as \`reports: [out/junit.xml]\`, or say \`verdict_from: exit_code\`.`;
  }
  return warnings[0] ?? 'No report could be read.';
}
