/** Why tests were ended by their timeout. */
export const sentenceOfTimeout = (timeoutMs: number) =>
  `The tests were ended because they ran longer than the timeout of ${spanText(timeoutMs)}.`;

/** Why tests were ended that failed too often. */
export const sentenceOfFailures = (failures: number) =>
  `Ended after ${failures} ${failures === 1 ? 'failure' : 'failures'}, as asked (fail_fast).`;

/** `1.5 min`, `0.3 s`. */
export function spanText(ms: number): string {
  const minutes = ms / 60_000;
  return minutes >= 1 ? `${Math.round(minutes * 10) / 10} min` : `${Math.round(ms / 100) / 10} s`;
}
