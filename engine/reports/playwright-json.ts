import { OUTSIDE_OF_TESTS } from '../runners/playwright-progress.ts';
import { contentTypeOf } from './content-type.ts';
import { wholeMs } from './durations.ts';
import { field, isObject, type JsonObject, listAt, numberAt, objectAt, objectsAt, textAt } from './json-fields.ts';
import { type TestEnd, toTest } from './playwright-test.ts';
import { errorOutside, LONGEST_MESSAGE, LONGEST_TRACE, type ReadFile, type ReportReader, type Source, shown } from './reader.ts';

/**
 * What Playwright's own JSON reporter writes (JSONReport in playwright/types/testReporter.d.ts). A test of several projects is a test in each.
 * Errors outside of tests, as of a global set-up, are in a list of their own, beside counts of zero.
 */
export const playwrightJsonReader: ReportReader = {
  name: 'Playwright JSON',
  detect: ({ json }) =>
    isObject(json) &&
    Array.isArray(field(json, 'suites')) &&
    (numberAt(objectAt(json, 'stats'), 'unexpected') !== null || Array.isArray(field(objectAt(json, 'config'), 'projects'))),
  read: ({ json }, source) => {
    const report = isObject(json) ? json : {};
    const config = objectAt(report, 'config');
    const stats = objectAt(report, 'stats');
    const version = textAt(config, 'version');
    const started = momentAt(stats, 'startTime');
    const found: ReadFile = {
      tests: [],
      warnings: [],
      tool: { name: 'playwright', ...(version === '' ? {} : { version }) },
      start: started,
      stop: started === null ? null : started + wholeMs(numberAt(stats, 'duration')),
      incomplete: false,
    };
    const rootDir = textAt(config, 'rootDir') || source.projectRoot;
    for (const suite of objectsAt(report, 'suites')) readSuite(suite, [], rootDir, found, source);
    for (const error of objectsAt(report, 'errors')) {
      const { message, stack } = errorOf(error);
      found.tests.push(errorOutside(OUTSIDE_OF_TESTS, message || 'An error without a message.', stack));
    }
    // Its own counts have such a test as skipped or passed.
    if (found.tests.some(({ rawStatus }) => rawStatus === 'interrupted'))
      found.tests.push(errorOutside(OUTSIDE_OF_TESTS, 'Playwright was interrupted before its run was over.', ''));
    doubtStats(stats, found, source);
    return found;
  },
};

/** `titles`: of the describe blocks around it; the outermost suite is a file. */
function readSuite(suite: JsonObject, titles: readonly string[], rootDir: string, found: ReadFile, source: Source): void {
  for (const spec of objectsAt(suite, 'specs')) {
    const file = textAt(spec, 'file') || textAt(suite, 'file');
    for (const test of objectsAt(spec, 'tests')) {
      const which = {
        id: [textAt(spec, 'id'), textAt(test, 'projectName')].filter((part) => part !== '').join('-'),
        title: [...titles, textAt(spec, 'title')],
        project: textAt(test, 'projectName'),
        file,
        line: Math.trunc(numberAt(spec, 'line') ?? 0),
        tags: listAt(spec, 'tags').filter((tag) => typeof tag === 'string'),
        expectedStatus: STATUSES.find((one) => one === textAt(test, 'expectedStatus')) ?? 'passed',
        outcome: OUTCOMES.find((one) => one === textAt(test, 'status')) ?? 'unexpected',
      };
      const results = objectsAt(test, 'results');
      // A test that never began has no result, as after a failure in a serial group.
      const ended = (results.length > 0 ? results : [NEVER_BEGAN]).map((result) => ({ ...which, ...triedOnce(result) }));
      found.tests.push({ ...toTest({ begun: null, ended }, rootDir, source), ...extraOf(test) });
    }
  }
  for (const inner of objectsAt(suite, 'suites')) {
    const title = textAt(inner, 'title');
    readSuite(inner, title === '' ? titles : [...titles, title], rootDir, found, source);
  }
}

const STATUSES: readonly TestEnd['status'][] = ['passed', 'failed', 'timedOut', 'skipped', 'interrupted'];
const OUTCOMES: readonly TestEnd['outcome'][] = ['expected', 'unexpected', 'flaky', 'skipped'];
const NEVER_BEGAN: JsonObject = { status: 'skipped' };

function triedOnce(result: JsonObject) {
  const at = momentAt(result, 'startTime') ?? 0;
  // `errors` repeats the first one with code and stack in its message.
  const first = objectAt(result, 'error');
  const [own] = objectsAt(result, 'errors');
  const errors = [Object.keys(first).length > 0 ? first : (own ?? {}), ...objectsAt(result, 'errors').slice(1)].map(errorOf);
  return {
    type: 'testEnd' as const,
    at,
    retry: Math.trunc(numberAt(result, 'retry') ?? 0),
    status: STATUSES.find((one) => one === textAt(result, 'status')) ?? ('failed' as const),
    willRetry: false,
    startedAt: at,
    duration: wholeMs(numberAt(result, 'duration')),
    errors: errors.filter(({ message }) => message !== ''),
    // Those without a path are in the report itself: they are for its HTML.
    attachments: objectsAt(result, 'attachments')
      .filter((one) => textAt(one, 'path') !== '')
      .map((one) => ({
        name: textAt(one, 'name'),
        contentType: textAt(one, 'contentType') || contentTypeOf(textAt(one, 'path')),
        path: textAt(one, 'path'),
      })),
  };
}

/** What was thrown may be no Error: then it has a value alone. */
const errorOf = (error: JsonObject) => ({
  message: shown(textAt(error, 'message') || textAt(error, 'value'), LONGEST_MESSAGE),
  stack: shown(textAt(error, 'stack'), LONGEST_TRACE),
  snippet: shown(textAt(error, 'snippet'), LONGEST_MESSAGE),
});

function extraOf(test: JsonObject): { extra?: Record<string, unknown> } {
  const annotations = objectsAt(test, 'annotations').map((one) => ({ type: textAt(one, 'type'), description: textAt(one, 'description') }));
  return annotations.length === 0 ? {} : { extra: { annotations } };
}

/** Counted are the tests; only where failures are claimed and none is there is something missing. */
function doubtStats(stats: JsonObject, found: ReadFile, { file }: Source): void {
  const claimed = numberAt(stats, 'unexpected') ?? 0;
  if (claimed <= 0 || found.tests.some(({ status }) => status === 'failed')) return;
  found.incomplete = true;
  found.warnings.push(`${file} counts ${claimed} unexpected ${claimed === 1 ? 'result' : 'results'} but names no failed test.`);
}

function momentAt(object: JsonObject, name: string): number | null {
  const at = Date.parse(textAt(object, name));
  return Number.isNaN(at) ? null : at;
}
