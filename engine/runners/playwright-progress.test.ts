import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlaywrightEvent } from '../../contract/playwright-events.ts';
import { Progress } from '../../contract/result.ts';
import { playwrightProgress } from './playwright-progress.ts';

type TestEnd = Extract<PlaywrightEvent, { type: 'testEnd' }>;

const begin = (total: number): PlaywrightEvent => ({
  type: 'begin',
  at: 1,
  schema: 1,
  version: '1.65.1',
  rootDir: '/shop',
  total,
  workers: 2,
});
const which = (id: string) => ({ id, title: ['cart', id], project: '', file: 'cart.spec.ts', line: 3 });
const testBegin = (id: string, retry = 0): PlaywrightEvent => ({ type: 'testBegin', at: 2, ...which(id), retry });
const testEnd = (id: string, rest: Partial<TestEnd> = {}): PlaywrightEvent => ({
  type: 'testEnd',
  at: 3,
  ...which(id),
  tags: [],
  retry: 0,
  status: 'passed',
  expectedStatus: 'passed',
  outcome: 'expected',
  willRetry: false,
  startedAt: 2,
  duration: 1,
  errors: [],
  attachments: [],
  ...rest,
});
const failed = (id: string, rest: Partial<TestEnd> = {}) =>
  testEnd(id, { status: 'failed', outcome: 'unexpected', errors: [{ message: 'Error: no\nmore of it', stack: '', snippet: '' }], ...rest });

function after(...lines: unknown[]): Progress {
  const read = playwrightProgress();
  let progress = read(null);
  for (const line of lines) progress = read(line);
  return progress;
}

test('counts tests as they end, and names the one that runs', () => {
  expect(after(begin(3), testBegin('a'), testEnd('a'), testBegin('b'))).toEqual({
    total: 3,
    done: 1,
    passed: 1,
    failed: 0,
    flaky: 0,
    skipped: 0,
    outcomes: 'p',
    current: { title: 'cart › b', startedAt: 2 },
    failures: [],
  });
});

test('a failure is told with the first line of its message, as soon as no further try follows', () => {
  const first = [begin(1), testBegin('a'), failed('a', { willRetry: true })];
  expect(after(...first)).toMatchObject({ done: 0, failed: 0, failures: [], outcomes: '' });
  expect(after(...first, testBegin('a', 1), failed('a', { retry: 1 }))).toMatchObject({
    done: 1,
    failed: 1,
    failures: [{ title: 'cart › a', message: 'Error: no' }],
    outcomes: 'f',
  });
});

test('a test that passes at its second try is flaky, and passed', () => {
  expect(after(begin(1), failed('a', { willRetry: true }), testEnd('a', { retry: 1, outcome: 'flaky' }))).toMatchObject({
    done: 1,
    passed: 1,
    flaky: 1,
    failed: 0,
    outcomes: 'k',
  });
});

test('a passed test that runs again with its serial group is counted once, with its last outcome', () => {
  const again = [begin(2), testEnd('a'), failed('b', { willRetry: true })];
  expect(after(...again, testEnd('a', { retry: 1 }), testEnd('b', { retry: 1, outcome: 'flaky' }))).toMatchObject({
    done: 2,
    passed: 2,
    flaky: 1,
  });
  expect(after(...again, failed('a', { retry: 1, outcome: 'flaky' }))).toMatchObject({ done: 1, passed: 1, flaky: 1, outcomes: 'k' });
});

test('an error outside of any test is told, and counts as none', () => {
  expect(after(begin(1), { type: 'error', at: 4, message: 'Error: no database\nat set-up', stack: '' })).toMatchObject({
    done: 0,
    failed: 0,
    failures: [{ title: 'Error outside of any test', message: 'Error: no database' }],
  });
});

test('what nobody understands changes nothing', () => {
  expect(after(begin(1), testEnd('a'), { type: 'from the future' }, 7, null, 'x')).toEqual(after(begin(1), testEnd('a')));
});

test('whatever order tests end in, the numbers add up and the answer keeps to its limits', () => {
  const event = fc.oneof(
    fc.integer({ min: 1, max: 500 }).map(begin),
    fc
      .tuple(fc.nat(600), fc.constantFrom<TestEnd['outcome']>('expected', 'unexpected', 'flaky', 'skipped'), fc.boolean())
      .map(([id, outcome, willRetry]) => testEnd(`t${id}`, { outcome, willRetry })),
    fc.nat(600).map((id) => testBegin(`t${id}`)),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 700 }), (events) => {
      const progress = Progress.parse(after(...events));
      expect(progress.passed + progress.failed + progress.skipped).toBe(progress.done);
      expect(progress.flaky).toBeLessThanOrEqual(progress.passed);
      expect(progress.outcomes.length).toBe(Math.min(progress.done, 400));
      expect(progress.failures.length).toBe(Math.min(progress.failed, 20));
      const final = new Set(events.flatMap((one) => (one.type === 'testEnd' && !one.willRetry ? [one.id] : [])));
      expect(progress.done).toBe(final.size);
    }),
    { numRuns: 50 },
  );
});
