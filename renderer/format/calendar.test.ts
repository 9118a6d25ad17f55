import { expect, test } from 'vitest';
import { dayOf } from '../../contract/day.ts';
import type { TrendDay } from '../../contract/insights.ts';
import { calendarDays } from './calendar.ts';

const HOUR = 3_600_000;
const dayWith = (day: string): TrendDay => ({
  day,
  runs: 1,
  passed: 1,
  failed: 0,
  flaky: 0,
  passRate: 1,
  durationP50Ms: null,
  durationP90Ms: null,
  waitP50Ms: null,
  waitP90Ms: null,
  meanCpuPercent: null,
  peakMemoryMb: null,
});

test('each day is there once, those without runs too, also where the clock changes', () => {
  for (const month of [2, 9]) {
    const now = new Date(2026, month, 31, 12).getTime();
    const days = calendarDays([dayWith(dayOf(new Date(2026, month, 29)))], now - 30 * 24 * HOUR, now);
    expect(days.map(({ at }) => new Date(at).getDate())).toEqual(Array.from({ length: 31 }, (_, index) => index + 1));
    expect(days.filter(({ of }) => of !== null).map(({ at }) => new Date(at).getDate())).toEqual([29]);
  }
});

test('today is the last one, from its first moment on', () => {
  const midnight = new Date(2026, 0, 1).getTime();
  expect(calendarDays([], midnight, midnight)).toEqual([{ at: midnight, of: null }]);
  expect(calendarDays([], midnight - HOUR, midnight + HOUR)).toHaveLength(2);
});
