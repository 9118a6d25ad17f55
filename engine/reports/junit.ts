import { resolve } from 'node:path';
import type { RetryAttempt, Test } from 'ctrf';
import { displayPath } from './find-files.ts';
import { errorOutside, LONGEST_MESSAGE, LONGEST_TRACE, type ReadFile, type ReportReader, type Source, shown } from './reader.ts';
import { attribute, childrenOf, type Element, firstTag, rootElements, textOf } from './xml.ts';
import { parseXml } from './xml-document.ts';

/**
 * JUnit XML as its many writers have it: https://github.com/testmoapp/junitxml gathers the dialects, and Maven Surefire's schema
 * (surefire-test-report.xsd) has the reruns. There is no other standard.
 */
export const junitReader: ReportReader = {
  name: 'JUnit XML',
  // A DOCTYPE hides what comes after it: `read` says why that is not read.
  detect: ({ head }) => {
    const first = firstTag(head);
    return first !== null && (first.doctype || /^testsuites?$/.test(first.name));
  },
  read: ({ text }, source) => {
    const document = parseXml(text, source, 'JUnit XML');
    const found: ReadFile = { tests: [], warnings: [], tool: null, start: null, stop: null, incomplete: false };
    // The name of <testsuites> is the run's, no part of the way to a test.
    for (const root of rootElements(document, 'testsuites')) readSuite(root, [], found, source);
    for (const root of rootElements(document, 'testsuite')) readSuite(root, pathOf(root, []), found, source);
    const claimed = claimedFailures(rootElements(document, 'testsuites', 'testsuite'));
    if (claimed > 0 && found.tests.every(({ status, flaky }) => (status === 'passed' && !flaky) || status === 'skipped')) {
      found.incomplete = true;
      found.warnings.push(`${source.file} counts ${claimed} ${claimed === 1 ? 'failure' : 'failures'} but names no failed test.`);
    }
    return found;
  },
};

/** A suite that repeats the name around it says nothing more. */
function pathOf(suite: Element, outer: readonly string[]): readonly string[] {
  const name = attribute(suite, 'name')?.trim() ?? '';
  return name === '' || name === outer.at(-1) ? outer : [...outer, name];
}

/** The highest number of failures and errors that one of these suites, or one in them, claims to have. */
function claimedFailures(suites: readonly Element[]): number {
  return Math.max(
    0,
    ...suites.map((suite) => {
      const own = ['failures', 'errors']
        .map((name) => Number(attribute(suite, name)))
        .filter((count) => count > 0 && Number.isFinite(count));
      return Math.max(
        own.reduce((sum, count) => sum + count, 0),
        claimedFailures(childrenOf(suite, 'testsuite')),
      );
    }),
  );
}

/**
 * Suites nest, and may be empty. The cases are counted, not what suites say about their numbers; only where they claim failures and no
 * case has one is something missing. `path`: down to this one.
 */
function readSuite(suite: Element, path: readonly string[], found: ReadFile, source: Source): void {
  for (const kind of ['error', 'failure']) {
    for (const problem of childrenOf(suite, kind))
      found.tests.push(errorOutside(path.at(-1) ?? 'Outside of any test', ...messageOf(problem)));
  }
  for (const testcase of childrenOf(suite, 'testcase')) found.tests.push(toTest(testcase, suite, path, source));
  for (const inner of childrenOf(suite, 'testsuite')) readSuite(inner, pathOf(inner, path), found, source);
}

function toTest(testcase: Element, suite: Element, path: readonly string[], { projectRoot }: Source): Test {
  const name = attribute(testcase, 'name') ?? '';
  const className = attribute(testcase, 'classname')?.trim() ?? '';
  const filePath = attribute(testcase, 'file') || attribute(suite, 'file') || attribute(suite, 'filepath');
  const line = Number(attribute(testcase, 'line') || attribute(testcase, 'lineno') || Number.NaN);
  const problems = [...childrenOf(testcase, 'failure'), ...childrenOf(testcase, 'error')];
  const reruns = ['flakyFailure', 'flakyError', 'rerunFailure', 'rerunError'].flatMap((kind) => childrenOf(testcase, kind));
  const skipped = childrenOf(testcase, 'skipped')[0] ?? (isNotRun(testcase) ? {} : undefined);
  const status = problems.length > 0 || isFailed(testcase) ? 'failed' : skipped !== undefined ? 'skipped' : 'passed';
  const said = (problems.length > 0 ? problems : [skipped ?? {}]).map(messageOf);
  const message = said.find(([first]) => first !== '')?.[0] ?? '';
  const trace = shown(
    said
      .map(([, text]) => text)
      .filter((text) => text !== '')
      .join('\n\n'),
    LONGEST_TRACE,
  );
  // A class that suite or name already say would only be read twice.
  const names = className === '' || path.includes(className) || name.includes(className) ? path : [...path, className];
  return {
    name: name === '' ? className || '(a test without a name)' : name,
    status,
    duration: milliseconds(attribute(testcase, 'time')),
    ...(names.length > 0 ? { suite: [...names] } : {}),
    ...(message === '' ? {} : { message }),
    ...(trace === '' ? {} : { trace }),
    ...(filePath ? { filePath: displayPath(resolve(projectRoot, filePath), projectRoot) } : {}),
    ...(Number.isInteger(line) && line >= 0 ? { line } : {}),
    ...(reruns.length > 0 ? { retries: reruns.length, retryAttempts: reruns.map(toRetryAttempt) } : {}),
    ...(reruns.length > 0 && status === 'passed' ? { flaky: true } : {}),
  };
}

function toRetryAttempt(rerun: Element, index: number): RetryAttempt {
  const [message, trace] = messageOf(rerun);
  return { attempt: index + 1, status: 'failed', message, ...(trace === '' ? {} : { trace: shown(trace, LONGEST_TRACE) }) };
}

const statusOf = (testcase: Element) => attribute(testcase, 'status') ?? attribute(testcase, 'result') ?? '';

/** GoogleTest says it so, others by an element. */
const isNotRun = (testcase: Element) => /^(notrun|skipped|disabled|ignored|pending)$/i.test(statusOf(testcase));

/** CTest says it so too, beside the element; others leave that out. */
const isFailed = (testcase: Element) => /^(fail(ed|ure)?|error(ed)?|broken|crashed|aborted|timed?[-_ ]?out)$/i.test(statusOf(testcase));

/** Message and whole text. Without a message the first line of the text is one, else the kind of error. */
function messageOf(problem: Element): [message: string, trace: string] {
  // Surefire keeps the trace of a rerun in an element of its own.
  const text = (textOf(problem).trim() || childrenOf(problem, 'stackTrace').map(textOf).join('\n')).trim();
  const said = shown(attribute(problem, 'message') ?? '', LONGEST_MESSAGE).trim();
  return [said || shown(text.split('\n', 1)[0] ?? '', LONGEST_MESSAGE).trim() || (attribute(problem, 'type') ?? ''), text];
}

/** Seconds as writers of many countries give them ("0.35", "0,35", "1,234.567", "1.234,5") in ms; 0 for what is no time. */
export function milliseconds(time: string | undefined): number {
  const text = (time ?? '').replace(/\s/g, '');
  const mark = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  // The last mark is the decimal one, unless it is there twice: then it separates thousands.
  const isDecimal = mark !== -1 && text.indexOf(text.charAt(mark)) === mark;
  const whole = isDecimal ? text.slice(0, mark) : text;
  const seconds = Number(`${whole.replace(/[.,]/g, '')}${isDecimal ? `.${text.slice(mark + 1)}` : ''}`);
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : 0;
}
