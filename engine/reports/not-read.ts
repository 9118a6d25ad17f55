import type { Content } from './content.ts';
import { field, isObject, type JsonObject } from './json-fields.ts';
import { firstTag } from './xml.ts';

interface Format {
  name: string;
  /** What to have written in its place. */
  instead: string;
}

const TRX = 'TRX: `dotnet test --logger trx`';

/** By the name of the outermost element. */
const XML: Readonly<Record<string, Format>> = {
  'test-run': { name: 'NUnit 3 XML', instead: TRX },
  'test-results': { name: 'NUnit 2 XML', instead: TRX },
  assemblies: { name: 'xUnit.net XML', instead: TRX },
  assembly: { name: 'xUnit.net XML', instead: TRX },
  'testng-results': {
    name: "TestNG's own XML",
    instead: 'JUnit XML, which TestNG puts into junitreports/, Surefire and Gradle write by themselves',
  },
  robot: { name: "Robot Framework's own XML", instead: 'JUnit XML: `robot --xunit FILE`' },
  'test-suite': { name: 'Allure 1 XML', instead: 'Allure 2 results or JUnit XML' },
  Catch: { name: "Catch2's own XML", instead: 'JUnit XML: `--reporter junit`' },
  Catch2TestRun: { name: "Catch2's own XML", instead: 'JUnit XML: `--reporter junit`' },
  doctest: { name: "doctest's own XML", instead: 'JUnit XML: `--reporters=junit`' },
  TestLog: { name: "Boost.Test's own XML", instead: 'JUnit XML: `--log_format=JUNIT`' },
  TestResult: { name: "Boost.Test's own XML", instead: 'JUnit XML: `--log_format=JUNIT`' },
  TestCase: { name: "Qt Test's own XML", instead: 'JUnit XML: `-o FILE,junitxml`' },
  TestRun: { name: "CppUnit's own XML", instead: 'JUnit XML' },
  Site: { name: "CTest's dashboard XML", instead: 'JUnit XML: `ctest --output-junit FILE`' },
};

const has = (json: JsonObject, ...names: string[]) => names.every((name) => Object.hasOwn(json, name));

/** One JSON value that is an object. */
const JSON_OBJECTS: readonly (Format & { is(json: JsonObject): boolean })[] = [
  {
    name: 'the JSON of Jest or Vitest',
    instead: 'JUnit XML: the reporter jest-junit, or `vitest --reporter=junit`',
    is: (json) => has(json, 'numTotalTests', 'testResults'),
  },
  {
    name: "mocha's own JSON",
    instead: 'JUnit XML or mochawesome: the reporters mocha-junit-reporter and mochawesome',
    is: (json) => has(json, 'stats', 'tests', 'passes', 'failures'),
  },
  { name: "RSpec's JSON", instead: 'JUnit XML: the formatter RspecJunitFormatter', is: (json) => has(json, 'examples', 'summary_line') },
  { name: "Newman's JSON", instead: 'JUnit XML: `--reporters junit`', is: (json) => has(json, 'collection', 'run') },
  { name: "TestCafe's JSON", instead: 'JUnit XML: `--reporter xunit:FILE`', is: (json) => has(json, 'fixtures', 'passed', 'total') },
  {
    name: "Playwright's note of what failed last",
    instead: "JUnit XML or Playwright JSON: Playwright's reporters junit and json",
    is: (json) => has(json, 'status', 'failedTests') && Object.keys(json).length === 2,
  },
];

/** A JSON object on each line, told by the first. */
const JSON_LINES: readonly (Format & { is(json: JsonObject): boolean })[] = [
  {
    name: 'the output of `go test -json`',
    instead: 'JUnit XML: `gotestsum --junitfile FILE`, or go-junit-report',
    is: (json) => has(json, 'Action', 'Package') || has(json, 'Action', 'ImportPath'),
  },
  {
    name: 'the samples of `k6 run --out json`',
    instead: "k6's summary: `--summary-export FILE`",
    is: (json) => has(json, 'type', 'data') && /^(Metric|Point)$/.test(String(field(json, 'type'))),
  },
  {
    name: "the output of Dart's or Flutter's json reporter",
    instead: 'JUnit XML: the package junitreport',
    is: (json) => has(json, 'protocolVersion'),
  },
  { name: "Cucumber's messages", instead: 'JUnit XML: `--format junit:FILE`', is: (json) => has(json, 'meta') },
];

/** What a report is that no reader here knows, and what to have written in its place, as the end of a sentence; null for what is no such thing. */
export function notReadHere(content: Content): string | null {
  const format = formatOf(content);
  return format === null ? null : `is ${format.name}, which is not read here. Have it written as ${format.instead}.`;
}

function formatOf({ head, json, text }: Content): Format | null {
  if (head.startsWith('<')) {
    const name = firstTag(head)?.name ?? '';
    return Object.hasOwn(XML, name) ? (XML[name] ?? null) : null;
  }
  if (isObject(json)) return JSON_OBJECTS.find(({ is }) => is(json)) ?? JSON_LINES.find(({ is }) => is(json)) ?? null;
  if (Array.isArray(json)) return isCucumber(json) ? { name: "Cucumber's JSON", instead: 'JUnit XML: `--format junit:FILE`' } : null;
  const first = firstLine(text);
  return first === null ? null : (JSON_LINES.find(({ is }) => is(first)) ?? null);
}

const isCucumber = (features: readonly unknown[]) =>
  features.length > 0 && features.every((feature) => isObject(feature) && has(feature, 'keyword', 'elements'));

const LONGEST_LINE = 20_000;

function firstLine(text: string): JsonObject | null {
  const line = text.slice(0, LONGEST_LINE).trimStart().split('\n', 1)[0] ?? '';
  if (!line.startsWith('{')) return null;
  try {
    const json: unknown = JSON.parse(line);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}
