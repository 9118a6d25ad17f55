import { z } from 'zod';
import { TaskConfig } from './task.ts';

/** What becomes of runs that were due while nothing could start them: the machine slept, or no host ran. */
export const MissedRuns = z.enum(['run', 'skip'], 'must be run (once, as soon as possible) or skip');
export type MissedRuns = z.infer<typeof MissedRuns>;

/** A suite that is queued again and again. */
export const Schedule = z.object({
  /** `cron_` and 12 of [0-9a-z]. */
  id: z.string(),
  /** When, by the wall clock of this machine: minute, hour, day of month, month, weekday. */
  cron: z.string(),
  missed: MissedRuns,
  /** What each run asks for; the rest is the project's own at that time. */
  request: TaskConfig.partial().required({ project: true, category: true }),
  projectName: z.string(),
  /** UTC ms, as all times here. */
  createdAt: z.number(),
  /** Runs up to this time are dealt with. */
  doneUntil: z.number(),
  /** null where the pattern names no further time. */
  nextAt: z.number().nullable(),
  /** The task that it queued last. */
  lastTask: z.string().nullable(),
  /** Why the last run that was due is not in the queue, as a sentence; null where it is. */
  problem: z.string().nullable(),
});
export type Schedule = z.infer<typeof Schedule>;
