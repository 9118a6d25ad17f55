import type { TestCase } from '../../contract/result.ts';
import { type Exported, placeOf, testsOf } from './exported.ts';

/**
 * A result as JUnit XML, in the form that the common readers agree on (https://github.com/testmoapp/junitxml): a suite per file or class,
 * seconds, failures with message and trace. Errors outside of tests, and a failure that no test tells, are a case of their own. What failed in
 * quarantine is skipped, with its message: whoever reads the file should come to the same verdict.
 */
export function toJunit(exported: Exported): string {
  const { task } = exported;
  const tests = testsOf(exported);
  const suites = Map.groupBy(tests, ({ suite, filePath }) => filePath ?? suite[0] ?? task.config.category);
  if (task.error !== null && !tests.some(isFailure))
    suites.set(task.config.category, [...(suites.get(task.config.category) ?? []), asCase(task.error)]);
  const all = [...suites.values()].flat();
  const bodies = [...suites].map(
    ([name, tests]) => `  <testsuite name="${attribute(name)}" ${totals(tests)}>\n${tests.map(testCase).join('')}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${attribute(`${task.config.category} of ${task.projectName}`)}" ${totals(all)}>\n${bodies.join('')}</testsuites>\n`;
}

const asCase = (message: string): TestCase => ({
  name: 'the run itself',
  suite: [],
  status: 'failed',
  durationMs: 0,
  retries: 0,
  message,
  trace: null,
  filePath: null,
  line: null,
});

const isFailure = ({ status, quarantined }: TestCase) => status === 'failed' && !quarantined;
const isSkipped = ({ status, quarantined }: TestCase) => status === 'skipped' || quarantined === true;
const seconds = (ms: number) => (Math.max(0, ms) / 1000).toFixed(3);

function totals(tests: readonly TestCase[]): string {
  const time = seconds(tests.reduce((sum, { durationMs }) => sum + durationMs, 0));
  return `tests="${tests.length}" failures="${tests.filter(isFailure).length}" errors="0" skipped="${tests.filter(isSkipped).length}" time="${time}"`;
}

function testCase(test: TestCase): string {
  const file = test.filePath === null ? '' : ` file="${attribute(test.filePath)}"${test.line === null ? '' : ` line="${test.line}"`}`;
  const begin = `    <testcase classname="${attribute(test.suite.join(' › '))}" name="${attribute(test.name)}" time="${seconds(test.durationMs)}"${file}`;
  const body = bodyOf(test);
  return body === '' ? `${begin}/>\n` : `${begin}>\n${body}    </testcase>\n`;
}

function bodyOf(test: TestCase): string {
  const message = attribute((test.message ?? '').split('\n')[0] ?? '');
  const detail = text([test.message ?? '', test.trace ?? '', placeOf(test)].filter((part) => part !== '').join('\n'));
  switch (test.status) {
    case 'passed':
      return '';
    case 'skipped':
      return '      <skipped/>\n';
    case 'failed':
      if (test.quarantined) return `      <skipped message="Failed in quarantine: ${message}">${detail}</skipped>\n`;
      return `      <failure message="${message}">${detail}</failure>\n`;
    case 'flaky':
      // As surefire writes a test that passed when it was run again.
      return `      <flakyFailure message="${message}">${detail}</flakyFailure>\n`;
  }
}

/** Characters that XML 1.0 has (https://www.w3.org/TR/xml/#charsets); others cannot even be written as references. */
const valid = (value: string) => value.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
const text = (value: string) =>
  valid(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
const attribute = (value: string) => text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
