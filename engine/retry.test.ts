import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptEnd } from '../contract/attempt.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { newAttempt } from './outcome.ts';
import { backOffMs, shouldRetry } from './retry.ts';

const ended = (rest: Partial<AttemptEnd>) =>
  anAttempt({
    verdict: 'failed',
    end: { cause: 'exited', exitCode: null, signal: null, message: null, survivors: [], notChecked: [], ...rest },
  });
const failure = ended({ exitCode: 1 });
const crash = ended({ signal: 'SIGSEGV' });
const task = (maxRetries: number, attempts: number, config = {}) =>
  aTask({
    config: { ...aTask().config, maxRetries, ...config },
    attempts: Array.from({ length: attempts }, (_, index) => newAttempt(index + 1)),
  });

test('a failed attempt is retried as often as asked and no more', () => {
  expect(shouldRetry(task(0, 1), failure)).toBe(false);
  expect(shouldRetry(task(2, 1), failure)).toBe(true);
  expect(shouldRetry(task(2, 2), failure)).toBe(true);
  expect(shouldRetry(task(2, 3), failure)).toBe(false);
});

test('each way to fail is retried only where it was asked for', () => {
  const retried = (retryOn: string[]) =>
    [failure, ended({ cause: 'timeout' }), ended({ cause: 'no_output' }), crash, ended({ cause: 'supervisor_lost' })].map((attempt) =>
      shouldRetry(task(1, 1, { retryOn }), attempt),
    );
  expect(retried(['failure'])).toEqual([true, false, false, false, false]);
  expect(retried(['timeout'])).toEqual([false, true, true, false, false]);
  expect(retried(['crash'])).toEqual([false, false, false, true, true]);
  expect(retried(['failure', 'timeout', 'crash'])).toEqual([true, true, true, true, true]);
});

test('nothing is retried that passed, has no results, was cancelled, or could not even be started', () => {
  expect(shouldRetry(task(5, 1), anAttempt())).toBe(false);
  expect(shouldRetry(task(5, 1), anAttempt({ verdict: 'none' }))).toBe(false);
  expect(shouldRetry({ ...task(5, 1), cancelRequestedAt: 5 }, failure)).toBe(false);
  expect(shouldRetry(task(5, 1), { ...ended({ cause: 'cancelled' }), verdict: 'none' })).toBe(false);
  expect(shouldRetry(task(5, 1), ended({ cause: 'spawn_failed' }))).toBe(false);
});

test('the back-off begins as asked, doubles each time, and is never longer than 5 minutes', () => {
  expect([1, 2, 3, 4].map((attempt) => backOffMs({ retryDelaySeconds: 30 }, attempt))).toEqual([30_000, 60_000, 120_000, 240_000]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 300, noNaN: true }), fc.integer({ min: 1, max: 10 }), (retryDelaySeconds, attempt) => {
      const ms = backOffMs({ retryDelaySeconds }, attempt);
      expect(ms).toBeGreaterThanOrEqual(retryDelaySeconds * 1000);
      expect(ms).toBeLessThanOrEqual(300_000);
      const next = backOffMs({ retryDelaySeconds }, attempt + 1);
      expect(next === 2 * ms || next === 300_000).toBe(true);
    }),
  );
});
