import type { Test } from 'ctrf';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { cut, errorOutside, LONGEST_MESSAGE, LONGEST_TRACE, type ReadFile, type ReportReader, ReportProblem, type Source } from './reader.ts';
import { attribute, childrenOf, decodeEntities, type Element, firstTag, rootElements, textOf } from './xml.ts';

/**
 * JUnit XML as its many writers have it: https://github.com/testmoapp/junitxml gathers the dialects, and Maven Surefire's schema
 * (surefire-test-report.xsd) has the reruns. There is no other standard.
 */
export const junitReader: ReportReader = {
  name: 'JUnit XML',
  // A DOCTYPE hides what comes after it: `read` says why that is not read.
  detect: (head) => {
    const first = firstTag(head);
    return first !== null && (first.doctype || /^testsuites?$/.test(first.name));
  },
  read: (text, source) => {
    const document = parse(text, source);
    const found: ReadFile = { tests: [], warnings: [], tool: null, start: null, stop: null };
    for (const root of rootElements(document, 'testsuites', 'testsuite')) readSuite(root, [], found);
    return found;
  },
};

/** A parser that expands nothing but the five entities of XML and numbers: a document that declares its own is refused. */
function parse(text: string, { file }: Source): unknown {
  const first = firstTag(text);
  if (first?.doctype) throw new ReportProblem(`${file}, line ${first.line}: it has a DOCTYPE, which no test tool needs and which can hide attacks, so it was not read.`);
  try {
    const valid = XMLValidator.validate(text, {});
    if (valid !== true) throw new ReportProblem(placed(file, text, valid.err));
    return parser().parse(text);
  } catch (error) {
    if (error instanceof ReportProblem) throw error;
    throw new ReportProblem(`${file} is not JUnit XML that can be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function placed(file: string, text: string, { code, msg, line, col }: { code: string; msg: string; line: number; col: number }): string {
  // Several tags that are still open at the end are listed without a place: the place is the end.
  const unclosed = code === 'InvalidXml' && msg.startsWith("Invalid '[");
  if (unclosed || msg.startsWith('Unclosed tag')) return `${file} ends in line ${text.split('\n').length}, before its tags were closed: it was cut off, perhaps while it was written.`;
  return `${file}, line ${line}${col === undefined ? '' : `, column ${col}`}: it is not valid XML: ${msg}`;
}

const parser = () =>
  new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    removeNSPrefix: true,
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
    entityDecoder: {
      setExternalEntities: () => {},
      addInputEntities: () => {
        throw new Error('it has a DOCTYPE, which no test tool needs and which can hide attacks');
      },
      reset: () => {},
      decode: decodeEntities,
      setXmlVersion: () => {},
    },
  });

/** Suites nest, and may be empty. What they say about their numbers is not believed: the cases are counted. */
function readSuite(suite: Element, outer: readonly string[], found: ReadFile): void {
  const name = attribute(suite, 'name')?.trim() ?? '';
  const path = name === '' ? outer : [...outer, name];
  const at = Date.parse(attribute(suite, 'timestamp') ?? '');
  if (!Number.isNaN(at)) found.start = Math.min(found.start ?? at, at);
  for (const kind of ['error', 'failure']) {
    for (const problem of childrenOf(suite, kind)) found.tests.push(errorOutside(name || 'Outside of any test', ...messageOf(problem)));
  }
  for (const testcase of childrenOf(suite, 'testcase')) found.tests.push(toTest(testcase, suite, path));
  for (const inner of childrenOf(suite, 'testsuite')) readSuite(inner, path, found);
}

function toTest(testcase: Element, suite: Element, path: readonly string[]): Test {
  const name = attribute(testcase, 'name') ?? '';
  const className = attribute(testcase, 'classname')?.trim() ?? '';
  const filePath = attribute(testcase, 'file') ?? attribute(suite, 'file');
  const line = Number(attribute(testcase, 'line') ?? attribute(testcase, 'lineno') ?? Number.NaN);
  const problem = childrenOf(testcase, 'failure')[0] ?? childrenOf(testcase, 'error')[0];
  const reruns = ['flakyFailure', 'flakyError', 'rerunFailure', 'rerunError'].flatMap((kind) => childrenOf(testcase, kind));
  const skipped = childrenOf(testcase, 'skipped')[0] ?? (isNotRun(testcase) ? {} : undefined);
  const status = problem !== undefined ? 'failed' : skipped !== undefined ? 'skipped' : 'passed';
  const [message, trace] = messageOf(problem ?? skipped ?? {});
  return {
    name: name === '' ? className || '(a test without a name)' : name,
    status,
    duration: milliseconds(attribute(testcase, 'time')),
    suite: className === '' || path.includes(className) ? [...path] : [...path, className],
    ...(message === '' ? {} : { message: cut(message, LONGEST_MESSAGE) }),
    ...(trace === '' ? {} : { trace: cut(trace, LONGEST_TRACE) }),
    ...(filePath === undefined || filePath === '' ? {} : { filePath }),
    ...(Number.isInteger(line) && line >= 0 ? { line } : {}),
    ...(reruns.length > 0 ? { retries: reruns.length } : {}),
    ...(reruns.length > 0 && status === 'passed' ? { flaky: true } : {}),
  };
}

/** GoogleTest says it so, others by an element. */
const isNotRun = (testcase: Element) => /^(notrun|skipped|disabled|ignored|pending)$/i.test(attribute(testcase, 'status') ?? attribute(testcase, 'result') ?? '');

/** Message and whole text. Without a message the first line of the text is one, else the kind of error. */
function messageOf(problem: Element): [message: string, trace: string] {
  const text = textOf(problem).trim();
  const said = attribute(problem, 'message')?.trim() ?? '';
  return [said || (text.split('\n', 1)[0]?.trim() ?? '') || (attribute(problem, 'type') ?? ''), text];
}

/** Seconds as text, some writers with thousands separated by commas, to ms; 0 for what is no number. */
function milliseconds(seconds: string | undefined): number {
  const value = Number((seconds ?? '').replaceAll(',', ''));
  return Number.isFinite(value) && value > 0 ? Math.round(value * 1_000_000) / 1000 : 0;
}
