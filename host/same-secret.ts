import { timingSafeEqual } from 'node:crypto';

/** Whether a secret that was given is the one that is wanted, in a time that tells nothing of where they differ. An empty one never is. */
export function isSameSecret(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length > 0 && left.length === right.length && timingSafeEqual(left, right);
}
