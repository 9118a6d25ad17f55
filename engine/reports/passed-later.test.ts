import { expect, test } from 'vitest';
import type { TestCase, TestStatus } from '../../contract/result.ts';
import { passedLater } from './passed-later.ts';

const tested = (
  name: string,
  status: TestStatus,
  suite = ['cart.spec.ts', 'cart'],
  filePath: string | null = 'cart.spec.ts',
): TestCase => ({
  name,
  suite,
  status,
  durationMs: 1,
  retries: 0,
  message: null,
  trace: null,
  filePath,
  line: null,
});

const failedOf = (tests: readonly TestCase[]) => tests.filter(({ status }) => status === 'failed');

test('a test that failed before and passes now is named as lists name it, and no other one', async () => {
  const before = [tested('pays', 'failed'), tested('adds', 'failed'), tested('shows', 'passed'), tested('gone', 'failed')];
  const last = [tested('pays', 'passed'), tested('adds', 'failed'), tested('shows', 'passed'), tested('new', 'passed')];
  expect(await passedLater(failedOf(before), [last])).toEqual(['cart › pays']);
});

test('a test that failed first within the last attempt is among them, each once', async () => {
  const last = [tested('pays', 'flaky'), tested('adds', 'flaky')];
  expect(await passedLater([tested('pays', 'failed'), tested('pays', 'failed')], [last])).toEqual(['cart › pays', 'cart › adds']);
  expect(
    await passedLater(
      [],
      last.map((one) => [one]),
    ),
  ).toEqual(['cart › pays', 'cart › adds']);
});

test('tests of one name in different files are different tests', async () => {
  const before = [tested('works', 'failed', ['a.spec.ts'], 'a.spec.ts')];
  const last = [tested('works', 'passed', ['b.spec.ts'], 'b.spec.ts'), tested('works', 'failed', ['a.spec.ts'], 'a.spec.ts')];
  expect(await passedLater(failedOf(before), [last])).toEqual([]);
});

test('at most 20 are kept', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `test ${index}`);
  const failed = names.map((name) => tested(name, 'failed'));
  const passed = names.map((name) => tested(name, 'passed'));
  expect(await passedLater(failed, [passed])).toHaveLength(20);
});
