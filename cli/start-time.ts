import { refused } from './values.ts';

const MINUTE_MS = 60_000;
const SPANS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 24 * 60 * MINUTE_MS };

/** Reads `+90m`, `+2h`, `+1d`, `14:30` (the next one of this machine's time) or RFC 3339 as UTC ms. */
export const startTimeOf =
  (field: string, now = Date.now()) =>
  (given: string): number => {
    const span = /^\+(\d+(?:\.\d+)?)([mhd])$/.exec(given);
    const clock = /^(\d{1,2}):(\d{2})$/.exec(given);
    const at = span
      ? now + Math.round(Number(span[1]) * (SPANS[span[2] ?? ''] ?? Number.NaN))
      : clock
        ? nextTime(Number(clock[1]), Number(clock[2]), now)
        : momentOf(given);
    if (!Number.isFinite(at)) throw refused(field, given, 'a time such as 14:30, +90m, +2h, or 2026-05-12T03:00:00Z');
    if (at > LAST_MS) throw refused(field, given, 'before the year 10000');
    return at;
  };

const LAST_MS = Date.UTC(10_000, 0) - 1;

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6; without seconds too, as people write it. Without its zone a time is nobody's. */
const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/;

function momentOf(given: string): number {
  const [, year, month, day] = RFC_3339.exec(given)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  // Date takes the 30th of February for the 2nd of March.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? Date.parse(given) : Number.NaN;
}

function nextTime(hours: number, minutes: number, now: number): number {
  if (hours > 23 || minutes > 59) return Number.NaN;
  const date = new Date(now);
  date.setHours(hours, minutes, 0, 0);
  if (date.getTime() <= now) {
    date.setDate(date.getDate() + 1);
    date.setHours(hours, minutes, 0, 0); // a day may have 23 or 25 hours
  }
  return date.getTime();
}
