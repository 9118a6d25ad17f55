import type { RetryAttempt, Test, TestStatus } from 'ctrf';
import { wholeMs } from './durations.ts';
import { projectPath } from './find-files.ts';
import { field, isObject, type JsonObject, listAt, numberAt, objectAt, objectsAt, textAt } from './json-fields.ts';
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

/**
 * CTRF (https://ctrf.io) of any version. Its summary is not believed: the tests are counted. A status `other` is none that passed, so it
 * counts as failed; in our own files it is an error outside of tests.
 */
export const ctrfReader: ReportReader = {
  name: 'CTRF',
  detect: ({ json }) => {
    if (!isObject(json)) return false;
    const results = objectAt(json, 'results');
    return /^ctrf$/i.test(textAt(json, 'reportFormat')) || (Array.isArray(field(results, 'tests')) && isObject(field(results, 'summary')));
  },
  read: ({ json }, source) => {
    const report = isObject(json) ? json : {};
    const results = objectAt(report, 'results');
    if (!Array.isArray(field(results, 'tests')))
      throw new ReportProblem(`${source.file} is CTRF without results.tests, so nothing is known of its tests.`);
    const isOurs = textAt(report, 'generatedBy') === 'background-e2e-agent';
    const raw = listAt(results, 'tests');
    const tests = raw.filter(isObject).map((test) => toTest(test, isOurs, source));
    const summary = objectAt(results, 'summary');
    const tool = objectAt(results, 'tool');
    const found: ReadFile = {
      tests,
      warnings: [],
      tool:
        textAt(tool, 'name') === ''
          ? null
          : { name: textAt(tool, 'name'), ...(textAt(tool, 'version') === '' ? {} : { version: textAt(tool, 'version') }) },
      start: momentAt(summary, 'start'),
      stop: momentAt(summary, 'stop'),
      incomplete: tests.length < raw.length,
    };
    if (found.incomplete)
      found.warnings.push(`${source.file}: ${raw.length - tests.length} of ${raw.length} tests are no objects, so they could not be read.`);
    doubtSummary(summary, found, source);
    return found;
  },
};

/** Where it claims failures and no test has one, something is missing. */
function doubtSummary(summary: JsonObject, found: ReadFile, { file }: Source): void {
  const claimed = (numberAt(summary, 'failed') ?? 0) + (numberAt(summary, 'other') ?? 0);
  if (
    claimed > 0 &&
    found.tests.every(({ status, flaky }) => (status === 'passed' && flaky !== true) || status === 'skipped' || status === 'pending')
  ) {
    found.incomplete = true;
    found.warnings.push(`${file} counts ${claimed} ${claimed === 1 ? 'failure' : 'failures'} but names no failed test.`);
  }
  const all = numberAt(summary, 'tests');
  if (all !== null && all > found.tests.length)
    found.warnings.push(`${file} counts ${all} tests but names ${found.tests.length}; those are counted.`);
}

/** UTC ms; 0 is what writers have who do not know. */
function momentAt(object: JsonObject, name: string): number | null {
  const value = numberAt(object, name);
  return value !== null && value > 0 && value < 1e14 ? Math.round(value) : null;
}

function toTest(test: JsonObject, isOurs: boolean, source: Source): Test {
  const name = textAt(test, 'name') || '(a test without a name)';
  const raw = textAt(test, 'status');
  const status = statusOf(raw, textAt(test, 'rawStatus'));
  const message = shown(cut(textAt(test, 'message'), LONGEST_MESSAGE), LONGEST_MESSAGE);
  const trace = shown(cut(textAt(test, 'trace'), LONGEST_TRACE), LONGEST_TRACE);
  if (status === 'other' && isOurs) return errorOutside(name, message, trace);
  const suite = suiteOf(field(test, 'suite'));
  const filePath = textAt(test, 'filePath');
  const line = numberAt(test, 'line');
  const attempts = objectsAt(test, 'retryAttempts').map(toRetryAttempt);
  const retries = Math.max(attempts.length, Math.min(1000, Math.max(0, Math.trunc(numberAt(test, 'retries') ?? 0))));
  const start = momentAt(test, 'start');
  const stop = momentAt(test, 'stop');
  const tags = listAt(test, 'tags').filter((tag): tag is string => typeof tag === 'string');
  const attachments = objectsAt(test, 'attachments').map((one) => ({
    name: textAt(one, 'name'),
    contentType: textAt(one, 'contentType'),
    path: textAt(one, 'path'),
  }));
  const extra = extraOf(test);
  return {
    ...(textAt(test, 'testId') === '' ? {} : { testId: textAt(test, 'testId') }),
    name,
    // What is known to be no pass must not look like one.
    status: status === 'other' ? 'failed' : status,
    duration: wholeMs(numberAt(test, 'duration')),
    rawStatus: textAt(test, 'rawStatus') || raw || '(none)',
    ...(start === null ? {} : { start }),
    ...(stop === null ? {} : { stop }),
    ...(suite.length > 0 ? { suite } : {}),
    ...(message !== ''
      ? { message }
      : status === 'other'
        ? { message: `Its status is ${raw === '' ? 'missing' : `"${raw.slice(0, 100)}"`}.` }
        : {}),
    ...(trace === '' ? {} : { trace }),
    ...(filePath === '' ? {} : { filePath: projectPath(filePath, source.projectRoot) }),
    ...(line !== null && Number.isInteger(line) && line >= 0 ? { line } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(textAt(test, 'browser') === '' ? {} : { browser: textAt(test, 'browser') }),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(retries > 0 ? { retries } : {}),
    ...(attempts.length > 0 ? { retryAttempts: attempts } : {}),
    ...(status === 'passed' && (field(test, 'flaky') === true || attempts.some((one) => one.status === 'failed')) ? { flaky: true } : {}),
    ...(extra === null ? {} : { extra }),
  };
}

/**
 * `other` for one that CTRF does not know, and for none. Reporters also write `other` for what their tool calls a todo (jest's does), or did
 * not run.
 */
function statusOf(status: string, rawStatus = ''): TestStatus {
  switch (status.toLowerCase()) {
    case 'passed':
      return 'passed';
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'pending':
      return 'pending';
    default:
      return /^(todo|skipped|skip|disabled|ignored|pending|focused|not[-_ ]?run)$/i.test(rawStatus) ? 'skipped' : 'other';
  }
}

/** A text with ` > ` in older versions, a list in later ones. */
function suiteOf(value: unknown): string[] {
  const parts = typeof value === 'string' ? value.split(' > ') : Array.isArray(value) ? value : [];
  return parts.filter((part): part is string => typeof part === 'string' && part.trim() !== '').map((part) => part.trim());
}

function toRetryAttempt(attempt: JsonObject, index: number): RetryAttempt {
  const message = shown(cut(textAt(attempt, 'message'), LONGEST_MESSAGE), LONGEST_MESSAGE);
  const trace = shown(cut(textAt(attempt, 'trace'), LONGEST_TRACE), LONGEST_TRACE);
  return {
    attempt: index + 1,
    status: statusOf(textAt(attempt, 'status')),
    duration: wholeMs(numberAt(attempt, 'duration')),
    ...(message === '' ? {} : { message }),
    ...(trace === '' ? {} : { trace }),
  };
}

const KNOWN = new Set([
  ...[
    'id',
    'testId',
    'executionId',
    'name',
    'status',
    'duration',
    'start',
    'stop',
    'suite',
    'message',
    'trace',
    'line',
    'rawStatus',
    'tags',
  ],
  ...['filePath', 'retries', 'retryAttempts', 'flaky', 'browser', 'attachments', 'extra', 'screenshot', 'stdout', 'stderr'],
]);
/** Pictures and pages do not belong into what is kept of each test. */
const MOST_EXTRA = 20_000;

/** What the test has beyond the fields above: its own `extra`, and fields that we do not know. */
function extraOf(test: JsonObject): Record<string, unknown> | null {
  const unknown = Object.entries(test).filter(([key]) => !KNOWN.has(key));
  const extra = { ...objectAt(test, 'extra'), ...Object.fromEntries(unknown) };
  return Object.keys(extra).length === 0 || JSON.stringify(extra).length > MOST_EXTRA ? null : extra;
}
