import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WallClockTimer } from './wall-clock-timer.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const HOUR_MS = 3_600_000;

test('it calls back at its time, once', () => {
  const onTime = vi.fn();
  new WallClockTimer(onTime).set(Date.now() + HOUR_MS);
  vi.advanceTimersByTime(HOUR_MS - 1);
  expect(onTime).not.toHaveBeenCalled();
  vi.advanceTimersByTime(HOUR_MS);
  expect(onTime).toHaveBeenCalledOnce();
});

test('after a sleep of the machine, in which timers stand still, it is late by half a minute at most', () => {
  const onTime = vi.fn();
  new WallClockTimer(onTime).set(Date.now() + HOUR_MS);
  vi.setSystemTime(Date.now() + 2 * HOUR_MS);
  vi.advanceTimersByTime(30_000);
  expect(onTime).toHaveBeenCalledOnce();
});

test('the last time that was set counts', () => {
  const onTime = vi.fn();
  const timer = new WallClockTimer(onTime);
  timer.set(Date.now() + 1000);
  timer.set(null);
  vi.advanceTimersByTime(HOUR_MS);
  timer.set(Date.now() + HOUR_MS);
  timer.set(Date.now() + 10);
  vi.advanceTimersByTime(10);
  expect(onTime).toHaveBeenCalledOnce();
});
