import { z } from 'zod';
import { Name, TaskRef } from './task.ts';

/** What starts nothing until it is resumed. Single tasks say it themselves (`pausedAt`). */
export const Paused = z.object({ all: z.boolean(), categories: z.array(z.string()) });
export type Paused = z.infer<typeof Paused>;

/** What to pause or resume. */
export const PauseScope = z.union(
  [
    z.strictObject({ all: z.literal(true) }),
    z.strictObject({ category: Name }),
    z.strictObject({ tasks: z.array(TaskRef).min(1, 'must name at least one task') }),
  ],
  'must have one of all (true), category (a name) and tasks (a list of them)',
);
export type PauseScope = z.infer<typeof PauseScope>;

/**
 * What kind of thing a waiting task waits for: a pause to be lifted, a time, another task, an exclusive key, a slot, memory or cores that are
 * free, its turn behind one that they are kept for, or a machine that is less busy.
 */
export const WaitKind = z.enum(['pause', 'time', 'task', 'key', 'slot', 'memory', 'cores', 'turn', 'pressure']);
export type WaitKind = z.infer<typeof WaitKind>;

const SUBMITTER_RULE = 'must be 1 to 100 characters on one line';

/** How a program that queues tasks calls itself. */
export const Submitter = z.string(SUBMITTER_RULE).regex(/^[^\p{Cc}\u2028\u2029]{1,100}$/u, SUBMITTER_RULE);
