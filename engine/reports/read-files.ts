import type { CTRFReport, Test, Tool } from 'ctrf';
import { type Metrics, MOST_FAILURES, type ReadAnswer, type ReadRequest } from '../../contract/report.ts';
import { Content } from './content.ts';
import { ctrfReport } from './ctrf.ts';
import { displayPath } from './find-files.ts';
import { readerFor } from './formats.ts';
import { keepReport } from './kept-report.ts';
import { playwrightReader } from './playwright.ts';
import { type ReadFile, ReportProblem, type ReportReader } from './reader.ts';
import { readReportText } from './report-text.ts';
import { tallyOf } from './tally.ts';
import { toTestCase } from './test-cases.ts';

export interface Reading {
  /** Files that are not to be opened, with the sentence that says why. */
  refused: ReadonlyMap<string, string>;
  /** Called before each file is opened. */
  onFile(path: string): void;
}

/** What files hold, and all of their tests. */
export interface FilesRead {
  answer: ReadAnswer;
  tests: readonly Test[];
}

/** Reads these files in this process and thread: a hostile one may block or break it, so others use `readApart`. Throws for nothing that a file holds. */
export const readFiles = async (request: ReadRequest): Promise<ReadAnswer> =>
  (await readTestsOf(request, { refused: new Map(), onFile: () => {} })).answer;

/** The same, with the tests. */
export async function readTestsOf(request: ReadRequest, reading: Reading): Promise<FilesRead> {
  const byReader = new Map<ReportReader, ReadFile[]>();
  const problems: string[] = [];
  for (const path of request.files) {
    const refusal = reading.refused.get(path);
    if (refusal !== undefined) {
      problems.push(refusal);
      continue;
    }
    reading.onFile(path);
    try {
      const { reader, file } = await readOne(path, request);
      const files = byReader.get(reader);
      if (files) files.push(file);
      else byReader.set(reader, [file]);
    } catch (error) {
      // A reader throws nothing else; a defect in one must not cost the others' results.
      problems.push(error instanceof ReportProblem ? error.message : `${displayPath(path, request.root)} cannot be read: ${String(error)}`);
    }
  }
  const read = [...byReader].flatMap(([reader, files]) => reader.merge?.(files) ?? files);
  const formats = [...byReader.keys()].map(({ name }) => name);
  return answer(request, read.length === 0 ? null : reportOf(read, request), {
    formats,
    problems,
    warnings: read.flatMap(({ warnings }) => warnings),
    incomplete: read.some(({ incomplete }) => incomplete),
    metrics: metricsOf(read),
  });
}

async function readOne(path: string, request: ReadRequest): Promise<{ reader: ReportReader; file: ReadFile }> {
  const source = { file: displayPath(path, request.root), projectRoot: request.root, exitCode: request.exitCode };
  const content = new Content(await readReportText(path, source.file));
  if (content.text.trim() === '') throw new ReportProblem(`${source.file} is empty.`);
  const reader = request.format === 'playwright_events' ? playwrightReader : readerFor(content, source.file);
  return { reader, file: reader.read(content, source) };
}

const metricsOf = (read: readonly ReadFile[]): Metrics => Object.fromEntries(read.flatMap(({ metrics = {} }) => Object.entries(metrics)));

function reportOf(read: readonly ReadFile[], { tool, startedAt }: ReadRequest): CTRFReport {
  const tests = read.flatMap((one) => one.tests);
  const starts = [...read.map(({ start }) => start), startedAt].filter(isMoment);
  const stops = read.map(({ stop }) => stop).filter(isMoment);
  const start = starts.length > 0 ? starts.reduce((first, one) => Math.min(first, one)) : Date.now();
  // Files without times say how long each test took.
  const lasted = tests.reduce((sum, { duration }) => sum + duration, 0);
  const stop =
    stops.length > 0 ? stops.reduce((last, one) => Math.max(last, one), start) : Math.min(Math.round(start + lasted), LAST_MOMENT);
  return {
    ...ctrfReport(toolOf(read) ?? { name: tool ?? 'unknown' }, tests, start, stop),
    ...(read.some(({ metrics }) => metrics) ? { extra: { metrics: metricsOf(read) } } : {}),
  };
}

/** The end of time in JavaScript, in UTC ms. */
const LAST_MOMENT = 8.64e15;
const isMoment = (at: number | null): at is number => at !== null && at >= 0 && at <= LAST_MOMENT;

const toolOf = (read: readonly ReadFile[]): Tool | null => read.find(({ tool }) => tool !== null)?.tool ?? null;

/** A full disk costs the list of tests, not what they came to. */
const sentenceOfNotKept = (error: unknown) => [`The report could not be kept: ${error instanceof Error ? error.message : error}.`];

async function answer(
  request: ReadRequest,
  report: CTRFReport | null,
  read: Pick<ReadAnswer, 'formats' | 'problems' | 'warnings' | 'incomplete' | 'metrics'>,
): Promise<FilesRead> {
  const tests = report?.results.tests ?? [];
  const notKept = report && request.keepIn !== null ? await keepReport(request.keepIn, report).then(() => [], sentenceOfNotKept) : [];
  const tool = report?.results.tool;
  const { counts, errors, failedTests, errorMessage } = tallyOf(tests);
  const isKept = request.keepIn !== null;
  return {
    answer: {
      ...read,
      warnings: [...read.warnings, ...notKept],
      tool: tool && tool.name !== 'unknown' ? { name: tool.name, version: tool.version ?? null } : null,
      counts: report && counts,
      durationMs: report?.results.summary.duration ?? 0,
      failedTests,
      errorMessage,
      errors: isKept ? [] : firstOf(tests, 'other').map(toTestCase),
      errorCount: errors,
      failures: isKept ? [] : firstOf(tests, 'failed').map((test) => ({ ...toTestCase(test), trace: null })),
    },
    tests,
  };
}

function firstOf(tests: readonly Test[], status: Test['status']): Test[] {
  const found: Test[] = [];
  for (const test of tests) {
    if (found.length === MOST_FAILURES) break;
    if (test.status === status) found.push(test);
  }
  return found;
}
