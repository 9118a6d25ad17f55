import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestHome } from '../e2e/support/home.ts';
import { run } from './testing/commands.ts';

const PASSED = '<testsuite name="cart"><testcase name="adds" time="1.5"/></testsuite>';
const FAILED =
  '<testsuite name="cart"><testcase name="pays" file="cart.test.ts" line="7"><failure message="expected 3, got 4">trace</failure></testcase></testsuite>';

test('any report is read without a host; its exit code says failed, unreadable, empty or passed', { timeout: 60_000 }, async () => {
  await using home = new TestHome();
  const cwd = home.project({
    'passed.txt': PASSED,
    'failed.xml': FAILED,
    'empty.xml': '<testsuites/>',
    'cut.xml': FAILED.slice(0, -5),
    'page.html': '<html></html>',
  });
  mkdirSync(join(cwd, 'folder'));
  const at = { home: home.home, cwd };
  expect(await run(['report', 'passed.txt'], at)).toEqual({ code: 0, out: 'JUnit XML · 1 test · 1 passed · 0:01\n', err: '' });
  expect(await run(['report', 'passed.txt', 'failed.xml'], at)).toEqual({
    code: 1,
    out: 'JUnit XML · 2 tests · 1 failed, 1 passed · 0:01\n\ncart › pays\n  cart.test.ts:7\n  expected 3, got 4\n',
    err: '',
  });
  expect(await run(['report', 'empty.xml'], at)).toMatchObject({ code: 5, out: 'JUnit XML · no tests · 0:00\n' });
  const cut = await run(['report', 'passed.txt', 'cut.xml', 'page.html', 'none.xml', 'folder'], at);
  expect(cut).toMatchObject({ code: 2, out: 'JUnit XML · 1 test · 1 passed · 0:01\n' });
  expect(cut.err.split('\n')).toEqual([
    expect.stringMatching(/^cut\.xml ends in line 1, before its tags were closed/),
    expect.stringMatching(/^page\.html, line 1: it is a web page/),
    'none.xml cannot be read: there is no such file.',
    'folder cannot be read: it is a folder; name the files in it.',
    '',
  ]);
  expect(existsSync(join(home.home, 'host.json'))).toBe(false);
});

test('as JSON it names format, counts, failures with place and message, and what could not be read', { timeout: 60_000 }, async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project({ 'failed.xml': FAILED, 'page.html': '<html></html>' }) };
  const { code, out, err } = await run(['report', 'failed.xml', 'page.html', '--json'], at);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(JSON.parse(out)).toMatchObject({
    format: 'JUnit XML',
    formats: ['JUnit XML'],
    test_counts: { total: 1, passed: 0, failed: 1, skipped: 0, flaky: 0 },
    duration_seconds: 0,
    failures: [{ name: 'pays', suite: ['cart'], message: 'expected 3, got 4', trace: 'trace', file: 'cart.test.ts', line: 7 }],
    problems: [expect.stringContaining('page.html')],
    tests: [{ name: 'pays', status: 'failed' }],
  });
});

test('of very many failures the first 1000 are told and the others counted; as JSON all are there', { timeout: 60_000 }, async () => {
  await using home = new TestHome();
  const cases = Array.from(
    { length: 1100 },
    (_, n) => `<testcase name="case ${n}"><failure message="no ${n}">trace ${n}</failure></testcase>`,
  );
  const at = { home: home.home, cwd: home.project({ 'many.xml': `<testsuite name="s">${cases.join('')}</testsuite>` }) };
  const { code, out } = await run(['report', 'many.xml'], at);
  expect(code).toBe(1);
  expect(out).toMatch(/^JUnit XML · 1100 tests · 1100 failed · /);
  expect(out.match(/^s › case \d+$/gm)).toHaveLength(1000);
  expect(out).toContain('s › case 999\n  no 999\n\nand 100 more failures, which --json prints too\n');
  const document = JSON.parse((await run(['report', 'many.xml', '--json'], at)).out);
  expect(document.failures).toHaveLength(1100);
  expect(document.failures.at(-1)).toMatchObject({ name: 'case 1099', message: 'no 1099', trace: 'trace 1099' });
  expect(document.tests).toEqual(document.failures);
});
