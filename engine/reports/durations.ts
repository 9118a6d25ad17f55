/** Some thirty years: what is longer was never measured. */
const LONGEST_MS = 1e12;

/** A duration in whole ms, as a report's number says it; 0 for what is none: missing, negative, not finite, endless. */
export function wholeMs(ms: number | null | undefined): number {
  return ms !== null && ms !== undefined && Number.isFinite(ms) && ms > 0 && ms <= LONGEST_MS ? Math.round(ms) : 0;
}
