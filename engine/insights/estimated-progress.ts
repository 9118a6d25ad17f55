import type { Progress } from '../../contract/result.ts';

/** A run that is over its time may end at any moment, but it has not ended. */
const MOST_PERCENT = 99;

/**
 * Adds to what a running attempt tells of itself what earlier runs of the same suite tell: when it will end, how many tests there are
 * where it names no number, and how far it is by time where it tells nothing else.
 */
export function withEstimates(
  progress: Progress,
  startedAt: number | null,
  { usualMs, total }: { usualMs: number | null; total: number | null },
  now: number,
): Progress {
  const endAt = startedAt === null || usualMs === null ? null : startedAt + usualMs;
  const estimated = { ...progress, estimatedEndAt: endAt !== null && endAt > now ? endAt : null };
  const tellsTests = progress.total !== null || progress.done > 0;
  if (tellsTests && progress.total === null && total !== null && total >= progress.done)
    return { ...estimated, total, totalIsEstimate: true };
  if (tellsTests || typeof progress.percent === 'number' || startedAt === null || usualMs === null || usualMs <= 0) return estimated;
  return { ...estimated, source: 'time', percent: Math.max(0, Math.min(MOST_PERCENT, (100 * (now - startedAt)) / usualMs)) };
}
