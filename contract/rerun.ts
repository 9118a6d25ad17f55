import { z } from 'zod';

/** Which part of a task's tests a rerun runs. */
export const RerunOnly = z.enum(['failed']);

/** What became of the tests that had failed. Titles: at most 100 of each. */
export const RerunOutcome = z.object({
  /** Failed before, passed now. */
  fixed: z.array(z.string()),
  stillFailing: z.array(z.string()),
  /** Failed now, but not before. */
  newFailures: z.array(z.string()),
  /** Failed before and did not run now, or were skipped. */
  notRun: z.array(z.string()),
  /** How many there are of each. */
  counts: z.object({ fixed: z.number().int(), stillFailing: z.number().int(), newFailures: z.number().int(), notRun: z.number().int() }),
});
export type RerunOutcome = z.infer<typeof RerunOutcome>;

/** A rerun and the task that it runs again, as one story. */
export const Rerun = z.object({
  /** The `#41` of that task. */
  number: z.number().int(),
  /** How many of its tests had failed. */
  failed: z.number().int(),
  /** Why more than the failed tests is run, as a sentence; null where it is not. */
  note: z.string().nullable(),
  /** null until it has ended with results. */
  outcome: RerunOutcome.nullable(),
});
export type Rerun = z.infer<typeof Rerun>;
