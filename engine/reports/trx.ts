import type { Test, TestStatus } from 'ctrf';
import { wholeMs } from './durations.ts';
import { projectPath } from './find-files.ts';
import { errorOutside, LONGEST_MESSAGE, LONGEST_TRACE, type ReadFile, type ReportReader, type Source, shown } from './reader.ts';
import { attribute, childrenOf, type Element, firstTag, NO_ELEMENT, rootElements, textOf } from './xml.ts';
import { parseXml } from './xml-document.ts';

/**
 * TRX, the results of `dotnet test --logger trx` and of Visual Studio, by their schema (vstst.xsd, namespace
 * http://microsoft.com/schemas/VisualStudio/TeamTest/2010). Results are counted, not what the counters say.
 */
export const trxReader: ReportReader = {
  name: 'TRX',
  // CppUnit's root has that name, too.
  detect: ({ head }) => firstTag(head)?.name === 'TestRun' && !/<(?:FailedTests|SuccessfulTests)[\s/>]/.test(head),
  read: ({ text }, source) => {
    const document = parseXml(text, source, UNUSED);
    const found: ReadFile = { tests: [], warnings: [], tool: null, start: null, stop: null, incomplete: false };
    for (const run of rootElements(document, 'TestRun')) readRun(run, found, source);
    return found;
  },
};

/** A third of such a file: which test is on which list, and which program ran it. */
const UNUSED = new Set(['TestEntry', 'TestList', 'Execution']);

function readRun(run: Element, found: ReadFile, source: Source): void {
  const definitions = definitionsOf(run);
  for (const results of childrenOf(run, 'Results')) readResults(results, { definitions, found, source }, []);
  for (const times of childrenOf(run, 'Times')) {
    found.start = moment(attribute(times, 'start'));
    found.stop = moment(attribute(times, 'finish'));
  }
  for (const summary of childrenOf(run, 'ResultSummary')) readSummary(summary, found, source);
}

/** The kinds of results: tests, those of other tools, manual ones, and those that only hold others. */
const KINDS = ['UnitTestResult', 'GenericTestResult', 'WebTestResult', 'ManualTestResult', 'TestResult', 'TestResultAggregation'];

interface Definition {
  className: string;
}

interface Run {
  definitions: ReadonlyMap<string, Definition>;
  found: ReadFile;
  source: Source;
}

/** The rows of a data-driven test, and the tests of an ordered one, are what was run; what holds them is not counted. */
function readResults(holder: Element, run: Run, outer: readonly string[]): void {
  const { definitions, found, source } = run;
  for (const result of KINDS.flatMap((kind) => childrenOf(holder, kind))) {
    const inner = childrenOf(result, 'InnerResults').filter((one) => KINDS.some((kind) => childrenOf(one, kind).length > 0));
    const before = found.tests.length;
    const definition = definitions.get(attribute(result, 'testId') ?? '');
    if (inner.length === 0) {
      found.tests.push(toTest(result, definition, outer, source));
      continue;
    }
    const name = attribute(result, 'testName') ?? '';
    for (const one of inner) readResults(one, run, name === '' || outer.includes(name) ? outer : [...outer, name]);
    // A clean-up of the class, or the like: no row failed, and the whole did.
    const own = toTest(result, definition, outer, source);
    if (own.status === 'failed' && found.tests.slice(before).every(({ status }) => status !== 'failed'))
      found.tests.push(errorOutside(name, own.message ?? 'It failed although none of its rows did.', own.trace ?? ''));
  }
}

function definitionsOf(run: Element): Map<string, Definition> {
  const found = new Map<string, Definition>();
  for (const definitions of childrenOf(run, 'TestDefinitions')) {
    for (const test of ['UnitTest', 'GenericTest', 'WebTest', 'ManualTest', 'OrderedTest'].flatMap((kind) =>
      childrenOf(definitions, kind),
    )) {
      const [method = NO_ELEMENT] = childrenOf(test, 'TestMethod');
      // Older versions add the assembly: "Shop.CartTests, Shop, Version=1.0.0.0, …".
      const className = (attribute(method, 'className') ?? '').split(',', 1)[0]?.trim() ?? '';
      found.set(attribute(test, 'id') ?? '', { className });
    }
  }
  return found;
}

function toTest(result: Element, definition: Definition | undefined, outer: readonly string[], { projectRoot }: Source): Test {
  const outcome = attribute(result, 'outcome') ?? '';
  const status = statusOf(outcome);
  const [output = NO_ELEMENT] = childrenOf(result, 'Output');
  const [error = NO_ELEMENT] = childrenOf(output, 'ErrorInfo');
  const message = shown(childrenOf(error, 'Message').map(textOf).join('\n'), LONGEST_MESSAGE).trim();
  const trace = shown(childrenOf(error, 'StackTrace').map(textOf).join('\n'), LONGEST_TRACE);
  const fullName = attribute(result, 'testName') ?? '';
  const className = definition?.className ?? '';
  const name = className !== '' && fullName.startsWith(`${className}.`) ? fullName.slice(className.length + 1) : fullName;
  const start = moment(attribute(result, 'startTime'));
  const stop = moment(attribute(result, 'endTime'));
  const measured = spanMs(attribute(result, 'duration'));
  const place = / in (.+):line (\d{1,9})\s*$/m.exec(trace.slice(0, LONGEST_TRACE));
  const suite = [...(className === '' ? [] : [className]), ...outer.filter((part) => part !== className)];
  return {
    name: name || '(a test without a name)',
    status,
    rawStatus: outcome || '(none)',
    duration: measured ?? (start === null || stop === null ? 0 : wholeMs(stop - start)),
    ...(start === null ? {} : { start }),
    ...(stop === null ? {} : { stop }),
    ...(suite.length > 0 ? { suite } : {}),
    ...(message !== '' ? { message } : status === 'failed' ? { message: `Its outcome is ${outcome || 'missing'}.` } : {}),
    ...(trace === '' ? {} : { trace }),
    ...(place?.[1] ? { filePath: projectPath(place[1], projectRoot), line: Number(place[2]) } : {}),
  };
}

/** The outcomes of the schema. Without one, or with one that says that a test is not over or could not be run, it did not pass. */
function statusOf(outcome: string): TestStatus {
  switch (outcome) {
    case 'Passed':
    case 'PassedButRunAborted':
    case 'Completed':
    case 'Warning':
      return 'passed';
    case 'NotExecuted':
    case 'Inconclusive':
    case 'Pending':
      return 'skipped';
    default:
      return 'failed';
  }
}

/** What the run says beside its tests: errors of its own, such as a host that crashed, and that it was ended before its time. */
function readSummary(summary: Element, found: ReadFile, { file }: Source): void {
  for (const info of childrenOf(summary, 'RunInfos').flatMap((infos) => childrenOf(infos, 'RunInfo'))) {
    const text = shown(childrenOf(info, 'Text').map(textOf).join('\n'), LONGEST_MESSAGE).trim();
    if (/^(Error|Failed|Aborted|Timeout)$/.test(attribute(info, 'outcome') ?? '') && !isOfATest(text, found.tests))
      found.tests.push(errorOutside('Test run', text || 'The run had an error.', ''));
    else if (text !== '' && attribute(info, 'outcome') === 'Warning' && !SKIPPED.test(text))
      found.warnings.push(`${file}: ${text.split('\n', 1)[0]}`);
  }
  const outcome = attribute(summary, 'outcome') ?? '';
  const nothingFailed = found.tests.every(({ status }) => status !== 'failed' && status !== 'other');
  if (nothingFailed && /^(Failed|Error|Aborted|Timeout|Disconnected|PassedButRunAborted)$/.test(outcome))
    found.tests.push(errorOutside('Test run', `The run ended as ${outcome} although no test failed.`, ''));
  const [counters = NO_ELEMENT] = childrenOf(summary, 'Counters');
  const claimed = ['failed', 'error', 'timeout', 'aborted'].reduce((sum, name) => sum + (Number(attribute(counters, name)) || 0), 0);
  if (nothingFailed && claimed > 0) {
    found.incomplete = true;
    found.warnings.push(`${file} counts ${claimed} ${claimed === 1 ? 'failure' : 'failures'} but names no failed test.`);
  }
}

/** xUnit's adapter says it of each skipped test, which is in the results as well. */
const SKIPPED = /^\[xUnit\.net [\d:.]+\]\s+.* \[SKIP\]$/;
/** https://aka.ms/testingplatform/exitcodes: 2 is "at least one test failure". */
const TESTS_FAILED = /^Exit code indicates failure: '2'/;

/** xUnit's adapter repeats each failed test as an error of the run: "[xUnit.net 00:00:00.52]     Shop.CartTests.Removes [FAIL]". */
function isOfATest(text: string, tests: readonly Test[]): boolean {
  if (TESTS_FAILED.test(text)) return tests.some(({ status }) => status === 'failed');
  const said = /^\[xUnit\.net [\d:.]+\]\s+(.*) \[FAIL\]$/.exec(text)?.[1];
  return (
    said !== undefined &&
    tests.some(({ name, status, suite = [] }) => status === 'failed' && (said.endsWith(name) || suite.some((part) => said.includes(part))))
  );
}

/** UTC ms of "2026-03-02T10:11:12.1234567+01:00"; null for what is no time, and for .NET's year 1. */
function moment(text: string | undefined): number | null {
  const ms = Date.parse((text ?? '').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}

/** ms of "[d.]hh:mm:ss[.fffffff]"; null for what is none. */
function spanMs(text: string | undefined): number | null {
  const match = /^(?:(\d{1,6})\.)?(\d{1,6}):(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)$/.exec((text ?? '').trim());
  if (!match) return null;
  const [, days = '0', hours, minutes, seconds] = match;
  return wholeMs(((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000);
}
