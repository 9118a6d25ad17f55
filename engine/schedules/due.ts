import { Cron } from 'croner';
import { Refusal } from '../../contract/errors.ts';
import type { MissedRuns } from '../../contract/schedule.ts';

/** So much later than it was due, a run has been missed: the machine slept, or no host ran. */
export const MISSED_AFTER_MS = 60_000;

export interface Due {
  /** The time whose run is to be queued now, in UTC ms; null where there is none. */
  run: number | null;
  /** Runs up to this time are then dealt with: queued, or left out. */
  doneUntil: number;
  /** The next time after now, in UTC ms; null where the pattern names none. */
  nextAt: number | null;
}

/**
 * Checks a cron pattern. Refuses (`invalid`, field `cron`) what names no time: five fields (minute, hour, day of month, month, weekday), names
 * such as MON or JAN, ranges, steps, lists, and @hourly, @daily, @weekly, @monthly, @yearly. A sixth field for seconds is refused: a suite
 * of minutes is not started each second.
 */
export function checkCron(pattern: string, now: number): void {
  const fields = pattern.trim().split(/\s+/);
  const nickname = /^@(hourly|daily|midnight|weekly|monthly|yearly|annually)$/i.test(pattern.trim());
  if (fields.length !== 5 && !nickname) throw refusal(pattern, 'it must have five fields: minute, hour, day of month, month, weekday');
  let next: Date | null;
  try {
    next = new Cron(pattern.trim()).nextRun(new Date(now));
  } catch (error) {
    throw refusal(pattern, `${error instanceof Error ? error.message.replace(/^CronPattern: /, '').replace(/\.$/, '') : error}`);
  }
  if (next === null) throw refusal(pattern, 'no such time comes any more');
}

function refusal(pattern: string, why: string): Refusal {
  const message = `is ${JSON.stringify(pattern)}: ${why}. Give something like "0 3 * * *" (each night at 3:00) or "30 22 * * MON-FRI"`;
  return new Refusal('invalid', `cron ${message}`, [{ field: 'cron', message }]);
}

/**
 * What a schedule is due for, when runs up to `doneUntil` are dealt with. Of several runs that were missed one is made up for, or none;
 * the one that is due right now is always queued.
 */
export function dueOf(pattern: string, missed: MissedRuns, doneUntil: number, now: number): Due {
  const cron = new Cron(pattern.trim());
  const nextAt = cron.nextRun(new Date(now))?.getTime() ?? null;
  const last = cron.previousRuns(1, new Date(now + 1))[0]?.getTime() ?? null; // strictly before that moment
  // A clock that was set back must not queue again what was queued.
  if (last === null || last <= doneUntil) return { run: null, doneUntil, nextAt };
  const isMissed = now - last > MISSED_AFTER_MS;
  return { run: isMissed && missed === 'skip' ? null : last, doneUntil: last, nextAt };
}
