import type { RetryAttempt, Test, TestStatus } from 'ctrf';
import { wholeMs } from './durations.ts';
import { field, isObject, type JsonObject, listAt, numberAt, objectAt, objectsAt, textAt } from './json-fields.ts';
import { cut, errorOutside, LONGEST_MESSAGE, LONGEST_TRACE, type ReadFile, type ReportReader, shown } from './reader.ts';

/**
 * Allure results (https://allurereport.org/docs/how-it-works-test-result-file/): a file for each try of a test (`*-result.json`), for the
 * fixtures around tests (`*-container.json`) and, since Allure 3, for errors of the whole run (`*-globals.json`).
 */
export const allureReader: ReportReader = {
  name: 'Allure results',
  detect: ({ json }) => (isObject(json) ? isResult(json) || isContainer(json) || isGlobals(json) || isExecutor(json) : isCategories(json)),
  read: ({ json }) => {
    const report = isObject(json) ? json : {};
    const found: ReadFile = {
      tests: [],
      warnings: [],
      tool: null,
      start: momentAt(report, 'start'),
      stop: momentAt(report, 'stop'),
      incomplete: false,
    };
    if (isResult(report)) {
      found.tests.push(toTest(report));
      found.tool = toolOf(report);
    } else if (isContainer(report)) found.tests.push(...fixtureErrors(report));
    else if (isGlobals(report)) found.tests.push(...objectsAt(report, 'errors').map(globalError));
    return found;
  },
  merge: (files) => mergeTries(files),
};

const isResult = (report: JsonObject) =>
  (textAt(report, 'name') !== '' || textAt(report, 'fullName') !== '') &&
  !isContainer(report) &&
  (textAt(report, 'uuid') === ''
    ? // Some adapters leave it out; then a status of Allure's, and something that only its results have, are enough.
      /^(passed|failed|broken|skipped|unknown)$/i.test(textAt(report, 'status')) &&
      ['historyId', 'testCaseId', 'statusDetails', 'labels', 'steps', 'parameters', 'attachments', 'start'].some((name) => name in report)
    : // A test that did not come to its end has no status.
      ['status', 'stage', 'historyId'].some((name) => hasText(report, name)) ||
      'status' in report ||
      ['start', 'stop'].every((name) => numberAt(report, name) !== null) ||
      ['labels', 'steps'].some((name) => Array.isArray(field(report, name))));
const isContainer = (report: JsonObject) =>
  textAt(report, 'uuid') !== '' && ['children', 'befores', 'afters'].some((name) => Array.isArray(field(report, name)));
const isGlobals = (report: JsonObject) =>
  Array.isArray(field(report, 'errors')) && Array.isArray(field(report, 'attachments')) && Object.keys(report).length <= 4;
/** Files beside the results, which hold none: how failures are sorted, and who ran the tests. */
const isCategories = (json: unknown) =>
  Array.isArray(json) &&
  json.length > 0 &&
  json.every(
    (one) => isObject(one) && hasText(one, 'name') && ['matchedStatuses', 'messageRegex', 'traceRegex'].some((name) => name in one),
  );
const isExecutor = (report: JsonObject) =>
  hasText(report, 'name') && (hasText(report, 'buildName') || hasText(report, 'buildUrl') || hasText(report, 'reportUrl'));
const hasText = (report: JsonObject, name: string) => textAt(report, name) !== '';

/** UTC ms; 0 is what those write who do not know. */
function momentAt(object: JsonObject, name: string): number | null {
  const value = numberAt(object, name);
  return value !== null && value > 0 && value < 1e14 ? Math.round(value) : null;
}

function toTest(result: JsonObject): Test {
  // allure-vitest gives a todo no status, and this stage.
  const raw = textAt(result, 'status') || (textAt(result, 'stage') === 'pending' ? 'skipped' : '');
  const details = objectAt(result, 'statusDetails');
  const message = shown(cut(textAt(details, 'message'), LONGEST_MESSAGE), LONGEST_MESSAGE).trim();
  const trace = shown(cut(textAt(details, 'trace'), LONGEST_TRACE), LONGEST_TRACE);
  const start = momentAt(result, 'start');
  const stop = momentAt(result, 'stop');
  const status = statusOf(raw);
  const suite = suiteOf(result);
  const attachments = objectsAt(result, 'attachments').map((one) => ({
    name: textAt(one, 'name'),
    contentType: textAt(one, 'type'),
    path: textAt(one, 'source'),
  }));
  const tags = labelsOf(result, 'tag');
  return {
    testId: idOf(result),
    executionId: textAt(result, 'uuid'),
    name: textAt(result, 'name') || textAt(result, 'fullName'),
    status,
    rawStatus: raw || '(none)',
    duration: start === null || stop === null ? 0 : wholeMs(stop - start),
    ...(start === null ? {} : { start }),
    ...(stop === null ? {} : { stop }),
    ...(suite.length > 0 ? { suite } : {}),
    ...(message !== '' ? { message } : status === 'failed' ? { message: whyFailed(raw) } : {}),
    ...(trace === '' ? {} : { trace }),
    ...(tags.length > 0 ? { tags } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

/** What makes two files tries of one test; parameters are part of the history id. */
const idOf = (result: JsonObject) =>
  textAt(result, 'historyId') || [textAt(result, 'fullName') || textAt(result, 'name'), parametersOf(result)].join(' ').trim();

const parametersOf = (result: JsonObject) =>
  objectsAt(result, 'parameters')
    .filter((one) => field(one, 'excluded') !== true)
    .map((one) => `${textAt(one, 'name')}=${textAt(one, 'value')}`)
    .join(', ');

/** A test that broke did not pass; neither did one whose status is unknown, as Allure itself keeps that apart from skipped ones. */
function statusOf(raw: string): TestStatus {
  switch (raw.toLowerCase()) {
    case 'passed':
      return 'passed';
    case 'skipped':
      return 'skipped';
    default:
      return 'failed';
  }
}

const whyFailed = (raw: string) =>
  raw === '' || raw.toLowerCase() === 'unknown'
    ? 'Its status is unknown: it did not come to its end.'
    : `It ended as ${raw.slice(0, 100)}.`;

/** Suites where there are labels for them, else the path of titles, else what the behaviour is called. */
function suiteOf(result: JsonObject): string[] {
  const suites = ['parentSuite', 'suite', 'subSuite'].flatMap((name) => labelsOf(result, name).slice(0, 1));
  if (suites.length > 0) return suites;
  const titles = field(result, 'titlePath');
  if (Array.isArray(titles)) return titles.filter((title): title is string => typeof title === 'string' && title !== '');
  return ['epic', 'feature', 'story'].flatMap((name) => labelsOf(result, name).slice(0, 1));
}

const labelsOf = (result: JsonObject, name: string): string[] =>
  objectsAt(result, 'labels')
    .filter((label) => textAt(label, 'name') === name)
    .map((label) => textAt(label, 'value'))
    .filter((value) => value !== '');

function toolOf(result: JsonObject): ReadFile['tool'] {
  const [framework] = labelsOf(result, 'framework');
  return framework === undefined ? null : { name: framework };
}

/** Fixtures that failed; those without a status (allure-pytest's finalizers) did nothing. `extra.children`: the tries they were for. */
function fixtureErrors(container: JsonObject): Test[] {
  const children = listAt(container, 'children').filter((child): child is string => typeof child === 'string');
  return [...objectsAt(container, 'befores'), ...objectsAt(container, 'afters')].flatMap((fixture) => {
    const status = textAt(fixture, 'status').toLowerCase();
    if (status !== 'failed' && status !== 'broken') return [];
    const details = objectAt(fixture, 'statusDetails');
    const name = textAt(fixture, 'name') || 'A fixture';
    const error = errorOutside(name, textAt(details, 'message').trim() || `${name} ended as ${status}.`, textAt(details, 'trace'));
    return [{ ...error, extra: { children } }];
  });
}

const globalError = (error: JsonObject) =>
  errorOutside('Outside of any test', textAt(error, 'message').trim() || 'An error without a message.', textAt(error, 'trace'));

/** The last try of a test decides; where an earlier one failed and it passed, the test is flaky. */
function mergeTries(files: readonly ReadFile[]): ReadFile[] {
  const tries = new Map<string, Test[]>();
  const errors: Test[] = [];
  for (const test of files.flatMap((file) => file.tests)) {
    const id = test.testId ?? test.name;
    const known = tries.get(id);
    if (test.status === 'other') errors.push(test);
    else if (known) known.push(test);
    else tries.set(id, [test]);
  }
  const tests = [...tries.values()].map(joined).toSorted((a, b) => (a.start ?? 0) - (b.start ?? 0));
  return [
    {
      tests: [...tests, ...errorsLeft(errors, tests)],
      warnings: files.flatMap(({ warnings }) => warnings),
      tool: files.find(({ tool }) => tool !== null)?.tool ?? null,
      start: ofAll(files, 'start', Math.min),
      stop: ofAll(files, 'stop', Math.max),
      incomplete: files.some(({ incomplete }) => incomplete),
    },
  ];
}

function ofAll(files: readonly ReadFile[], name: 'start' | 'stop', which: (a: number, b: number) => number): number | null {
  return files.reduce<number | null>(
    (found, file) => (found === null || file[name] === null ? (found ?? file[name]) : which(found, file[name])),
    null,
  );
}

/** Errors around tests, each once, that no test tells of: not those of a try that was repeated, nor those that a test failed with. */
function errorsLeft(errors: readonly Test[], tests: readonly Test[]): Test[] {
  const decided = new Set(tests.map(({ executionId }) => executionId));
  const told = tests.flatMap(({ message, retryAttempts = [] }) => [message, ...retryAttempts.map((attempt) => attempt.message)]);
  // allure-playwright writes "beforeAll hook failed: " before what its test says.
  const isTold = (said = '') => told.some((message) => message !== undefined && message !== '' && said.endsWith(message));
  const left = errors.filter(({ message, extra }) => {
    const children = extra?.children;
    const wasRepeated =
      Array.isArray(children) && children.length > 0 && children.every((child) => typeof child === 'string' && !decided.has(child));
    return !wasRepeated && !isTold(message);
  });
  return [...new Map(left.map(({ extra: _, ...error }) => [`${error.name}\n${error.message}`, error])).values()];
}

function joined(tries: readonly Test[]): Test {
  const [last, ...earlier] = tries.toSorted((a, b) => (b.stop ?? b.start ?? 0) - (a.stop ?? a.start ?? 0));
  if (!last) throw new Error('A test without any try.'); // each list is made with one
  if (earlier.length === 0) return last;
  const attempts = earlier.toReversed().map(toRetryAttempt);
  const isFlaky = last.status === 'passed' && attempts.some(({ status }) => status === 'failed');
  return { ...last, retries: earlier.length, retryAttempts: attempts, ...(isFlaky ? { flaky: true } : {}) };
}

function toRetryAttempt(test: Test, index: number): RetryAttempt {
  const { status, duration, start, message, trace } = test;
  return {
    attempt: index + 1,
    status,
    duration,
    ...(start === undefined ? {} : { start }),
    ...(message === undefined ? {} : { message }),
    ...(trace === undefined ? {} : { trace }),
  };
}
