import { dayOf } from '../../contract/day.ts';
import type { TrendDay } from '../../contract/insights.ts';
import { dayStart } from './units.ts';

/** A day of the calendar; `of` is null where no run ended on it. */
export interface CalendarDay {
  /** Its midnight, in UTC ms. */
  at: number;
  of: TrendDay | null;
}

/** Every day from `since` to `now`, the oldest first, with what the host told of those that had runs. */
export function calendarDays(days: readonly TrendDay[], since: number, now: number): CalendarDay[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const all: CalendarDay[] = [];
  const date = new Date(dayStart(since));
  // By the date, not by hours: a day of a clock change has 23 or 25.
  for (; date.getTime() <= now; date.setDate(date.getDate() + 1)) all.push({ at: date.getTime(), of: known.get(dayOf(date)) ?? null });
  return all;
}
