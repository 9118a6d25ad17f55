import { resolve } from 'node:path';
import type { Attachment, RetryAttempt, Test } from 'ctrf';
import { contentTypeOf } from './content-type.ts';
import { wholeMs } from './durations.ts';
import { displayPath } from './find-files.ts';
import { cut, LONGEST_MESSAGE, LONGEST_TRACE, type Source, shown } from './reader.ts';
import { attribute, childrenOf, type Element, textOf } from './xml.ts';

/** A `<testcase>`: a test, or one try of it. */
export interface Case {
  /** Equal for tries of the same test. */
  key: string;
  className: string;
  /** It says in which file and line it stands, so that another one of its key is the same test. */
  isPlaced: boolean;
  test: Test;
}

const RERUNS = ['flakyFailure', 'flakyError', 'rerunFailure', 'rerunError'];
/** What the fields of a test are made of; other attributes are kept as they are. */
const KNOWN = new Set(['name', 'classname', 'file', 'line', 'lineno', 'time', 'duration']);

/** Reads a case of a suite; `path` leads down to that. A failure wins over whatever else is said of the case. */
export function readCase(testcase: Element, suite: Element, path: readonly string[], source: Source, outerFile: string): Case {
  const name = attribute(testcase, 'name')?.trim() ?? ''; // jest-junit begins it with a space outside of blocks
  const className = attribute(testcase, 'classname')?.trim() ?? '';
  const filePath = attribute(testcase, 'file') || attribute(suite, 'file') || attribute(suite, 'filepath') || outerFile;
  // pytest (with junit_family xunit1) counts lines from 0.
  const line =
    Number(attribute(testcase, 'line') || attribute(testcase, 'lineno') || Number.NaN) + (attribute(suite, 'name') === 'pytest' ? 1 : 0);
  const problems = testcase.children.filter((child) => child.name === 'failure' || child.name === 'error');
  const reruns = testcase.children.filter((child) => RERUNS.includes(child.name));
  const skipped = childrenOf(testcase, 'skipped');
  const isSkipped = skipped.length > 0 || saysOfItself(testcase, NOT_RUN);
  const hasFailed = problems.length > 0 || saysOfItself(testcase, FAILED) || couldNotRun(testcase, skipped);
  const status = hasFailed ? 'failed' : isSkipped ? 'skipped' : 'passed';
  const said = (problems.length > 0 ? problems : skipped).map(messageOf);
  const message = said.find(([first]) => first !== '')?.[0] ?? '';
  const traces = said.map(([, text]) => text).filter((text) => text !== '');
  const trace = shown(traces.join('\n\n'), LONGEST_TRACE);
  // A class that suite or name already say would only be read twice.
  const names = className === '' || path.includes(className) || name.includes(className) ? path : [...path, className];
  const test: Test = {
    name: name === '' ? className || '(a test without a name)' : name,
    status,
    duration: milliseconds(attribute(testcase, 'time') ?? attribute(testcase, 'duration')),
    ...(names.length > 0 ? { suite: [...names] } : {}),
    ...(message === '' ? {} : { message }),
    ...(trace === '' ? {} : { trace }),
    ...(filePath ? { filePath: displayPath(resolve(source.projectRoot, filePath), source.projectRoot) } : {}),
    ...(Number.isSafeInteger(line) && line >= 0 ? { line } : {}),
    ...(reruns.length > 0 ? { retries: reruns.length, retryAttempts: reruns.map(toRetryAttempt) } : {}),
    ...(reruns.length > 0 && status === 'passed' ? { flaky: true } : {}),
    ...outputOf(testcase),
    ...extraOf(testcase),
  };
  const isPlaced = Boolean(attribute(testcase, 'file')) && !Number.isNaN(line);
  return { key: JSON.stringify([filePath ?? '', isPlaced ? line : '', className, name]), className, isPlaced, test };
}

function toRetryAttempt(rerun: Element, index: number): RetryAttempt {
  const [message, trace] = messageOf(rerun);
  return { attempt: index + 1, status: 'failed', message, ...(trace === '' ? {} : { trace: shown(trace, LONGEST_TRACE) }) };
}

/** GoogleTest says it so, others by an element. */
const NOT_RUN = /^(notrun|skipped|disabled|ignored|pending|suppressed)$/i;
/** CTest says it so too, beside the element; others leave that out. */
const FAILED = /^(fail(ed|ure)?|error(ed)?|broken|crashed|aborted|timed?[-_ ]?out)$/i;

/** CTest writes a test that it could not start as skipped, and counts it as failed. */
const COULD_NOT_RUN =
  /^(Unable to find executable|Required Files Missing|Failed to start|Fixture dependency failed|Insufficient resources|Invalid resource spec)/i;
const couldNotRun = (testcase: Element, skipped: readonly Element[]): boolean =>
  attribute(testcase, 'status') === 'notrun' && skipped.some((one) => COULD_NOT_RUN.test(attribute(one, 'message') ?? ''));

const saysOfItself = (testcase: Element, what: RegExp): boolean =>
  ['status', 'result'].some((name) => what.test(attribute(testcase, name)?.trim() ?? ''));

/** Message and whole text of a failure. Where the message says nothing, the text's first line that does is one, else the kind of error. */
export function messageOf(problem: Element): [message: string, trace: string] {
  // Surefire keeps the trace of a rerun in an element of its own.
  const text = (textOf(problem).trim() || childrenOf(problem, 'stackTrace').map(textOf).join('\n')).trim();
  const said = shown(attribute(problem, 'message') ?? '', LONGEST_MESSAGE).trim();
  // Go's writers say "Failed" of each failure, and put all that a skipped test printed into the message.
  const says = said !== '' && said !== 'Failed' && !said.startsWith('=== RUN');
  return [says ? said : tellingLine(text || said) || said || (attribute(problem, 'type') ?? ''), text];
}

/** What Go and Jest print around the line that tells something; testify's table begins with the place. */
const AROUND = /^\s*(?:===? \w+\s|--- (?:FAIL|PASS|SKIP): |Error Trace:|[\w./-]+\.go:\d+:\s*$|● Test suite failed to run|$)/;

/** The first line of a text that tells something, without the place that Go puts before it. */
function tellingLine(text: string): string {
  const lines = shown(text, LONGEST_TRACE).split('\n');
  const line = lines.find((one) => !AROUND.test(one)) ?? '';
  // jest-junit writes what broke outside of tests as JSON.
  const [, thrown = line] = /^\{.*"(?:message|stack)":"((?:[^"\\]|\\[^n])+)/.exec(line) ?? [];
  return cut(thrown.replace(/^\s*[\w./-]+\.go:\d+: /, '').replace(/^\s+Error:\s+/, ''), LONGEST_MESSAGE).trim();
}

/** What the test printed, and the files that it names there: https://plugins.jenkins.io/junit-attachments */
function outputOf(testcase: Element): Pick<Test, 'stdout' | 'stderr' | 'attachments'> {
  const [stdout, stderr] = ['system-out', 'system-err'].map((name) => childrenOf(testcase, name).map(textOf).join('\n').trim());
  const attachments = [...`${stdout}\n${stderr}`.matchAll(/\[\[ATTACHMENT\|([^\]\n]{1,4096})\]\]/g)].map(([, path = '']) =>
    toAttachment(path.trim()),
  );
  return {
    ...(stdout ? { stdout: [shown(stdout, LONGEST_MESSAGE)] } : {}),
    ...(stderr ? { stderr: [shown(stderr, LONGEST_MESSAGE)] } : {}),
    ...(attachments.length > 0 ? { attachments } : {}),
  };
}

function toAttachment(path: string): Attachment {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  return { name, contentType: contentTypeOf(name), path };
}

/** What else is said of a case: its properties and its other attributes. */
function extraOf(testcase: Element): Pick<Test, 'extra'> {
  const attributes = Object.entries(testcase.attributes).filter(([name]) => !KNOWN.has(name));
  const properties = childrenOf(testcase, 'properties').flatMap((list) =>
    childrenOf(list, 'property').map((property): [string, string] => [
      attribute(property, 'name') ?? '',
      attribute(property, 'value') ?? textOf(property),
    ]),
  );
  const all = [...attributes, ...properties].map(([name, value]) => [name, cut(value, LONGEST_MESSAGE)]);
  return all.length === 0 ? {} : { extra: Object.fromEntries(all) };
}

/** Seconds as writers of many countries give them ("0.35", "0,35", "1,234.567", "1.234,5") in ms; 0 for what is no time. */
export function milliseconds(time: string | undefined): number {
  const text = (time ?? '').replace(/\s/g, '');
  const mark = Math.max(text.lastIndexOf('.'), text.lastIndexOf(','));
  // The last mark is the decimal one, unless it is there twice: then it separates thousands.
  const isDecimal = mark !== -1 && text.indexOf(text.charAt(mark)) === mark;
  const whole = isDecimal ? text.slice(0, mark) : text;
  const seconds = Number(`${whole.replace(/[.,]/g, '')}${isDecimal ? `.${text.slice(mark + 1)}` : ''}`);
  return wholeMs(seconds * 1000);
}
