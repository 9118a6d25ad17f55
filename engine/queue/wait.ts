import type { WaitKind } from '../../contract/queue.ts';

/** Why a task waits. */
export interface Wait {
  kind: WaitKind;
  /** The sentence without its end: `Waits for exclusive key staging-db, which #41 has held`. */
  text: string;
  /** What the sentence ends with: how long that has been so, or when it will be over. UTC ms. */
  clock?: { since: number } | { until: number };
  /** When to look again though nothing has happened, in UTC ms. */
  wakeAt?: number;
  /** It waits for something of its own (a pause, a time, another task, a key), so those behind it may pass. */
  letsOthersPass: boolean;
  /** What it needs is kept for it, so that smaller ones do not starve it. */
  reserves?: boolean;
}

/** The reason for people: a whole sentence, with a duration in minutes where there is one. */
export function sentenceOf({ text, clock }: Wait, now: number): string {
  if (!clock) return `${text}.`;
  return 'since' in clock ? `${text} for ${minutes(now - clock.since)}.` : `${text}, in ${minutes(clock.until - now)}.`;
}

const MINUTE_MS = 60_000;

/** `less than a minute`, `3 min`, `2 h 5 min`, `4 d 1 h`. */
export function minutes(ms: number): string {
  const whole = Math.round(ms / MINUTE_MS);
  if (whole < 1) return 'less than a minute';
  const [d, h, min] = [Math.floor(whole / 1440), Math.floor(whole / 60) % 24, whole % 60];
  const parts = d > 0 ? [`${d} d`, h > 0 && `${h} h`] : [h > 0 && `${h} h`, min > 0 && `${min} min`];
  return parts.filter(Boolean).join(' ');
}
