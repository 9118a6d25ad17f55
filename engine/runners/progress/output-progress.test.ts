import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Progress } from '../../../contract/result.ts';
import { OutputProgress } from './output-progress.ts';

/** Output that the tools themselves have printed; Cypress, Go, gotestsum and Playwright's list as their documentation shows it. */
const sample = (name: string) => readFileSync(join(import.meta.dirname, 'samples', `${name}.txt`), 'utf8');

function afterAll(text: string, size = text.length): Progress | null {
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
  mocha: { total: null, passed: 2, failed: 1, skipped: 1, failures: ['breaks'] },
  cypress: { total: null, passed: 2, failed: 1, skipped: 1, failures: ['breaks'] },
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
        const progress = afterAll(sample(name), size);
        expect(progress).toMatchObject({ source: 'output', ...counts, done: counts.passed + counts.failed + counts.skipped });
        expect(progress?.failures.map(({ title }) => title)).toEqual(failures);
      }
    });
});

test('a failure is told with its message, where the output has one by then', () => {
  const messages = (name: string) => afterAll(sample(name))?.failures.map(({ message }) => message);
  expect(messages('vitest-v')).toEqual(['expected 1 to be 2 // Object.is equality']);
  expect(messages('mocha')?.[0]).toContain('Expected values to be strictly equal');
  expect(messages('cypress')?.[0]).toContain('Timed out retrying');
  expect(messages('go-test-v')?.[0]).toBe('got 1, want 2');
  expect(messages('pytest')?.[0]).toBe('assert 1 == 2');
});

test('before its end a run tells how far it is', () => {
  const until = (name: string, mark: string) => afterAll(sample(name).slice(0, sample(name).indexOf(mark)));
  expect(until('pytest-v', 'test_more.py::test_2')).toMatchObject({ total: 8, done: 6, failed: 2, percent: null });
  expect(until('cypress', '  pay\n')).toMatchObject({ percent: 50, current: { title: 'pay.cy.js' } });
  expect(until('k6', 'running (03.0s)')).toMatchObject({ percent: 67, done: 0, current: { title: '2/2 VUs for 02.0s' } });
  expect(until('go-test-v', '--- FAIL: TestCart (')).toMatchObject({ current: { title: 'TestCart/breaks' } });
});

test('TAP of several depths counts what has no tests below it; a flat plan is the total', () => {
  expect(afterAll('TAP version 13\n1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no card\n')).toMatchObject({
    total: 3,
    passed: 1,
    failed: 1,
    skipped: 1,
  });
  expect(afterAll('TAP version 14\n    ok 1 - in\n    not ok 2 - side\n    1..2\nnot ok 1 - file\n1..1\n')).toMatchObject({
    passed: 1,
    failed: 1,
  });
  expect(afterAll('TAP version 13\nnot ok 1 - known # TODO later\n')).toMatchObject({ failed: 0, skipped: 1 });
});

test('what is no test runner tells nothing', () => {
  for (const text of [
    'y\n'.repeat(1000),
    '✓ 34 modules transformed.\nbuilt in 3 s\n',
    '1) read this\n2) then that\n',
    'PASS the salt\n',
    '',
  ])
    expect(afterAll(text)).toBeNull();
});

test('a build before the tests, and a line without end, are passed over', () => {
  expect(afterAll(`> build\n${'x'.repeat(3_000_000)}\n${sample('pytest-v')}`, 65_536)).toMatchObject({ total: 8, failed: 3 });
});

test('whatever is printed, the answer keeps to its schema and its limits', () => {
  const names = Object.keys(EXPECTED);
  const lines = names.flatMap((name) => sample(name).split('\n'));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 300 }),
      fc.integer({ min: 1, max: 200 }),
      (some, size) => {
        const progress = afterAll(some.join('\n'), size);
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
