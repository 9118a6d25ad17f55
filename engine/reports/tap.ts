import { fileURLToPath } from 'node:url';
import type { Test } from 'ctrf';
import { parse } from 'yaml';
import { wholeMs } from './durations.ts';
import { projectPath } from './find-files.ts';
import { isObject, type JsonObject, objectAt, textAt } from './json-fields.ts';
import { MOCHA_HOOK } from './mocha-hook.ts';
import {
  cut,
  errorOutside,
  LONGEST_MESSAGE,
  LONGEST_TRACE,
  type ReadFile,
  ReportProblem,
  type ReportReader,
  type Source,
  shown,
} from './reader.ts';
import { looksLikeTap, parseTap, type TapDocument, type TapLevel, type TapPoint } from './tap-lines.ts';

/**
 * TAP 13 and 14, with what node:test, tap, tape, ava, Perl's Test::More and bats make of it. A plan that is not met, or not there, is a
 * failure though every line is ok; so is a text that ends too early.
 */
export const tapReader: ReportReader = {
  name: 'TAP',
  detect: ({ text }) => looksLikeTap(text.slice(0, MOST_BEFORE)),
  read: ({ text }, source) => {
    const documents = parseTap(text, source.file);
    if (documents.length === 0) throw new ReportProblem(`${source.file} holds no line of TAP ("1..N", "ok", "not ok").`);
    const found: ReadFile = { tests: [], warnings: [], tool: null, start: null, stop: null, incomplete: false };
    const reading: Reading = { found, source, parsed: 0 };
    for (const document of documents) readDocument(document, reading);
    return found;
  },
};

/** So much other output may stand before the first line of TAP, in characters. */
const MOST_BEFORE = 200_000;

function readDocument({ root, bailOut, isCut }: TapDocument, reading: Reading): void {
  const { found, source } = reading;
  readLevel(root, { path: [], isTodo: false }, reading);
  if (bailOut !== null) found.tests.push(errorOutside('Bail out!', bailOut === '' ? 'The tests bailed out.' : `Bail out! ${bailOut}`, ''));
  const problem = isCut ? 'it ends in the middle of a test: it was cut off' : problemOfPlan(root);
  // Who bails out leaves his plan unmet.
  if (problem !== null && bailOut === null) {
    found.tests.push(errorOutside(PLAN, `${source.file}: ${problem}.`, ''));
    found.incomplete = true;
  }
  if (root.plan?.count === 0 && root.points.length === 0)
    found.warnings.push(`${source.file} skips all its tests${root.plan.reason === '' ? '' : `: ${root.plan.reason}`}.`);
}

const PLAN = 'Plan of the tests';

/** Why a level is not whole; null where it is. */
function problemOfPlan({ plan, points }: TapLevel): string | null {
  if (plan === null) return `it has no plan (a line such as "1..${points.length || 3}"), so nobody knows whether all tests are in it`;
  if (plan.count === -1) return 'it has more than one plan';
  const many = (count: number) => `${count} ${count === 1 ? 'test' : 'tests'}`;
  if (plan.count !== points.length)
    return `the plan is 1..${plan.count}, but ${many(points.length)} ${points.length === 1 ? 'was' : 'were'} reported${missing(plan.count, points)}`;
  const numbers = new Set<number>();
  for (const { number } of points) {
    if (number < 1 || number > plan.count) return `test number ${number} is outside of the plan 1..${plan.count}`;
    // node --test gives the same number again where several files fail (seen in 24.21), mocha where a hook did.
    if (numbers.has(number) && points.every((point) => kindOf(point) === null && !MOCHA_HOOK.test(point.name)))
      return `test number ${number} is there twice${missing(plan.count, points)}`;
    numbers.add(number);
  }
  return null;
}

function missing(count: number, points: readonly TapPoint[]): string {
  const there = new Set(points.map(({ number }) => number));
  for (let number = 1; number <= Math.min(count, points.length + 1); number += 1)
    if (!there.has(number)) return `; number ${number} is missing`;
  return '';
}

interface Reading {
  found: ReadFile;
  source: Source;
  /** How many YAML blocks were parsed. */
  parsed: number;
}

interface Way {
  path: readonly string[];
  /** A point further out is a TODO, so that what fails in it is expected to. */
  isTodo: boolean;
}

/** How many of the tests within failed, and how many there are. */
interface Outcome {
  tests: number;
  failed: number;
}

function readLevel(level: TapLevel, way: Way, reading: Reading): Outcome {
  const outcome: Outcome = { tests: 0, failed: 0 };
  const add = ({ tests, failed }: Outcome) => {
    outcome.tests += tests;
    outcome.failed += failed;
  };
  for (const point of level.points) add(readPoint(point, way, reading));
  if (level.open && level.open !== level.points.at(-1)?.subtests) add(readLevel(level.open, way, reading));
  return outcome;
}

/** A point that sums up its subtests is no test of its own, unless it says that it is one, or failed though none of them did. */
function readPoint(point: TapPoint, way: Way, reading: Reading): Outcome {
  const { found, source } = reading;
  const path = point.group === '' ? way.path : [...way.path, point.group];
  const isTodo = way.isTodo || point.directive === 'todo';
  const own = () => {
    const test = toTest(point, path, isTodo, reading);
    found.tests.push(test);
    return { tests: 1, failed: test.status === 'failed' ? 1 : 0 };
  };
  const outside = () => {
    const [message, trace] = explained(diagnosticsOf(point, reading), point);
    found.tests.push(errorOutside(point.name || 'Subtests', message || 'It failed although none of its tests did.', trace));
  };
  const kind = kindOf(point);
  if (point.subtests === null) {
    if (kind !== 'suite') return own();
    if (!point.ok && !isTodo) outside();
    return { tests: 0, failed: 0 };
  }
  const inner = readLevel(point.subtests, { path: [...path, point.name], isTodo }, reading);
  const planProblem = point.ok && point.subtests.plan !== null ? problemOfPlan(point.subtests) : null;
  if (planProblem !== null) found.tests.push(errorOutside(point.name || PLAN, `${source.file}: ${point.name}: ${planProblem}.`, ''));
  if (kind === 'test' || (inner.tests === 0 && kind === null)) {
    const { tests, failed } = own();
    return { tests: inner.tests + tests, failed: inner.failed + failed };
  }
  const fails = !point.ok && !isTodo && point.directive !== 'skip';
  if (fails && kind === 'suite' && (inner.failed === 0 || failureTypeOf(point) === 'hookFailed')) outside();
  else if (fails && kind === null && inner.failed === 0) return { tests: inner.tests + own().tests, failed: 1 };
  return inner;
}

/** node:test says which points are suites and which are tests. */
function kindOf({ yaml }: TapPoint): 'suite' | 'test' | null {
  const kind = /^type: '?(suite|test)'?$/m.exec(yaml ?? '')?.[1];
  return kind === 'suite' || kind === 'test' ? kind : null;
}

const failureTypeOf = ({ yaml }: TapPoint) => /^failureType: '?(\w+)'?$/m.exec(yaml ?? '')?.[1];

function toTest(point: TapPoint, path: readonly string[], isTodo: boolean, reading: Reading): Test {
  const { ok, directive, reason } = point;
  const status = directive === 'skip' ? 'skipped' : ok ? 'passed' : isTodo ? 'skipped' : 'failed';
  const diagnostics: JsonObject = ok ? {} : diagnosticsOf(point, reading);
  const [message, trace] = ok ? ['', ''] : explained(diagnostics, point);
  const said = status === 'skipped' ? reason || message : message;
  const place = ok ? null : placeOf(diagnostics, point);
  const duration = /^duration_ms: ([\d.e+-]+)$/m.exec(point.yaml ?? '')?.[1];
  return {
    name: point.name === '' ? `test ${point.number}` : point.name,
    status,
    duration: wholeMs(duration === undefined ? point.timeMs : Number(duration)),
    rawStatus: `${ok ? 'ok' : 'not ok'}${directive === null ? '' : ` # ${directive.toUpperCase()}`}`,
    ...(path.length > 0 ? { suite: [...path] } : {}),
    ...(said === '' ? {} : { message: said }),
    ...(trace === '' ? {} : { trace }),
    ...(place === null ? {} : { filePath: projectPath(asPath(place.file), reading.source.projectRoot), line: place.line }),
  };
}

/** Blocks of more than this are no diagnostics that a person reads: as text they are kept. */
const LONGEST_YAML = 100_000;
/** Parsing takes longer than all else; of so many failures nobody reads the rest one by one. */
const MOST_PARSED = 2000;

/** What the YAML block of a failed point says; nothing where it is no YAML, as tape and others write at times. */
function diagnosticsOf({ yaml }: TapPoint, reading: Reading): JsonObject {
  if (yaml === null || yaml.length > LONGEST_YAML || reading.parsed >= MOST_PARSED) return {};
  reading.parsed += 1;
  try {
    // Every scalar as a text: `~`, dates and numbers are only shown.
    const value: unknown = parse(yaml, { schema: 'failsafe', logLevel: 'silent', uniqueKeys: false, maxAliasCount: 10 });
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Message and trace, as the tools name them. */
function explained(diagnostics: JsonObject, point: TapPoint): [message: string, trace: string] {
  const comments = point.comments.join('\n').trim();
  const expected = textAt(diagnostics, 'expected') || textAt(diagnostics, 'wanted');
  const actual = textAt(diagnostics, 'actual') || textAt(diagnostics, 'found') || textAt(diagnostics, 'got');
  const compared = expected === '' && actual === '' ? '' : `expected ${expected}, got ${actual}`;
  const written = /^(?:message|error): *(\S.*)$/m.exec(point.yaml ?? '')?.[1] ?? '';
  const message =
    detailed(diagnostics) ||
    textAt(diagnostics, 'message') ||
    textAt(diagnostics, 'error') ||
    textAt(objectAt(diagnostics, 'error'), 'message') ||
    compared ||
    comparedByDiff(textAt(diagnostics, 'diff')) ||
    comments ||
    written;
  const trace = textAt(diagnostics, 'stack') || point.yaml || comments;
  return [shown(cut(message, LONGEST_MESSAGE), LONGEST_MESSAGE), shown(cut(trace, LONGEST_TRACE), LONGEST_TRACE)];
}

/** ava has an empty or general message, and what went wrong in details of any name. */
function detailed(diagnostics: JsonObject): string {
  const details = objectAt(diagnostics, 'details');
  const said = Object.keys(details).map((name) => `${name} ${textAt(details, name)}`.trim());
  const message = textAt(diagnostics, 'message');
  return said.length === 0 ? '' : [...(said[0]?.startsWith(message) ? [] : [message]), ...said].join('\n');
}

/** tap has only a diff: what was expected stands at its minus. */
function comparedByDiff(diff: string): string {
  const linesOf = (sign: string) =>
    diff
      .split('\n')
      .filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3)))
      .map((line) => line.slice(1).trim());
  const [expected, actual] = [linesOf('-'), linesOf('+')];
  return expected.length + actual.length === 0 ? '' : `expected ${expected.join(' ')}, got ${actual.join(' ')}`;
}

interface Place {
  file: string;
  line: number;
}

/** node:test has `location`, tap `at` with fields, tape `at` with a text, Perl and bats a comment. */
function placeOf(diagnostics: JsonObject, { comments }: TapPoint): Place | null {
  const at = objectAt(diagnostics, 'at');
  const file = textAt(at, 'fileName') || textAt(at, 'file') || textAt(diagnostics, 'file');
  const line = Number(textAt(at, 'lineNumber') || textAt(at, 'line') || textAt(diagnostics, 'line') || Number.NaN);
  if (file !== '' && Number.isInteger(line)) return { file, line };
  for (const said of [textAt(diagnostics, 'location'), textAt(diagnostics, 'at')]) {
    const match = /([^\s()]+?):(\d{1,9})(?::\d{1,9})?\)?$/.exec(said.trim().slice(0, 500));
    // ava names its own file where a test threw nothing.
    if (match?.[1] && !match[1].includes('/node_modules/')) return { file: match[1], line: Number(match[2]) };
  }
  for (const said of comments) {
    const match = /\bat (\S+) line (\d{1,9})\.?$/.exec(said) ?? /\bin (?:test )?file (\S+), line (\d{1,9})/.exec(said);
    if (match?.[1]) return { file: match[1], line: Number(match[2]) };
  }
  return null;
}

function asPath(file: string): string {
  if (!file.startsWith('file://')) return file;
  try {
    return fileURLToPath(file);
  } catch {
    return file;
  }
}
