const UNITS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** What `parseMoment` reads, for the sentences that refuse anything else. */
export const MOMENT_RULE = 'a time ago such as 24h, 90min, 7d or 2w, or a date such as 2026-11-01 or 2026-11-01T14:30';

/**
 * Reads a moment, in UTC ms: how long before `now`, or a date in this machine's time zone (another one where it names it). A date without a
 * time is that whole day: its beginning, or its end where `whole` says so. null where it is none.
 */
export function parseMoment(given: string, whole: 'begins' | 'ends', now: number): number | null {
  const text = given.trim();
  const [, count, unit] = /^(\d{1,6}(?:\.\d+)?)\s*(s|min|m|h|d|w)$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Math.round(now - Number(count) * (UNITS[unit.toLowerCase()] ?? 0));
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year !== undefined) {
    const date = new Date(Number(year), Number(month) - 1, Number(day) + (whole === 'ends' ? 1 : 0));
    // The calendar has no 31st of February, though Date would count on.
    const same =
      new Date(Number(year), Number(month) - 1, Number(day)).getDate() === Number(day) && Number(month) >= 1 && Number(month) <= 12;
    if (same) return date.getTime() - (whole === 'ends' ? 1 : 0);
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:?\d{2})?$/i.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
