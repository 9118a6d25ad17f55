import type { Test } from 'ctrf';
import fc from 'fast-check';

import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { Content } from '../reports/content.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { junitReader } from '../reports/junit.ts';
import { exportResult } from './export.ts';
import type { Exported } from './exported.ts';

const TESTS: Test[] = [
  {
    name: 'pays by card',
    suite: ['tests/cart.spec.ts', 'cart'],
    filePath: 'tests/cart.spec.ts',
    line: 12,
    status: 'failed',
    duration: 1234,
    message: 'expected 3, got 4\nat the till',
    trace: 'at cart.ts:1',
  },
  { name: 'adds', suite: ['tests/cart.spec.ts', 'cart'], filePath: 'tests/cart.spec.ts', status: 'passed', duration: 5 },
  {
    name: 'searches',
    status: 'passed',
    flaky: true,
    retries: 1,
    duration: 9,
    retryAttempts: [{ attempt: 1, status: 'failed', message: 'once' }],
  },
  { name: 'later', status: 'skipped', duration: 0 },
];

function anExported(tests: Test[], rest: Partial<Exported['task']> = {}): Exported {
  const task = aTask({
    state: { status: 'failed', queuedAt: 0, startingAt: 0, startedAt: 0, endedAt: 83_000, reason: null },
    attempts: [anAttempt({ verdict: 'failed', durationMs: 83_000 })],
    verdict: 'failed',
    counts: { total: 4, passed: 2, failed: 1, skipped: 1, flaky: 1 },
    error: 'cart › pays by card: expected 3, got 4',
    git: { ...aGit(), branch: 'feature/x' },
    ...rest,
  });
  return { task, report: ctrfReport({ name: 'playwright' }, tests, 0, 83_000) };
}
const aGit = () => ({ branch: 'main', commit: 'abcdef0123456789', changedFiles: 2, tree: null });

/** What a strict parser of XML 1.0 complains of. */
function problemsOf(xml: string): string[] {
  const problems: string[] = [];
  const parser = new SaxesParser({});
  parser.on('error', ({ message }) => problems.push(message));
  parser.write(xml).close();
  return problems;
}

test('Markdown tells a reviewer what failed, what was flaky, and on what', () => {
  const text = exportResult(anExported(TESTS), 'markdown');
  expect(text).toMatch(/^## ❌ Failed: e2e of shop\n\n\*\*1 passed, 1 failed, 1 flaky, 1 skipped\*\*\n/);
  expect(text).toContain('Branch: feature/x');
  expect(text).toContain('Commit: abcdef012345 with 2 changed files');
  expect(text).toContain('Took: 1 min 23 s');
  expect(text).toContain('| tests/cart.spec.ts › cart › pays by card | <details><summary>expected 3, got 4</summary>');
  expect(text).toContain('### 1 flaky\n\n- searches (passed after 1 retry)');
});

test('JUnit XML is read back as the same tests', () => {
  const text = exportResult(anExported(TESTS), 'junit');
  expect(problemsOf(text)).toEqual([]);
  const { tests } = junitReader.read(new Content(text), { file: 'x.xml', projectRoot: '/', exitCode: null });
  expect(tests.map(({ name, status, flaky }) => [name, status, flaky ?? false])).toEqual([
    ['pays by card', 'failed', false],
    ['adds', 'passed', false],
    ['searches', 'passed', true],
    ['later', 'skipped', false],
  ]);
});

test('a run that failed without a failed test is not green in JUnit XML either', () => {
  const { task } = anExported([], { error: 'Playwright ended before it came to run tests.' });
  const text = exportResult({ task, report: null }, 'junit');
  expect(text).toContain('failures="1"');
  expect(text).toContain('Playwright ended before it came to run tests.');
});

test('CTRF names the run beside its tests, also where there are none', () => {
  const whole = JSON.parse(exportResult(anExported(TESTS), 'ctrf'));
  expect(whole.results.summary).toMatchObject({ tests: 4, failed: 1, flaky: 1 });
  expect(whole.results.environment).toMatchObject({ branchName: 'feature/x', commit: 'abcdef0123456789', testEnvironment: 'development' });
  expect(JSON.parse(exportResult({ ...anExported([]), report: null }, 'ctrf')).results.tests).toEqual([]);
});

test('what failed in quarantine is marked, and makes no format red', () => {
  const until = '2030-01-01';
  const exported = anExported(TESTS, {
    attempts: [anAttempt({ verdict: 'passed', quarantined: [{ test: 'cart › pays by card', until }] })],
    verdict: 'passed',
    counts: { total: 4, passed: 2, failed: 1, skipped: 1, flaky: 1, quarantined: 1 },
    error: null,
  });
  const markdown = exportResult(exported, 'markdown');
  expect(markdown).toContain('**1 passed, 1 failed in quarantine, 1 flaky, 1 skipped**');
  expect(markdown).toContain('### 1 failed in quarantine\n\n| Test |');
  expect(markdown).not.toContain('### 1 failed\n');
  const junit = exportResult(exported, 'junit');
  expect(junit).toContain('failures="0" errors="0" skipped="2"');
  expect(junit).toContain('<skipped message="Failed in quarantine: expected 3, got 4">');
  expect(exportResult(exported, 'html')).toContain('<td class="failed">failed, in quarantine</td>');
  const { tests } = JSON.parse(exportResult(exported, 'ctrf')).results;
  expect(tests.map(({ extra }: Test) => extra?.quarantined ?? false)).toEqual([true, false, false, false]);
});

const EVIL = `</script><img src=x onerror=alert(1)> | [x](javascript:alert(1)) ![i](http://e) @everyone #1 \`\`\`\n<!-- \u0000\u0001\ufffe\ud800 ]]> & \u202egnp`;

test('names and messages of tests are text in every format, never markup', () => {
  const evil: Test = { name: EVIL, suite: [EVIL], filePath: EVIL, status: 'failed', duration: 1, message: EVIL, trace: EVIL };
  const exported = anExported([evil, { ...evil, status: 'passed', flaky: true }], { error: EVIL, projectName: EVIL });
  const html = exportResult(exported, 'html');
  expect(html).not.toMatch(/<(?:script|img|link|iframe|a)\b/i);
  const markdown = exportResult(exported, 'markdown');
  // The error stands in a fence; outside of it nothing is left that means something.
  const outside = markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/m, '');
  expect(outside).not.toMatch(/<img|<script|<!--|\]\(|!\[|@everyone|`|http:\/\//);
  expect(outside.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Test'))).toHaveLength(1);
  for (const line of outside.split('\n').filter((one) => one.startsWith('|'))) expect(line.split('|')).toHaveLength(5);
  expect(problemsOf(exportResult(exported, 'junit'))).toEqual([]);
  expect(JSON.parse(exportResult(exported, 'ctrf')).results.tests[0].name).toBe(EVIL);
});

test('whatever tests are named, JUnit XML is well-formed, and the page has only its own elements', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(anything, anything, anything, (name, message, suite) => {
      const exported = anExported([{ name, suite: [suite], status: 'failed', duration: 1, message }], { error: message });
      const xml = exportResult(exported, 'junit');
      expect(problemsOf(xml)).toEqual([]);
      expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      const names = new Set([...exportResult(exported, 'html').matchAll(/<\/?([a-z0-9]+)/gi)].map(([, one]) => one));
      const own = [
        'html',
        'head',
        'meta',
        'title',
        'style',
        'body',
        'h1',
        'p',
        'strong',
        'dl',
        'dt',
        'dd',
        'pre',
        'table',
        'thead',
        'tbody',
        'tr',
        'th',
        'td',
        'br',
        'small',
        'details',
        'summary',
      ];
      expect([...names].filter((one) => !own.includes(one ?? ''))).toEqual([]);
    }),
  );
});
