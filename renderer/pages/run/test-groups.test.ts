import { expect, test } from 'vitest';
import type { TestCase } from '../../../contract/result.ts';
import { shownTests } from './shown-tests.ts';
import { KnownTests, tagOf, testGroups } from './test-groups.ts';

const aTest = (name: string, status: TestCase['status'], filePath = 'cart.spec.ts'): TestCase => ({
  name,
  suite: [filePath, 'cart'],
  status,
  durationMs: 10,
  retries: 0,
  message: null,
  trace: null,
  filePath,
  line: 1,
});

const TESTS = shownTests(
  [
    aTest('adds', 'passed'),
    aTest('pays', 'failed'),
    aTest('ships', 'failed', 'ship.spec.ts'),
    aTest('refunds', 'failed'),
    aTest('blinks', 'flaky', 'ui.spec.ts'),
    aTest('later', 'skipped', 'ui.spec.ts'),
  ],
  [],
);
const group = (message: string, failures: number[]) => ({ message, frame: null, count: failures.length, tests: [], failures });
const told = (groups: ReturnType<typeof testGroups>) => groups.map(({ title, tests }) => [title, ...tests.map(({ name }) => name)]);

test('by cause, each failed test lies in the group that the host put it in, and the others below', () => {
  const causes = { groups: [group('ECONNREFUSED', [0, 2]), group('expected 1', [1])] };
  expect(told(testGroups(TESTS, causes, 'cause'))).toEqual([
    ['ECONNREFUSED', 'pays', 'refunds'],
    ['expected 1', 'ships'],
    ['Flaky: failed first, passed when tried again', 'blinks'],
    ['Passed', 'adds'],
    ['Skipped', 'later'],
  ]);
});

test('no test is lost where the causes say nothing of it, or name one that is not there', () => {
  const groups = testGroups(TESTS, { groups: [group('ECONNREFUSED', [0, 7])] }, 'cause');
  expect(told(groups).slice(0, 2)).toEqual([
    ['ECONNREFUSED', 'pays'],
    ['Other failures', 'ships', 'refunds'],
  ]);
  expect(groups.flatMap(({ tests }) => tests)).toHaveLength(TESTS.length);
});

test('by file, files with failures come first', () => {
  expect(told(testGroups(TESTS, { groups: [] }, 'file'))).toEqual([
    ['cart.spec.ts', 'pays', 'refunds', 'adds'],
    ['ship.spec.ts', 'ships'],
    ['ui.spec.ts', 'blinks', 'later'],
  ]);
});

test('a group is new when all of it is, and else says how often it was seen', () => {
  const strips = [
    { title: 'cart › pays', file: 'cart.spec.ts', line: 1, browser: null, outcomes: 'ppfkfpf' },
    { title: 'cart › refunds', file: 'cart.spec.ts', line: 1, browser: null, outcomes: 'f' },
  ];
  const known = new KnownTests(strips, [{ title: 'cart › refunds', file: 'cart.spec.ts' }]);
  const named = (...names: string[]) => TESTS.filter(({ name }) => names.includes(name));
  expect(tagOf(named('refunds'), known)).toEqual({ text: 'new', isNew: true });
  expect(tagOf(named('pays', 'refunds'), known)).toEqual({ text: 'seen 2 times', isNew: false });
  expect(tagOf(named('adds'), known)).toBeNull();
});

test('a test whose name has terminal colours is known all the same', () => {
  const name = '\u001b[31mred\u001b[0m';
  const known = new KnownTests([], [{ title: `cart › ${name}`, file: 'cart.spec.ts' }]);
  const [red] = shownTests([aTest(name, 'failed')], []);
  expect(red && known.isNew(red)).toBe(true);
});
