import { z } from 'zod';
import { DEFAULT_LOG_CAP_MB } from './log.ts';

/** Which process it is, beyond a pid that may be given out again: see proc_pid_stat(5), field 22. */
export const Identity = z.object({
  pid: z.number().int().positive(),
  /** Clock ticks after boot at which the process started; null where the platform does not tell. */
  startTicks: z.string().nullable(),
  bootId: z.string().nullable(),
  pidNamespace: z.string().nullable(),
});
export type Identity = z.infer<typeof Identity>;

export const LimitKind = z.enum(['cpu', 'memory', 'priority']);
export type LimitKind = z.infer<typeof LimitKind>;

/** What the tests may take of the machine. Null: as much as they want. */
export const AskedLimits = z.object({
  /** Percent of the whole machine. */
  cpuPercent: z.number().nullable(),
  /** GiB for the whole tree. */
  memoryGb: z.number().nullable(),
  /** How much nicer than the host the tests are, 1 to 19. */
  nice: z.number().int().nullable(),
  /** Read and write only while nobody else does. */
  idleIo: z.boolean(),
  /** The runner was told to use no more workers than this, because of `cpuPercent`. */
  workers: z.number().int().nullable(),
});
export type AskedLimits = z.infer<typeof AskedLimits>;

/** What became of one limit. Both of the last two are there where it is held only in part. */
export const LimitRecord = z.object({
  kind: LimitKind,
  /** Percent of the whole machine, GiB, or for the priority its words. */
  asked: z.union([z.number(), z.string()]),
  /** Names of the means, such as `memory-watch`; null where nothing holds it. */
  enforcedBy: z.string().nullable(),
  notEnforcedBecause: z.string().nullable(),
});
export type LimitRecord = z.infer<typeof LimitRecord>;

/** What the host asks of a supervisor: `<attempt folder>/spec.json`, mode 0600 because it holds the environment. */
export const AttemptSpec = z.object({
  schema: z.literal(1),
  taskId: z.string(),
  attempt: z.number().int(),
  argv: z.array(z.string()).min(1),
  cwd: z.string(),
  /** The whole environment of the tests, cookie included. */
  env: z.record(z.string(), z.string()),
  /** Name of the environment variable that marks the attempt's processes. */
  cookie: z.string(),
  timeoutMs: z.number().positive(),
  /** How long it may print nothing; null: for ever. */
  noOutputMs: z.number().positive().nullable().default(null),
  /** A file whose growth counts as output, too: the runner's live channel. */
  activityFile: z.string().nullable().default(null),
  /** From SIGTERM to SIGKILL. */
  graceMs: z.number().nonnegative(),
  /** The log keeps at most this much: the beginning and the end. */
  logCapBytes: z
    .number()
    .positive()
    .default(DEFAULT_LOG_CAP_MB * 1_000_000),
  /** Where the supervisor listens. */
  socket: z.string(),
  limits: AskedLimits.optional(),
});
export type AttemptSpec = z.infer<typeof AttemptSpec>;

export const AttemptCause = z.enum([
  'exited', // the tests' first process ended by itself
  'timeout', // the attempt's own timeout
  'no_output', // it printed nothing for too long
  'memory_limit', // the tree took more memory than it may
  'fail_fast', // as many tests failed as it may have
  'cancelled', // somebody asked for it
  'stopped', // nobody asked for the end of this attempt: the machine is being shut down, or its supervisor was asked to end
  'spawn_failed', // the command could not be started
  'supervisor_lost', // the supervisor was killed; the host ended what was left
]);
export type AttemptCause = z.infer<typeof AttemptCause>;

export const ProcessNote = z.object({ pid: z.number().int(), command: z.string() });
export type ProcessNote = z.infer<typeof ProcessNote>;

/** How an attempt ended. */
export const AttemptEnd = z.object({
  cause: AttemptCause,
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  /** A sentence for a person where exit code and signal do not say it all. */
  message: z.string().nullable(),
  /** Still alive after SIGKILL. */
  survivors: z.array(ProcessNote),
  /** Processes of this user whose environment could not be read, so that nobody can say they were not part of it. */
  notChecked: z.array(ProcessNote),
});
export type AttemptEnd = z.infer<typeof AttemptEnd>;

/** `<attempt folder>/status.json`: rewritten (fsync, rename) at changes of phase alone. */
export const AttemptStatus = z.object({
  schema: z.literal(1),
  taskId: z.string(),
  attempt: z.number().int(),
  phase: z.enum(['starting', 'running', 'ended']),
  supervisor: Identity,
  /** The tests' first process; leader of the process group. */
  tests: Identity.nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  durationMs: z.number().nullable(),
  end: AttemptEnd.nullable(),
  limits: z.array(LimitRecord).default([]),
  /** How long the tests were stopped to hold their CPU limit, in ms. Known at the end. */
  stoppedMs: z.number().default(0),
});
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/** One line of `samples.ndjson`: the whole tree at one moment. */
export const Sample = z.object({
  /** UTC ms. */
  at: z.number(),
  /** Percent of one core: 200 is two cores fully used (pidusage's unit). */
  cpu: z.number(),
  /** MiB. */
  memory: z.number(),
  /** PSS counts shared pages once; RSS counts them in every process. */
  memoryKind: z.enum(['pss', 'rss']),
  processes: z.number().int(),
});
export type Sample = z.infer<typeof Sample>;

/** Lines (ndjson) from the host to a supervisor's socket. */
export const SupervisorRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cancel'), because: z.literal('shutdown').optional() }),
  /** So many tests have failed, and that is as many as the attempt may have. */
  z.object({ type: z.literal('fail_fast'), failures: z.number().int() }),
]);
export type SupervisorRequest = z.infer<typeof SupervisorRequest>;

/** Lines (ndjson) from a supervisor: its status, once at connecting and again at each change. */
export const SupervisorMessage = z.object({ type: z.literal('status'), status: AttemptStatus });
export type SupervisorMessage = z.infer<typeof SupervisorMessage>;
