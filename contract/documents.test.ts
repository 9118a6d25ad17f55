import { expect, it } from 'vitest';
import { reportJson } from './documents.ts';
import type { ReadAnswer } from './report.ts';
import type { TestCase } from './result.ts';

const test = (name: string, status: TestCase['status']): TestCase => ({
  ...{ name, suite: ['cart'], status, durationMs: 1500, retries: 0, message: null, trace: null, filePath: 'cart.ts', line: 3 },
});
const answer = (tests: TestCase[] | null): ReadAnswer => ({
  ...{ formats: ['TAP'], tool: null, counts: null, durationMs: 0, failedTests: [], errorMessage: '\n  "tests": [],\n' },
  ...{ warnings: [], problems: [], incomplete: false, errors: [], tests, metrics: {} },
});
const textOf = (tests: TestCase[] | null) => [...reportJson(answer(tests))].join('');

it('writes a report as JSON.stringify would write it whole, whatever its texts hold', () => {
  const tests = [test('adds\n  "tests": []', 'passed'), test('"tests": [', 'failed')];
  const document = JSON.parse(textOf(tests));
  expect(textOf(tests)).toBe(`${JSON.stringify(document, null, 2)}\n`);
  const [passed, failed] = tests.map(({ name, status }) => ({ name, status, duration_seconds: 1.5, file: 'cart.ts', line: 3 }));
  expect(document).toMatchObject({
    schema: 1,
    format: 'TAP',
    error_message: '\n  "tests": [],\n',
    tests: [passed, failed],
    failures: [failed],
  });
  expect(JSON.parse(textOf([]))).toMatchObject({ tests: [], metrics: {} });
  expect(JSON.parse(textOf(null))).toMatchObject({ tests: [], test_counts: { total: null } });
});
