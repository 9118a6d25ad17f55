import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { BackOffs } from './back-offs.ts';

const NOW = 1_800_000_000_000;
const backOffs = new BackOffs();
const next = vi.fn();

/** A task whose first attempt failed and whose next one may begin at `retryAt`. */
const waiting = (retryAt: number | null, retryDelaySeconds = 30) =>
  aTask({
    state: { status: 'running', queuedAt: 1, startingAt: 2, startedAt: 3 },
    config: { ...aTask().config, retryDelaySeconds },
    attempts: [anAttempt({ verdict: 'failed', retryAt })],
  });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  next.mockReset();
});
afterEach(() => {
  backOffs.stopAll();
  vi.useRealTimers();
});

test('the next attempt begins when it may, and once', () => {
  backOffs.wait(waiting(NOW + 30_000), next);
  backOffs.wait(waiting(NOW + 30_000), next);
  vi.advanceTimersByTime(29_999);
  expect(next).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  vi.advanceTimersByTime(300_000);
  expect(next).toHaveBeenCalledTimes(1);
});

test('what had its time while no host was there begins at once', () => {
  backOffs.wait(waiting(NOW - 60_000), next);
  vi.advanceTimersByTime(1);
  expect(next).toHaveBeenCalledTimes(1);
});

test('a clock that was set back makes nobody wait longer than the back-off', () => {
  backOffs.wait(waiting(NOW + 86_400_000), next);
  vi.advanceTimersByTime(30_000);
  expect(next).toHaveBeenCalledTimes(1);
});

test('a clock that jumps while a task waits neither delays nor hurries it', () => {
  backOffs.wait(waiting(NOW + 30_000), next);
  vi.setSystemTime(NOW + 86_400_000);
  vi.advanceTimersByTime(29_999);
  expect(next).toHaveBeenCalledTimes(0);
  vi.setSystemTime(NOW - 86_400_000);
  vi.advanceTimersByTime(1);
  expect(next).toHaveBeenCalledTimes(1);
});

test('a task that was cancelled, or waits for nothing, is not woken', () => {
  const task = waiting(NOW + 30_000);
  backOffs.wait(task, next);
  backOffs.stop(task.id);
  backOffs.wait(waiting(null), next);
  vi.advanceTimersByTime(300_000);
  expect(next).not.toHaveBeenCalled();
});
