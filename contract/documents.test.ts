import { expect, it } from 'vitest';
import { reportJson } from './documents.ts';
import type { ReadAnswer } from './report.ts';
import type { TestCase } from './result.ts';

const test = (name: string, status: TestCase['status']): TestCase => ({
  ...{ name, suite: ['cart'], status, durationMs: 1500, retries: 0, message: null, trace: null, filePath: 'cart.ts', line: 3 },
});
const answer: ReadAnswer = {
  ...{ formats: ['TAP'], tool: null, counts: null, durationMs: 0, failedTests: [], errorMessage: '\n  "tests": [],\n' },
  ...{ warnings: ['"some": ['], problems: [], incomplete: false, errors: [], errorCount: 0, failures: [], metrics: {} },
};
const textOf = (tests: TestCase[], errors: TestCase[] = []) =>
  [...reportJson(answer, { errors, failed: tests.filter(({ status }) => status === 'failed'), tests })].join('');

it('writes a report as JSON.stringify would write it whole, whatever its texts hold', () => {
  const tests = [test('adds\n  "tests": []', 'passed'), test('"tests": [', 'failed')];
  const document = JSON.parse(textOf(tests));
  for (const many of [tests, [], Array.from({ length: 777 }, (_, n) => test(`"some": [\n${n}`, 'failed'))])
    for (const errors of [[], [test('set-up', 'failed')]])
      expect(textOf(many, errors)).toBe(`${JSON.stringify(JSON.parse(textOf(many, errors)), null, 2)}\n`);
  const [passed, failed] = tests.map(({ name, status }) => ({ name, status, duration_seconds: 1.5, file: 'cart.ts', line: 3 }));
  expect(document).toMatchObject({
    schema: 1,
    format: 'TAP',
    error_message: '\n  "tests": [],\n',
    tests: [passed, failed],
    failures: [failed],
  });
  expect(JSON.parse(textOf([]))).toMatchObject({ tests: [], metrics: {} });
  expect(JSON.parse(textOf([], [test('set-up', 'failed')]))).toMatchObject({
    failures: [{ name: 'set-up' }],
    tests: [],
    test_counts: { total: null },
  });
});
