import type { CTRFReport, Test } from 'ctrf';
import { expect, test } from 'vitest';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { aSuite } from '../testing/a-suite.ts';
import { planRerun } from './rerun.ts';
import { rerunOutcome } from './story.ts';

const one = (name: string, status: Test['status'], rest: Partial<Test> = {}): Test => ({
  name,
  status,
  duration: 1,
  suite: ['cart'],
  ...rest,
});
const report = (...tests: Test[]): CTRFReport => ctrfReport({ name: 'x' }, tests, 1, 2);

test('each test that had failed is fixed, still fails or did not run; what fails beside them is new', async () => {
  const before = report(
    one('a', 'failed'),
    one('b', 'failed'),
    one('c', 'failed'),
    one('d', 'failed'),
    one('e', 'passed'),
    one('f', 'passed'),
  );
  const after = report(one('a', 'passed', { flaky: true }), one('b', 'failed', { line: 99 }), one('c', 'skipped'), one('e', 'failed'));
  expect(await rerunOutcome([before.results.tests], [after.results.tests])).toEqual({
    fixed: ['cart › a'],
    stillFailing: ['cart › b'],
    notRun: ['cart › c', 'cart › d'],
    newFailures: ['cart › e'],
    counts: { fixed: 1, stillFailing: 1, newFailures: 1, notRun: 2 },
  });
});

test.each([
  [
    'a hook of mocha',
    one('"before each" hook for "adds"', 'failed', { suite: ['cart', 'inner'] }),
    one('adds', 'passed', { suite: ['cart', 'inner'] }),
  ],
  ['a root hook', one('"before all" hook in "{root}"', 'failed', { suite: [] }), one('adds', 'passed')],
  ['a class of JUnit', one('shop.CartTest', 'failed', { suite: ['shop.CartTest'] }), one('adds', 'passed', { suite: ['shop.CartTest'] })],
  [
    'a module of pytest',
    one('tests.test_cart', 'failed', { suite: ['pytest'] }),
    one('adds', 'failed', { suite: ['pytest', 'tests.test_cart.TestCart'] }),
  ],
  ['a block of Vitest', one('inner', 'failed', { suite: ['a.test.ts'] }), one('cart > inner > adds', 'passed', { suite: ['a.test.ts'] })],
  ['a file', one('a.test.ts', 'failed', { filePath: 'a.test.ts' }), one('adds', 'passed', { filePath: 'a.test.ts' })],
  ['a package of Go', one('TestMain', 'failed', { suite: ['shop/cart'] }), one('TestAdds', 'passed', { suite: ['shop/cart'] })],
])('%s that failed as a whole is fixed once its tests run', async (_, whole, member) => {
  expect(await rerunOutcome([[whole]], [[member]])).toMatchObject({ fixed: [expect.any(String)], notRun: [] });
  expect(await rerunOutcome([[whole]], [[{ ...member, status: 'skipped' }]])).toMatchObject({ fixed: [], notRun: [expect.any(String)] });
  const other = one('ships', 'passed', { suite: ['order'], filePath: 'b.test.ts' });
  if (whole.name !== '"before all" hook in "{root}"')
    expect(await rerunOutcome([[whole]], [[other]])).toMatchObject({ fixed: [], notRun: [expect.any(String)] });
});

test('the same test in two browsers is two tests', async () => {
  const before = report(one('a', 'failed', { browser: 'firefox' }), one('a', 'failed', { browser: 'webkit' }));
  const after = report(one('a', 'failed', { browser: 'firefox' }), one('a', 'passed', { browser: 'webkit' }));
  expect(await rerunOutcome([before.results.tests], [after.results.tests])).toMatchObject({
    fixed: ['webkit › cart › a'],
    stillFailing: ['firefox › cart › a'],
  });
});

test('titles are at most 100, numbers are whole', async () => {
  const many = Array.from({ length: 250 }, (_, index) => one(`t${index}`, 'failed'));
  const { stillFailing, counts } = await rerunOutcome([many], [many]);
  expect([stillFailing.length, counts.stillFailing]).toEqual([100, 250]);
});

const ended = aTask({
  number: 41,
  state: { status: 'failed', queuedAt: 1, startingAt: 2, startedAt: 3, endedAt: 4, reason: null },
  attempts: [anAttempt({ verdict: 'failed' })],
  config: { ...aTask().config, additionalArgs: ['--grep', 'x'], after: ['task_0k3x9q1c7b2n'], startAt: 99 },
});
const playwright = aSuite({ runner: 'playwright', command: null });
const asked = { failed: true, additionalArgs: [] };

test('the whole task runs as it was configured, at once, with more arguments behind its own', () => {
  const plan = planRerun(ended, playwright, null, { failed: false, additionalArgs: ['--headed'] });
  expect(plan).toMatchObject({ suite: playwright, rerunOf: ended.id, rerunOnly: null, rerun: { number: 41, note: null, outcome: null } });
  expect(plan.config).toEqual({ ...ended.config, after: [], startAt: null, additionalArgs: ['--grep', 'x', '--headed'] });
});

test('only failed tests: a part of the suite, marked as such; and so is that part run again', () => {
  const plan = planRerun(ended, playwright, report(one('a', 'failed', { filePath: 'a.spec.ts', line: 3 })), asked);
  expect(plan).toMatchObject({ rerunOnly: 'failed', rerun: { failed: 1 }, suite: { args: ['a.spec.ts:3'] } });
  expect(planRerun({ ...ended, rerunOnly: 'failed' }, playwright, null, { ...asked, failed: false }).rerunOnly).toBe('failed');
});

test('errors outside of tests run everything again, and that is said', () => {
  const plan = planRerun(
    ended,
    playwright,
    report(one('a', 'failed', { filePath: 'a.spec.ts', line: 3 }), one('global setup', 'other')),
    asked,
  );
  expect(plan).toMatchObject({
    suite: playwright,
    rerunOnly: null,
    rerun: { note: '#41 had an error outside of its tests, so all of it runs again.' },
  });
});

test('without results, without failures and before the end it is refused with a sentence that says what to do', () => {
  expect(() => planRerun(ended, playwright, null, asked)).toThrow(
    `#41 has no test results, so nobody knows which of its tests failed. "bge2e retry '#41'"`,
  );
  expect(() => planRerun(ended, playwright, report(one('a', 'passed')), asked)).toThrow('#41 has no failed test.');
  expect(() => planRerun(aTask(), playwright, null, asked)).toThrow('#1 has not ended yet');
});
