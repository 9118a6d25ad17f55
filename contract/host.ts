import { z } from 'zod';
import { Identity } from './attempt.ts';
import { Paused } from './queue.ts';

/** The version of the wire. It only ever grows by optional fields; a change that breaks raises it. */
export const PROTOCOL = 1;

export const HostMode = z.enum(['headless', 'app']);
export type HostMode = z.infer<typeof HostMode>;

/** `<home>/host.json`, mode 0600: where the host is and the token that opens it. The lock, not this file, says that it lives. */
export const HostFile = z.object({
  schema: z.literal(1),
  pid: z.number().int(),
  version: z.string(),
  mode: HostMode,
  /** Path of the Unix socket or named pipe. */
  address: z.string(),
  token: z.string(),
  startedAt: z.number(),
  /** Which process that pid means; absent from hosts of earlier versions. */
  identity: Identity.optional(),
});
export type HostFile = z.infer<typeof HostFile>;

export const HostStatus = z.object({
  running: z.literal(true),
  pid: z.number().int(),
  version: z.string(),
  mode: HostMode,
  home: z.string(),
  startedAt: z.number(),
  slots: z.number().int(),
  queued: z.number().int(),
  active: z.number().int(),
  paused: Paused.default({ all: false, categories: [] }),
  /** Connected clients: windows, terminals, agents. */
  clients: z.number().int(),
  /** Bytes of all runs; null until they were measured. */
  diskUseBytes: z.number().nullable().default(null),
  /** Sentences about this home that its user should know of. */
  warnings: z.array(z.string()).default([]),
});
export type HostStatus = z.infer<typeof HostStatus>;

/**
 * What becomes of the tasks of a host that ends. `keep`: running attempts go on under their supervisors, the next host finds them. `cancel`: all
 * are cancelled. `shutdown`: running attempts are ended and recorded as ended by the machine's shutdown; waiting ones stay for the next host.
 */
export const WayToEnd = z.enum(['keep', 'cancel', 'shutdown']);
export type WayToEnd = z.infer<typeof WayToEnd>;
