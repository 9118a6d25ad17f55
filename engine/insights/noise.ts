/** Slower by less than this is never said, in ms and as a part of what is usual. */
const LEAST_MS = 200;
const LEAST_PART = 0.3;
/** With fewer earlier runs nobody knows how much it varies: then only twice as long counts. */
const ENOUGH_RUNS = 5;
/** So many standard deviations; the MAD times 1.4826 is one where values are normally distributed. */
const DEVIATIONS = 3;
const MAD_TO_DEVIATION = 1.4826;

/** The middle value; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/**
 * Is a duration longer than chance explains, beside earlier ones? By their median and their median absolute deviation, which a few odd
 * values do not move; and by at least 200 ms and 30 %.
 */
export function isSlower(durationMs: number, earlier: readonly number[]): boolean {
  const usual = median(earlier);
  if (usual === null) return false;
  const deviation = median(earlier.map((value) => Math.abs(value - usual))) ?? 0;
  const least = earlier.length < ENOUGH_RUNS ? usual : Math.max(LEAST_PART * usual, DEVIATIONS * MAD_TO_DEVIATION * deviation);
  return durationMs - usual >= Math.max(LEAST_MS, least);
}
