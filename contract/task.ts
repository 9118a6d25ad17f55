import { z } from 'zod';
import { AttemptEnd, LimitRecord } from './attempt.ts';
import { Change, FailureGroup, QuarantineEntry } from './insights.ts';
import { Rerun, RerunOnly } from './rerun.ts';
import { TestCounts, Verdict } from './result.ts';

export const MAX_TIMEOUT_MINUTES = 24 * 60;
export const MAX_RETRIES = 10;
export const MAX_QUEUE_TIMEOUT_MINUTES = 30 * 24 * 60;
export const PRIORITIES = { high: 1, medium: 3, low: 5 } as const;
export const MAX_FAIL_FAST = 10_000;
/** The longest wait before an attempt, in seconds. */
export const MAX_RETRY_DELAY_SECONDS = 300;
export const DEFAULT_ENVIRONMENT = 'development';

/** Name of a category, an environment or a service. */
export const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be 1 to 64 letters, digits, "_", "-" or ".", starting with a letter or digit');

/** Names a task to a person's liking; what it names is looked up by the host. */
export const TaskRef = z.string('must be text').min(1, 'must name a task: an id, a unique part of its beginning, #number or last');

/** Text that can be an argument or the value of a variable: the system's calls end it at a NUL byte. */
export const Text = z.string('must be text').regex(/^[^\0]*$/, 'must not contain a NUL byte');

export const EnvVars = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a name of letters, digits and "_" that does not start with a digit'),
  Text,
);

/** Variables as a process has them: names that no schema would choose too, such as `BASH_FUNC_x%%`. */
export const ProcessEnvironment = z.record(z.string().regex(/^[^\0]*$/, 'must not contain a NUL byte'), Text);

// One sentence for each number, whichever way it is wrong: whoever reads it learns all of what is allowed.
const TIMEOUT_RULE = `must be a number greater than 0 and at most ${MAX_TIMEOUT_MINUTES} (24 hours)`;
const RETRIES_RULE = `must be a whole number from 0 to ${MAX_RETRIES}`;
const RETRY_DELAY_RULE = `must be a number of seconds from 0 (at once) to ${MAX_RETRY_DELAY_SECONDS} (5 minutes)`;
const FAIL_FAST_RULE = `must be a whole number from 1 to ${MAX_FAIL_FAST}`;
const NO_OUTPUT_RULE = `must be a number from 0 (never) to ${MAX_TIMEOUT_MINUTES} (24 hours)`;
const PRIORITY_RULE = 'must be a whole number from 1 (most urgent) to 9';
const CPU_RULE = 'must be a number from 1 to 100 (percent of the whole machine)';
const MEMORY_RULE = 'must be a number greater than 0';
const QUEUE_TIMEOUT_RULE = `must be a number greater than 0 and at most ${MAX_QUEUE_TIMEOUT_MINUTES} (30 days)`;
const CPU_CLAIM_RULE = 'must be a number greater than 0 (cores)';
const MEMORY_CLAIM_RULE = 'must be a number greater than 0 (GiB)';
const START_RULE = 'must be a time in UTC milliseconds, before the year 10000';
const LAST_START = Date.UTC(10_000, 0) - 1;

export const TimeoutMinutes = z.number(TIMEOUT_RULE).positive(TIMEOUT_RULE).max(MAX_TIMEOUT_MINUTES, TIMEOUT_RULE);
export const Retries = z.number(RETRIES_RULE).int(RETRIES_RULE).min(0, RETRIES_RULE).max(MAX_RETRIES, RETRIES_RULE);
export const RetryDelaySeconds = z.number(RETRY_DELAY_RULE).min(0, RETRY_DELAY_RULE).max(MAX_RETRY_DELAY_SECONDS, RETRY_DELAY_RULE);
export const NoOutputTimeoutMinutes = z.number(NO_OUTPUT_RULE).min(0, NO_OUTPUT_RULE).max(MAX_TIMEOUT_MINUTES, NO_OUTPUT_RULE);
export const FailFast = z.number(FAIL_FAST_RULE).int(FAIL_FAST_RULE).min(1, FAIL_FAST_RULE).max(MAX_FAIL_FAST, FAIL_FAST_RULE);
export const Priority = z.number(PRIORITY_RULE).int(PRIORITY_RULE).min(1, PRIORITY_RULE).max(9, PRIORITY_RULE);
export const CpuLimitPercent = z.number(CPU_RULE).min(1, CPU_RULE).max(100, CPU_RULE);
export const MemoryLimitGb = z.number(MEMORY_RULE).positive(MEMORY_RULE);

/**
 * Why an attempt is tried again. `failure`: tests failed, or an exit code that is not 0. `timeout`: it ran or was silent for too long.
 * `crash`: ended by a signal that did not come from here, or its supervisor was lost.
 */
export const RetryReason = z.enum(['failure', 'timeout', 'crash']);
export type RetryReason = z.infer<typeof RetryReason>;
export const RetryOn = z.array(RetryReason).min(1, 'must name at least one of failure, timeout and crash');
export const QueueTimeoutMinutes = z
  .number(QUEUE_TIMEOUT_RULE)
  .positive(QUEUE_TIMEOUT_RULE)
  .max(MAX_QUEUE_TIMEOUT_MINUTES, QUEUE_TIMEOUT_RULE);
export const CpuClaimCores = z.number(CPU_CLAIM_RULE).positive(CPU_CLAIM_RULE);
export const MemoryClaimGb = z.number(MEMORY_CLAIM_RULE).positive(MEMORY_CLAIM_RULE);

/** What a task says of when it may start. */
const scheduling = {
  /** How long it may wait in the queue, in minutes; null: as long as it takes. */
  queueTimeoutMinutes: QueueTimeoutMinutes.nullable(),
  /** What it is expected to need, in cores and in GiB; null: what earlier runs of the same suite needed. */
  cpuClaimCores: CpuClaimCores.nullable(),
  memoryClaimGb: MemoryClaimGb.nullable(),
  /** Not before this moment, in UTC ms. */
  startAt: z.number(START_RULE).int(START_RULE).min(0, START_RULE).max(LAST_START, START_RULE).nullable(),
  /** Not before these tasks have ended. Ids; a request may name them in every way that a task can be named. */
  after: z.array(TaskRef).max(100, 'must name at most 100 tasks'),
  /** `passed`: a predecessor that is not green cancels this task. */
  afterNeeds: z.enum(['end', 'passed']),
};

/** Everything that can be said about a task. Limits: null means none. */
export const TaskConfig = z.strictObject({
  /** Absolute path of the project's root. */
  project: z.string().min(1, 'must name a folder'),
  category: Name,
  environment: Name,
  /** Per attempt, in minutes. */
  timeoutMinutes: TimeoutMinutes,
  /** Attempts beyond the first. */
  maxRetries: Retries,
  /** Which ends of an attempt are followed by another one. */
  retryOn: RetryOn.default(RetryReason.options),
  /** Before the second attempt; twice as long before each later one, but never more than 5 minutes. */
  retryDelaySeconds: RetryDelaySeconds.default(1),
  /** An attempt that prints nothing for so long is ended; null or 0: never. */
  noOutputTimeoutMinutes: NoOutputTimeoutMinutes.nullable().default(null),
  /** An attempt is ended after so many failed tests; null: never. */
  failFast: FailFast.nullable().default(null),
  /** 1 is the most urgent. */
  priority: Priority,
  /** Percent of the whole machine, 1–100. */
  cpuLimitPercent: CpuLimitPercent.nullable(),
  memoryLimitGb: MemoryLimitGb.nullable(),
  servicesRequired: z.array(Name),
  /** Handed to the runner after the category's own arguments. */
  additionalArgs: z.array(Text),
  envVars: EnvVars,
  useRealServices: z.boolean(),
  useRealLlm: z.boolean(),
  queueTimeoutMinutes: scheduling.queueTimeoutMinutes.default(null),
  cpuClaimCores: scheduling.cpuClaimCores.default(null),
  memoryClaimGb: scheduling.memoryClaimGb.default(null),
  startAt: scheduling.startAt.default(null),
  after: scheduling.after.default([]),
  afterNeeds: scheduling.afterNeeds.default('end'),
});
export type TaskConfig = z.infer<typeof TaskConfig>;

/** What a client asks for: the project and the category, and of the rest only what shall differ from the category's own. */
export const TaskRequest = TaskConfig.extend({
  // Without their defaults, which are for what is stored: here, what is not said is the category's to say.
  ...scheduling,
  retryOn: TaskConfig.shape.retryOn.unwrap(),
  retryDelaySeconds: TaskConfig.shape.retryDelaySeconds.unwrap(),
  noOutputTimeoutMinutes: TaskConfig.shape.noOutputTimeoutMinutes.unwrap(),
  failFast: TaskConfig.shape.failFast.unwrap(),
})
  .partial()
  .required({ project: true, category: true });
export type TaskRequest = z.infer<typeof TaskRequest>;

const queued = { queuedAt: z.number() };
const starting = { ...queued, startingAt: z.number() };
const running = { ...starting, startedAt: z.number() };

/** Where a task is. Each variant carries its own times, in UTC milliseconds. */
export const TaskState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('queued'), ...queued }),
  z.object({ status: z.literal('starting'), ...starting }),
  z.object({ status: z.literal('running'), ...running }),
  z.object({ status: z.literal('completed'), ...running, endedAt: z.number() }),
  z.object({
    status: z.literal('failed'),
    ...starting,
    startedAt: z.number().nullable(),
    endedAt: z.number(),
    reason: z.string().nullable(),
  }),
  z.object({ status: z.literal('timeout'), ...queued, startedAt: z.number().nullable(), endedAt: z.number(), reason: z.string() }),
  z.object({ status: z.literal('cancelled'), ...queued, startedAt: z.number().nullable(), endedAt: z.number() }),
]);
export type TaskState = z.infer<typeof TaskState>;
export type TaskStatus = TaskState['status'];

export const GitState = z.object({
  branch: z.string().nullable(),
  commit: z.string(),
  /** Changed and untracked files. */
  changedFiles: z.number(),
  /**
   * Digest of the commit and of what tracked files hold beyond it: equal where the same code is tested. Untracked files are not in it,
   * because tests write some (reports, screenshots). null where it could not be read in time.
   */
  tree: z.string().nullable().default(null),
});
export type GitState = z.infer<typeof GitState>;

/** One execution of a task. */
export const Attempt = z.object({
  /** 1 for the first. */
  attempt: z.number().int().min(1),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** By a monotonic clock, in ms. */
  durationMs: z.number().nullable(),
  /** pid of the tests' first process. */
  pid: z.number().nullable(),
  end: AttemptEnd.nullable(),
  verdict: Verdict.nullable(),
  counts: TestCounts.nullable(),
  error: z.string().nullable(),
  warnings: z.array(z.string()),
  /** What was tested: the repository as it was when the attempt began. */
  git: GitState.nullable().default(null),
  /** Entries of the project's quarantine that tests of it failed under. */
  quarantined: z.array(QuarantineEntry).optional(),
  /** When the next attempt may begin, in UTC ms; null where none follows. */
  retryAt: z.number().nullable().default(null),
  limits: z.array(LimitRecord).default([]),
  /** What may have made its tests run out of time, although it is none of their own. */
  suspect: z.enum(['cpu_limit']).nullable().default(null),
  /** Of the whole process tree, in MiB. */
  peakMemoryMb: z.number().nullable().default(null),
  /** Percent of one core, over the whole attempt. */
  meanCpuPercent: z.number().nullable().default(null),
});
export type Attempt = z.infer<typeof Attempt>;

export const RunnerName = z.enum(
  ['playwright', 'command'],
  'must be playwright or command (any other tool runs by `command: [program, argument, …]`)',
);
export type RunnerName = z.infer<typeof RunnerName>;

/** Where a task that was moved waits: among the tasks of this lane and urgency, ordered by `rank`. */
export const Place = z.object({
  priority: z.number(),
  /** UTC ms: it ages as if it had waited since then. */
  since: z.number(),
  /** Whose tasks it waits among. */
  lane: z.string(),
  rank: z.number(),
});
export type Place = z.infer<typeof Place>;

/** A task as clients see it. */
export const Task = z.object({
  id: z.string(),
  /** The `#42` of this home; for people, never in files or links. */
  number: z.number().int(),
  projectName: z.string(),
  /** Fields of a later version are passed over; what a client asks for must be known. */
  config: TaskConfig.strip(),
  runner: RunnerName,
  /** What the command line will be, for people. */
  commandLine: z.string(),
  /** Tasks that share a key never run together. */
  exclusiveKeys: z.array(z.string()),
  /** Runs at once, outside the slots (`bge2e run e2e_critical`). */
  foreground: z.boolean(),
  /** Who queued it: submitters share the slots evenly. Empty in tasks of earlier versions. */
  submitter: z.string().default(''),
  /** When it was paused while it waited; null where it is not. */
  pausedAt: z.number().nullable().default(null),
  /** Where it was moved to; null where it has its place by priority and age. */
  place: Place.nullable().default(null),
  /** As it was when the task was queued, then as it was when its last attempt began. */
  git: GitState.nullable(),
  state: TaskState,
  cancelRequestedAt: z.number().nullable(),
  attempts: z.array(Attempt),
  /** The attempt whose end is the task's: verdict, counts, error and failed tests are its. null where none was (yet). */
  decidedBy: z.number().int().nullable().default(null),
  verdict: Verdict.nullable(),
  counts: TestCounts.nullable(),
  error: z.string().nullable(),
  /** Titles of the first failed tests (at most 20), for lists and notifications. */
  failedTests: z.array(z.string()),
  /** Titles of tests that failed first and passed when tried again, within the deciding attempt or in an earlier one (at most 20). */
  flakyTests: z.array(z.string()).default([]),
  /** Titles of failed tests that are in quarantine (at most 20): they are in `counts.failed`, and did not make the verdict. */
  quarantinedTests: z.array(z.string()).optional(),
  /** Why its tests failed, the commonest cause first (at most 10). */
  failureGroups: z.array(FailureGroup).optional(),
  /** Beside the run that it is compared with; absent where it came to no results. */
  change: Change.optional(),
  /** Id of the task that this one runs again; null where it is no rerun. */
  rerunOf: z.string().nullable().default(null),
  /** It runs only a part of its suite, so it says nothing of the whole; null: the whole. */
  rerunOnly: RerunOnly.nullable().default(null),
  /** What it reruns, and what became of it. */
  rerun: Rerun.nullable().default(null),
  /** Absolute path of the result file. */
  resultFile: z.string().nullable(),
  notifiedAt: z.number().nullable(),
  /** When a person looked at its result. */
  seenAt: z.number().nullable(),
});
export type Task = z.infer<typeof Task>;
