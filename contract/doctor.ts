import { z } from 'zod';
import { ProcessNote } from './attempt.ts';

/** Something in a home that is not as it should be. */
export const Finding = z.object({
  kind: z.enum([
    'node', // no Node that is new enough for a host
    'home', // the folder cannot be written to
    'disk', // hardly any space is left
    'settings', // settings.json cannot be used
    'database', // damaged, or of a newer version
    'mute_host', // a host holds the home and does not answer
    'dead_host', // what a host that was killed has left: host.json, sockets
    'leftover', // processes of an attempt that nobody watches any more
    'orphaned_supervisor', // a supervisor whose attempt is not running any more as far as the queue knows
    'mute_supervisor', // it has not begun with its attempt, hangs, or is stopped
    'stale_sockets', // of attempts whose supervisors were killed
    'not_checked', // it cannot be told from here
  ]),
  /** What is so, as a sentence. */
  message: z.string(),
  whatToDo: z.string(),
  processes: z.array(ProcessNote),
  taskId: z.string().nullable(),
  attempt: z.number().int().nullable(),
});
export type Finding = z.infer<typeof Finding>;

/** What `bge2e doctor` finds in a home, and what `bge2e host stop --force` has done there. */
export const DoctorReport = z.object({
  schema: z.literal(1),
  home: z.string(),
  /** Nothing was found. */
  ok: z.boolean(),
  /** What is well, as short sentences. */
  facts: z.array(z.string()),
  findings: z.array(Finding),
  /** Processes that were ended, and those that could not be. */
  ended: z.array(ProcessNote),
  survivors: z.array(ProcessNote),
  /** Files that were removed. */
  removed: z.array(z.string()),
});
export type DoctorReport = z.infer<typeof DoctorReport>;
