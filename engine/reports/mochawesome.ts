import { resolve } from 'node:path';
import type { Test, TestStatus } from 'ctrf';
import { wholeMs } from './durations.ts';
import { displayPath } from './find-files.ts';
import { field, isObject, type JsonObject, numberAt, objectAt, objectsAt, textAt } from './json-fields.ts';
import { LONGEST_MESSAGE, LONGEST_TRACE, type ReadFile, type ReportReader, type Source, shown } from './reader.ts';

/** mochawesome's JSON (https://github.com/adamgruber/mochawesome), one file per spec or several joined by mochawesome-merge. */
export const mochawesomeReader: ReportReader = {
  name: 'mochawesome',
  detect: ({ json }) =>
    isObject(json) &&
    isObject(field(json, 'stats')) &&
    Array.isArray(field(json, 'results')) &&
    (isObject(field(objectAt(json, 'meta'), 'mochawesome')) || field(objectAt(json, 'stats'), 'testsRegistered') !== undefined),
  read: ({ json }, source) => {
    const report = isObject(json) ? json : {};
    const stats = objectAt(report, 'stats');
    const version = textAt(objectAt(objectAt(report, 'meta'), 'mocha'), 'version');
    const found: ReadFile = {
      tests: [],
      warnings: [],
      tool: { name: 'mocha', ...(version === '' ? {} : { version }) },
      start: momentAt(stats, 'start'),
      stop: momentAt(stats, 'end'),
      incomplete: false,
    };
    for (const suite of objectsAt(report, 'results')) readSuite(suite, { path: [], file: '' }, found, source);
    doubtStats(stats, found, source);
    return found;
  },
  // Who names all files of a folder may read a joined one and those that it was made of.
  merge: (files) => {
    const seen = new Set<string>();
    return files.map((file) => ({
      ...file,
      tests: file.tests.filter(({ executionId = '' }) => {
        if (executionId === '' || !seen.has(executionId)) return Boolean(seen.add(executionId));
        return false;
      }),
    }));
  },
};

interface Way {
  path: readonly string[];
  file: string;
}

function readSuite(suite: JsonObject, outer: Way, found: ReadFile, source: Source): void {
  const title = textAt(suite, 'title');
  const way = {
    path: title === '' ? outer.path : [...outer.path, title],
    file: textAt(suite, 'fullFile') || textAt(suite, 'file') || outer.file,
  };
  // A broken hook is in none of the statistics, and its tests are merely skipped.
  for (const hook of [...objectsAt(suite, 'beforeHooks'), ...objectsAt(suite, 'afterHooks')])
    if (statusOf(hook) === 'failed') found.tests.push(toTest(hook, way, source));
  for (const test of objectsAt(suite, 'tests')) found.tests.push(toTest(test, way, source));
  for (const inner of objectsAt(suite, 'suites')) readSuite(inner, way, found, source);
}

function toTest(test: JsonObject, { path, file }: Way, { projectRoot }: Source): Test {
  const status = statusOf(test);
  const error = objectAt(test, 'err');
  const message = shown(textAt(error, 'message'), LONGEST_MESSAGE);
  const trace = shown(textAt(error, 'estack') || textAt(error, 'stack'), LONGEST_TRACE);
  const uuid = textAt(test, 'uuid');
  const state = textAt(test, 'state');
  const retries = numberAt(test, 'currentRetry') ?? 0;
  const context = field(test, 'context');
  const fullTitle = textAt(test, 'fullTitle');
  return {
    name: textAt(test, 'title') || '(a test without a name)',
    status,
    duration: wholeMs(numberAt(test, 'duration')),
    ...(uuid === '' ? {} : { executionId: uuid }),
    ...(path.length > 0 ? { suite: [...path] } : {}),
    ...(status === 'passed' || message === '' ? {} : { message }),
    ...(status === 'passed' || trace === '' ? {} : { trace }),
    ...(file === '' ? {} : { filePath: displayPath(resolve(projectRoot, file), projectRoot) }),
    ...(state === '' ? {} : { rawStatus: state }),
    ...(retries > 0 ? { retries, ...(status === 'passed' ? { flaky: true } : {}) } : {}),
    extra: { ...(fullTitle === '' ? {} : { fullTitle }), ...(context === null || context === undefined ? {} : { context }) },
  };
}

/** A test that a broken hook kept from running has no state, and `skipped: true`. */
function statusOf(test: JsonObject): TestStatus {
  const state = textAt(test, 'state');
  if (field(test, 'fail') === true || state === 'failed') return 'failed';
  if (field(test, 'pending') === true || field(test, 'skipped') === true) return 'skipped';
  return field(test, 'pass') === true || state === 'passed' ? 'passed' : 'skipped';
}

/** Counted are the tests; only where failures are claimed and none is there is something missing. */
function doubtStats(stats: JsonObject, found: ReadFile, { file }: Source): void {
  const claimed = numberAt(stats, 'failures') ?? 0;
  if (claimed <= 0 || found.tests.some(({ status }) => status === 'failed')) return;
  found.incomplete = true;
  found.warnings.push(`${file} counts ${claimed} ${claimed === 1 ? 'failure' : 'failures'} but names no failed test.`);
}

function momentAt(stats: JsonObject, name: string): number | null {
  const at = Date.parse(textAt(stats, name));
  return Number.isNaN(at) ? null : at;
}
