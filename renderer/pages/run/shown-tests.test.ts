import { expect, test } from 'vitest';
import type { TestCase } from '../../../contract/result.ts';
import { shownTests } from './shown-tests.ts';

const one = (name: string, status: TestCase['status']): TestCase => ({
  name,
  suite: ['login'],
  status,
  durationMs: 1,
  retries: 0,
  message: null,
  trace: null,
  filePath: 'a.spec.ts',
  line: 1,
});

test('what failed comes first, the rest keeps its order', () => {
  expect(shownTests([one('a', 'passed'), one('b', 'flaky'), one('c', 'failed'), one('d', 'passed')], []).map(({ name }) => name)).toEqual([
    'c',
    'b',
    'a',
    'd',
  ]);
});

test('names are shown without terminal sequences', () => {
  expect(shownTests([{ ...one('\u001b[31mpays\u001b[0m', 'passed'), suite: ['\u001b[1mcart\u001b[22m'] }], [])).toMatchObject([
    { name: 'pays', suite: ['cart'] },
  ]);
});

test('tests of the same name have keys of their own', () => {
  expect(new Set(shownTests([one('a', 'passed'), one('a', 'passed')], []).map(({ key }) => key)).size).toBe(2);
});

test('a failure that the report does not have yet is listed once', () => {
  const heard = [
    { title: 'login › c', message: 'm' },
    { title: 'login › e', message: 'm' },
  ];
  expect(shownTests([one('c', 'failed')], heard).map(({ name }) => name)).toEqual(['c', 'login › e']);
});
