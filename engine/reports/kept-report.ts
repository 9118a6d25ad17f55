import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { CTRFReport, Test } from 'ctrf';
import { z } from 'zod';
import { TestCase } from '../../contract/result.ts';
import { replaceFile } from '../store/replace-file.ts';
import { inShownOrder, toTestCase } from './test-cases.ts';

/** Where an attempt's CTRF report is kept. */
export const reportPath = (attemptFolder: string) => join(attemptFolder, 'ctrf.json');
const testsPath = (attemptFolder: string) => join(attemptFolder, 'tests.json');

/** What is read in one go while the host does other work: some 400 tests, which take it 2 ms. */
const PIECE_BYTES = 128 * 1024;

/**
 * Keeps an attempt's report: as CTRF for other tools, and as the test cases that the window shows. Each test has a line of its own, so that
 * both are written and read a piece at a time.
 */
export async function keepReport(attemptFolder: string, report: CTRFReport): Promise<void> {
  await replaceFile(reportPath(attemptFolder), inPieces(reportLines(report)));
  await replaceFile(testsPath(attemptFolder), inPieces(caseLines(report.results.tests)));
}

/** Tests in pieces as they are read. Between two the host does its other work. */
export type TestPieces = AsyncIterable<readonly Test[]> | Iterable<readonly Test[]>;

/** The tests of the report that `keepReport` kept in an attempt's folder, a piece at a time. Throws where there is none, or it cannot be read. */
export async function* keptTests(attemptFolder: string): AsyncGenerator<readonly Test[]> {
  let begun = false;
  let last: string | undefined;
  for await (const lines of linesOf(reportPath(attemptFolder))) {
    if (!begun && !isHead(lines[0])) {
      // Of an earlier version: one line, or laid out by somebody else.
      const { results } = await readKeptReport(attemptFolder);
      yield results.tests;
      return;
    }
    const tests = begun ? lines : lines.slice(1);
    begun = true;
    last = lines.at(-1);
    yield testsIn(tests);
  }
  if (last !== END) throw new Error(`${reportPath(attemptFolder)} ends before its tests do.`);
}

/** The report that `keepReport` kept in an attempt's folder. Throws where there is none, or it cannot be read. */
export async function readKeptReport(attemptFolder: string): Promise<CTRFReport> {
  const whole: string[] = [];
  let report: CTRFReport | null = null;
  for await (const lines of linesOf(reportPath(attemptFolder))) {
    if (whole.length === 0 && report === null && isHead(lines[0])) report = JSON.parse(`${lines.shift()}${END}`);
    if (report === null) whole.push(...lines);
    else for (const test of testsIn(lines)) report.results.tests.push(test);
  }
  return report ?? JSON.parse(whole.join('\n'));
}

/** The tests of a kept report, failed ones first; none where no report was kept. */
export async function readTests(attemptFolder: string): Promise<TestCase[]> {
  const tests: TestCase[] = [];
  for await (const piece of keptCases(attemptFolder)) for (const test of piece) tests.push(test);
  return tests;
}

/** The same, a piece at a time. */
export async function* keptCases(attemptFolder: string): AsyncGenerator<TestCase[]> {
  const whole: string[] = [];
  try {
    let begun = false;
    for await (const lines of linesOf(testsPath(attemptFolder))) {
      if (whole.length > 0 || (!begun && lines[0] !== '[')) whole.push(...lines);
      else yield TestCases.parse(JSON.parse(`[${withoutLastComma((begun ? lines : lines.slice(1)).filter((line) => line !== ']'))}]`));
      begun = true;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  if (whole.length > 0) yield TestCases.parse(JSON.parse(whole.join('\n')));
}

const TestCases = z.array(TestCase);

/** Our own file: `…"tests":[`, a line for each test, and this. */
const END = ']}}';
const isHead = (line: string | undefined) => line?.endsWith('"tests":[') ?? false;

function* reportLines({ results, ...report }: CTRFReport): Generator<string> {
  const { tests, ...rest } = results;
  yield `${JSON.stringify(report).slice(0, -1)},"results":${JSON.stringify(rest).slice(0, -1)},"tests":[`;
  for (const [index, test] of tests.entries()) yield JSON.stringify(test) + (index === tests.length - 1 ? '' : ',');
  yield END;
}

function* caseLines(tests: readonly Test[]): Generator<string> {
  yield '[';
  let left = tests.length;
  for (const test of inShownOrder(tests)) yield JSON.stringify(toTestCase(test)) + (--left === 0 ? '' : ',');
  yield ']';
}

function testsIn(lines: readonly string[]): Test[] {
  return JSON.parse(`[${withoutLastComma(lines.filter((line) => line !== END))}]`);
}

/** Each line but the last of all ends with a comma. */
function withoutLastComma(lines: readonly string[]): string {
  const text = lines.join('');
  return text.endsWith(',') ? text.slice(0, -1) : text;
}

/** Lines of a file, as many as are read at once. No line has a line break in it. */
async function* linesOf(path: string): AsyncGenerator<string[]> {
  let begun: string[] = [];
  for await (const text of createReadStream(path, { encoding: 'utf8', highWaterMark: PIECE_BYTES })) {
    const lines = String(text).split('\n');
    const last = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = begun.join('') + lines[0];
      begun = [];
      yield lines;
    }
    begun.push(last);
  }
  const last = begun.join('');
  if (last !== '') yield [last];
}

/** Lines, joined to pieces that are worth a write. */
function* inPieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < PIECE_BYTES) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
