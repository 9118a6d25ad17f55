import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Progress } from '../../../contract/result.ts';
import { OutputProgress } from './output-progress.ts';

/** Output that the tools themselves have printed; Cypress, Go, gotestsum and Playwright's list as their documentation shows it. */
const sample = (name: string) => readFileSync(join(import.meta.dirname, 'samples', `${name}.txt`), 'utf8');

function toldBy(text: string, size = text.length): Progress | null {
  const output = new OutputProgress();
  let progress: Progress | null = null;
  for (let at = 0; at < text.length; at += size) progress = output.take(text.slice(at, at + size)) ?? progress;
  return progress;
}

const EXPECTED: Record<string, { total: number | null; passed: number; failed: number; skipped: number; failures: string[] }> = {
  pytest: {
    total: 8,
    passed: 4,
    failed: 3,
    skipped: 1,
    failures: ['test_cart.py::TestCart::test_total', 'test_cart.py::test_par[a/b]', 'test_more.py::test_2'],
  },
  'pytest-v': {
    total: 8,
    passed: 4,
    failed: 3,
    skipped: 1,
    failures: ['test_cart.py::TestCart::test_total', 'test_cart.py::test_par[a/b]', 'test_more.py::test_2'],
  },
  'pytest-q': {
    total: null,
    passed: 4,
    failed: 3,
    skipped: 1,
    failures: ['test_cart.py::TestCart::test_total', 'test_cart.py::test_par[a/b]', 'test_more.py::test_2'],
  },
  'node-spec': { total: null, passed: 3, failed: 2, skipped: 1, failures: ['fails', 'cart › breaks (now)'] },
  'node-tap': { total: null, passed: 3, failed: 2, skipped: 1, failures: ['fails', 'breaks (now)'] },
  mocha: { total: null, passed: 2, failed: 1, skipped: 1, failures: ['cart › breaks'] },
  cypress: { total: null, passed: 2, failed: 1, skipped: 1, failures: ['cart › breaks'] },
  jest: { total: 6, passed: 3, failed: 2, skipped: 1, failures: ['cart › breaks', 'two'] },
  'jest-v': { total: 6, passed: 3, failed: 2, skipped: 1, failures: ['cart › breaks', 'two'] },
  vitest: { total: 5, passed: 3, failed: 1, skipped: 1, failures: ['breaks'] },
  'vitest-v': { total: 5, passed: 3, failed: 1, skipped: 1, failures: ['a.test.ts > cart > breaks'] },
  'go-test-v': { total: null, passed: 1, failed: 2, skipped: 1, failures: ['TestCart', 'TestCart/breaks'] },
  'gotestsum-testname': { total: null, passed: 2, failed: 1, skipped: 0, failures: ['TestBreaks'] },
  'playwright-list': { total: 4, passed: 2, failed: 1, skipped: 1, failures: ['[chromium] › cart.spec.ts:7:5 › breaks'] },
};

describe('the output of', () => {
  for (const [name, { failures, ...counts }] of Object.entries(EXPECTED))
    test(`${name} tells how many tests have ended and which failed, in whatever pieces it comes`, () => {
      for (const size of [Number.POSITIVE_INFINITY, 7, 100]) {
        const progress = toldBy(sample(name), size);
        expect(progress).toMatchObject({ source: 'output', ...counts, done: counts.passed + counts.failed + counts.skipped });
        expect(progress?.failures.map(({ title }) => title)).toEqual(failures);
      }
    });
});

test('a failure is told with its message, where the output has one by then', () => {
  const messages = (name: string) => toldBy(sample(name))?.failures.map(({ message }) => message);
  expect(messages('vitest-v')).toEqual(['expected 1 to be 2 // Object.is equality']);
  expect(messages('mocha')?.[0]).toContain('Expected values to be strictly equal');
  expect(messages('cypress')?.[0]).toContain('Timed out retrying');
  expect(messages('go-test-v')?.[0]).toBe('got 1, want 2');
  expect(messages('pytest')?.[0]).toBe('assert 1 == 2');
});

test('before its end a run tells how far it is', () => {
  const until = (name: string, mark: string) => toldBy(sample(name).slice(0, sample(name).indexOf(mark)));
  expect(until('pytest-v', 'test_more.py::test_2')).toMatchObject({ total: 8, done: 6, failed: 2, percent: null });
  expect(until('cypress', '  pay\n')).toMatchObject({ percent: 50, current: { title: 'pay.cy.js' } });
  expect(until('k6', 'running (03.0s)')).toMatchObject({ percent: 67, done: 0, current: { title: '2/2 VUs for 02.0s' } });
  expect(until('go-test-v', '--- FAIL: TestCart (')).toMatchObject({ current: { title: 'TestCart/breaks' } });
});

describe('before a line has ended', () => {
  const START = '=== test session starts ===\ncollected 8 items\n\n';

  test('the letters of pytest count as they come, once', () => {
    expect(toldBy(`${START}test_cart.py .F`)).toMatchObject({ total: 8, done: 2, passed: 1, failed: 1, outcomes: 'pf' });
    expect(toldBy(`${START}test_cart.py .Fs   [ 37%]\ntest_pay.py .`, 1)).toMatchObject({ done: 4, passed: 2, failed: 1, skipped: 1 });
  });

  test('pytest -v names the test that runs', () => {
    expect(toldBy(`${START}test_cart.py::test_adds PASSED [ 12%]\ntest_cart.py::test_pays `)).toMatchObject({
      done: 1,
      current: { title: 'test_cart.py::test_pays' },
    });
  });
});

test('mocha with other reporters tells at its end how many passed and what failed', () => {
  const text =
    '\n  ․․!․\n\n  3 passing (1s)\n  1 pending\n  1 failing\n\n  1) cart\n       inner\n         adds:\n     Error: declined\n      at x\n';
  expect(toldBy(text)).toMatchObject({
    passed: 3,
    failed: 1,
    skipped: 1,
    total: 5,
    failures: [{ title: 'cart › inner › adds', message: 'Error: declined' }],
  });
});

test('two tests of one name that failed are two failures, each with its message', () => {
  const failed = (name: string) => `  ${name}\n    1) adds\n`;
  expect(toldBy(`${failed('cart')}${failed('cart')}`)).toMatchObject({ failed: 2, failures: [{}, {}] });
});

test('mocha and Playwright tell what went wrong below the failure', () => {
  expect(toldBy('TAP version 13\n1..1\nnot ok 1 cart adds\n  declined\n  Error: declined\n')?.failures).toEqual([
    { title: 'cart adds', message: 'declined' },
  ]);
  const failure = '  1) cart.spec.ts:7:5 › breaks ────────\n\n    Error: declined\n';
  expect(toldBy(`Running 2 tests using 1 worker\n\n[1/2] cart.spec.ts:7:5 › breaks\n${failure}`)).toMatchObject({
    failed: 1,
    percent: 50,
    failures: [{ message: 'Error: declined' }],
  });
});

test('what Playwright runs again is one test, of which the last try counts', () => {
  const line = (mark: string, number: number, title: string) => `  ${mark}  ${number} cart.spec.ts:7:5 › ${title} (1.2s)\n`;
  const serial = [line('✓', 1, 'one'), line('✘', 2, 'two'), line('-', 3, 'three')];
  const again = [line('✓', 4, 'one (retry #1)'), line('✓', 5, 'two (retry #1)'), line('✘', 6, 'three (retry #1)')];
  expect(toldBy(`Running 3 tests using 1 worker\n${serial.join('')}`)).toMatchObject({ total: 3, passed: 1, failed: 1, skipped: 1 });
  expect(toldBy(`Running 3 tests using 1 worker\n${[...serial, ...again].join('')}`)).toMatchObject({
    total: 3,
    passed: 2,
    failed: 1,
    skipped: 0,
  });
});

describe('Go', () => {
  test('without -v tells of failures alone, with what comes after them', () => {
    const text =
      '--- FAIL: TestAdds (0.30s)\n    a_test.go:4: got 1\n--- FAIL: TestPays (0.30s)\n    --- FAIL: TestPays/card (0.20s)\n        a_test.go:5: declined\nFAIL\n';
    expect(toldBy(text)).toMatchObject({
      failed: 3,
      failures: [
        { title: 'TestAdds', message: 'got 1' },
        { title: 'TestPays', message: '' },
        { title: 'TestPays/card', message: 'declined' },
      ],
    });
  });

  test('is counted once where gotestsum repeats what Go said', () => {
    const text =
      'PASS shop/cart.TestA (0.30s)\n=== RUN   TestB\n    a_test.go:4: got 1\n--- FAIL: TestB (0.30s)\nFAIL shop/cart.TestB (0.30s)\n=== Failed\n=== FAIL: shop/cart TestB (0.30s)\n--- FAIL: TestB (0.30s)\n';
    expect(toldBy(text)).toMatchObject({ passed: 1, failed: 1, failures: [{ title: 'TestB', message: 'got 1' }] });
  });

  test('tells the same with -json', () => {
    const event = (Action: string, rest: object) =>
      `${JSON.stringify({ Time: '2026-03-02T10:11:12Z', Action, Package: 'shop', ...rest })}\n`;
    const text =
      event('start', {}) +
      event('run', { Test: 'TestA' }) +
      event('output', { Test: 'TestA', Output: '    a_test.go:4: got 1\n' }) +
      event('fail', { Test: 'TestA' }) +
      event('run', { Test: 'TestB' }) +
      event('pass', { Test: 'TestB' }) +
      event('run', { Test: 'TestC' }) +
      event('fail', {});
    expect(toldBy(text)).toMatchObject({
      passed: 1,
      failed: 1,
      current: { title: 'TestC' },
      failures: [{ title: 'TestA', message: 'got 1' }],
    });
  });
});

test('TAP of several depths counts what has no tests below it; a flat plan is the total', () => {
  expect(toldBy('TAP version 13\n1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no card\n')).toMatchObject({
    total: 3,
    passed: 1,
    failed: 1,
    skipped: 1,
  });
  expect(toldBy('TAP version 14\n    ok 1 - in\n    not ok 2 - side\n    1..2\nnot ok 1 - file\n1..1\n')).toMatchObject({
    passed: 1,
    failed: 1,
  });
  expect(toldBy('TAP version 13\nnot ok 1 - known # TODO later\n')).toMatchObject({ failed: 0, skipped: 1 });
});

test('what is no test runner tells nothing', () => {
  for (const text of [
    'y\n'.repeat(1000),
    '✓ 34 modules transformed.\nbuilt in 3 s\n',
    '1) read this\n2) then that\n',
    'PASS the salt\n',
    '',
  ])
    expect(toldBy(text)).toBeNull();
});

test('a build before the tests, and a line without end, are passed over', () => {
  expect(toldBy(`> build\n${'x'.repeat(3_000_000)}\n${sample('pytest-v')}`, 65_536)).toMatchObject({ total: 8, failed: 3 });
});

test('whatever is printed, the answer keeps to its schema and its limits', () => {
  const names = Object.keys(EXPECTED);
  const lines = names.flatMap((name) => sample(name).split('\n'));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 300 }),
      fc.integer({ min: 1, max: 200 }),
      (some, size) => {
        const progress = toldBy(some.join('\n'), size);
        if (progress === null) return;
        Progress.parse(progress);
        expect(progress.passed + progress.failed + progress.skipped).toBe(progress.done);
        expect(progress.failures.length).toBeLessThanOrEqual(20);
        expect(progress.outcomes.length).toBeLessThanOrEqual(400);
        if (progress.total !== null) expect(progress.total).toBeGreaterThanOrEqual(progress.done);
      },
    ),
    { numRuns: 100 },
  );
});
