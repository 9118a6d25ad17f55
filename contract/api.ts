import { z } from 'zod';
import { Artifact, PictureType } from './artifact.ts';
import { Sample } from './attempt.ts';
import { HostMode, HostStatus, WayToEnd } from './host.ts';
import {
  Comparison,
  Day,
  FailureGroup,
  FLAKY_RUNS,
  FlakyTest,
  MOST_FLAKY_RUNS,
  MOST_TREND_DAYS,
  Quarantine,
  TestStrip,
  Trend,
} from './insights.ts';
import { Dropped } from './log.ts';
import { Paused, PauseScope, Submitter, WaitKind } from './queue.ts';
import { ExportFormat, Progress, TestCase, Verdict } from './result.ts';
import { MissedRuns, Schedule } from './schedule.ts';
import { ProcessEnvironment, Task, TaskRef, type TaskRequest, Text } from './task.ts';
import { Machine, ProjectInfo, Snapshot, TaskDetail, TaskEvent } from './views.ts';

const REQUEST_ID_RULE = 'must be text of 8 to 64 characters';
const RequestId = z.string(REQUEST_ID_RULE).min(8, REQUEST_ID_RULE).max(64, REQUEST_ID_RULE);

const none = z.object({}).optional();

const method = <P extends z.ZodType, R extends z.ZodType>(params: P, result: R) => ({ params, result });

/**
 * Every method of a host. Socket, WebSocket and Electron IPC are three transports for this one object.
 * A task is named by its id, whole or a unique beginning, `#number` or `last`.
 */
export const methods = {
  /** First message on a connection that needs a token. Refuses a wrong token, or a client of another protocol. */
  hello: method(
    z.object({ protocol: z.number().int(), version: z.string(), client: z.string(), token: z.string() }),
    z.object({ protocol: z.number().int(), version: z.string(), mode: HostMode, pid: z.number().int(), capabilities: z.array(z.string()) }),
  ),

  /** Queues a task and answers at once. `requestId` makes a repeated call harmless. */
  addTask: method(
    z.object({
      requestId: RequestId,
      /** Checked by the engine, whose refusals name field, value and what is allowed. */
      request: z.custom<TaskRequest>((value) => typeof value === 'object' && value !== null),
      /** The submitter's environment; kept 0600 beside the run, in no event and no database. Absent: the host's login shell's. */
      environment: ProcessEnvironment.optional(),
      /** Start at once, outside the slots. */
      foreground: z.boolean().optional(),
      /** Answers a task that runs the same on the same state of the project and has not ended, instead of queueing another. */
      dedupe: z.boolean().optional(),
      /** Who asks, where it is not the project: submitters share the slots evenly. */
      client: Submitter.optional(),
    }),
    Task.extend({ deduplicated: z.boolean().default(false) }),
  ),
  /**
   * Queues an ended task again, as it was configured, or only its failed tests by the runner's own means. Refuses (`invalid`) where
   * there are none, or the runner cannot run a part. `environment` as in `addTask`; absent: that of the earlier task.
   */
  retryTask: method(
    z.object({
      requestId: z.string().min(8).max(64),
      task: TaskRef,
      /** Only the tests that failed in the attempt that decided. */
      failed: z.boolean().optional(),
      /** Handed to the runner after the earlier task's own. */
      additionalArgs: z.array(Text).optional(),
      environment: ProcessEnvironment.optional(),
      client: Submitter.optional(),
    }),
    Task,
  ),
  /**
   * Queues a suite again and again, by a cron pattern such as `0 3 * * *`. The request is checked now, and again at each run.
   * `environment` as in `addTask`, the same for all runs.
   */
  addSchedule: method(
    z.object({
      requestId: RequestId,
      cron: z.string(),
      missed: MissedRuns.optional(),
      request: z.custom<TaskRequest>((value) => typeof value === 'object' && value !== null),
      environment: ProcessEnvironment.optional(),
    }),
    Schedule,
  ),
  /** The one that is due next first. */
  listSchedules: method(none, z.array(Schedule)),
  /** By ids or unique beginnings of them; a wrong one changes nothing. What they have queued stays. */
  removeSchedules: method(z.object({ schedules: z.array(z.string().min(1, 'must name a schedule')).min(1) }), z.array(Schedule)),
  getTask: method(z.object({ task: TaskRef }), TaskDetail),
  /** Queued, starting and running tasks in the order in which they will start. */
  listActive: method(none, z.array(TaskDetail)),
  /** The same, of the waiting ones at most `limit`, the next first; and how many there are of all. */
  getQueue: method(
    z.object({ limit: z.number().int().min(0).max(1_000_000) }),
    z.object({
      active: z.array(TaskDetail),
      queued: z.number().int(),
      running: z.number().int(),
      queuedByCategory: z.record(z.string(), z.number().int()),
      paused: Paused,
    }),
  ),
  /** Nothing of the scope starts until it is resumed, over restarts of the host too; what runs goes on. */
  pauseQueue: method(PauseScope, z.object({ paused: Paused, tasks: z.array(Task) })),
  /** Undoes `pauseQueue`; `all` lifts every pause, also those of categories and of single tasks. */
  resumeQueue: method(PauseScope, z.object({ paused: Paused, tasks: z.array(Task) })),
  /** Puts a waiting task before all others, or directly before or after another waiting one, whose urgency it takes over. */
  moveTask: method(
    z.union(
      [
        z.strictObject({ task: TaskRef, first: z.literal(true) }),
        z.strictObject({ task: TaskRef, before: TaskRef }),
        z.strictObject({ task: TaskRef, after: TaskRef }),
      ],
      'must name a task, and one of first (true), before and after (another task)',
    ),
    Task,
  ),
  /** Ended tasks, newest first; `before` is the `next` of the page before. Each filter narrows what the others leave. */
  listResults: method(
    z.object({
      limit: z.number().int().min(1).max(1000),
      before: z.string().nullish(),
      /** A project's root, or a folder in it. */
      project: z.string().nullish(),
      category: z.string().nullish(),
      environment: z.string().nullish(),
      branch: z.string().nullish(),
      /** The commit, or the beginning of it. */
      commit: z.string().nullish(),
      verdict: z.union([Verdict, z.array(Verdict)], 'must be passed, failed, flaky or none, or a list of these').nullish(),
      /** Only what failed or timed out. */
      failed: z.boolean().nullish(),
      /** Ended at this moment or later, in UTC ms; `until`: at this moment or earlier. */
      since: z.number().nullish(),
      until: z.number().nullish(),
      /** Each of its words is found in the task's id, number, project, category, environment, branch, commit or error, or in a test's title. */
      search: Text.max(1000, 'must have at most 1000 characters').nullish(),
    }),
    z.object({ tasks: z.array(Task), next: z.string().nullable() }),
  ),
  /** How long runs of these suites usually take: the median of the last ones that ran to their end, in ms; null where none did. */
  usualDurations: method(
    z.object({
      suites: z.array(z.object({ project: z.string(), category: z.string(), environment: z.string() })).max(200, 'must be at most 200'),
    }),
    z.object({ durations: z.array(z.number().nullable()) }),
  ),
  /** Asks for the end of tasks; answers at once, before they are gone. Asking twice changes nothing. */
  cancelTasks: method(
    z.union(
      [z.object({ tasks: z.array(TaskRef).min(1) }), z.object({ all: z.literal(true) })],
      'must have tasks (a list of them) or all (true)',
    ),
    z.array(Task),
  ),
  /** The tests of one attempt (default: the last), failed ones first. */
  getTests: method(
    z.object({ task: TaskRef, attempt: z.number().int().min(1).optional() }),
    z.object({ attempt: z.number().int(), tests: z.array(TestCase), warnings: z.array(z.string()) }),
  ),
  /** Tests that gave both outcomes on the same code and configuration within the last `runs` of each suite; the flakiest first. */
  getFlaky: method(
    z.object({
      /** A project's root, or a folder in it. */
      project: z.string().min(1),
      category: z.string().nullish(),
      runs: z.number().int().min(2, 'must be at least 2').max(MOST_FLAKY_RUNS, `must be at most ${MOST_FLAKY_RUNS}`).default(FLAKY_RUNS),
    }),
    z.object({ tests: z.array(FlakyTest), runs: z.number().int() }),
  ),
  /** Failures of an attempt (default: the one that decided), grouped by their cause; the largest group first. */
  getCauses: method(
    z.object({ task: TaskRef, attempt: z.number().int().min(1).optional() }),
    z.object({
      taskId: z.string(),
      attempt: z.number().int(),
      failed: z.number().int(),
      groups: z.array(
        FailureGroup.extend({
          /** All tests of the group: places among the failed ones of `getTests`, from 0. */
          failures: z.array(z.number().int()).default([]),
        }),
      ),
    }),
  ),
  /** The last outcomes of what failed or was flaky in an ended run, up to that run; empty where it has no results. At most 500 tests. */
  getTestStrips: method(z.object({ task: TaskRef }), z.object({ tests: z.array(TestStrip) })),
  /**
   * An ended run beside another one; without `other` beside the last whole run of its suite on the main branch before it, else on its own
   * branch, else at all.
   */
  compareRuns: method(z.object({ task: TaskRef, other: TaskRef.optional() }), Comparison),
  /** How a project's suites have done; the one that ran last first. */
  getTrends: method(
    z.object({
      /** A project's root, or a folder in it. */
      project: z.string().min(1),
      category: z.string().nullish(),
      environment: z.string().nullish(),
      days: z.number().min(1, 'must be at least 1').max(MOST_TREND_DAYS, `must be at most ${MOST_TREND_DAYS}`).default(30),
    }),
    z.object({ since: z.number(), suites: z.array(Trend) }),
  ),
  /** Tests whose failures do not make a verdict, as the project's `background-e2e.quarantine.yaml` has them. */
  listQuarantine: method(z.object({ project: z.string().min(1) }), Quarantine),
  /** Puts a test into that file, or gives it another day or reason. Refuses (`invalid`) a title that no known test has, or that several have. */
  quarantineTest: method(
    z.object({
      project: z.string().min(1),
      test: z.string(),
      file: z.string().nullish(),
      until: Day,
      reason: z.string().max(2000, 'must have at most 2000 characters').nullish(),
    }),
    Quarantine,
  ),
  /** Takes it out again; refuses (`not_found`) what is not in it. */
  unquarantineTest: method(z.object({ project: z.string().min(1), test: z.string(), file: z.string().nullish() }), Quarantine),
  /** A result as CTRF, JUnit XML, an HTML page or Markdown, with the tests of the attempt that decided. */
  exportResult: method(z.object({ task: TaskRef, format: ExportFormat }), z.object({ text: z.string() })),
  /** What an attempt left: screenshots, videos, traces, reports, coverage. */
  listArtifacts: method(
    z.object({ task: TaskRef, attempt: z.number().int().min(1).optional() }),
    z.object({ taskId: z.string(), attempt: z.number().int(), artifacts: z.array(Artifact) }),
  ),
  /** A picture among them, to be shown. Refuses (`invalid`) what is none, and what is larger than 8 MiB. */
  readArtifact: method(
    z.object({ task: TaskRef, attempt: z.number().int().min(1).optional(), path: z.string() }),
    z.object({ type: PictureType, base64: z.string() }),
  ),
  /**
   * Shows one of them outside of the app: a trace by the project's own Playwright, a page in a browser. `environment`: of whoever asks,
   * for the program that is started.
   */
  openArtifact: method(
    z.object({
      task: TaskRef,
      attempt: z.number().int().min(1).optional(),
      /** As `listArtifacts` names it. */
      path: z.string(),
      environment: ProcessEnvironment.optional(),
    }),
    z.object({ commandLine: z.string() }),
  ),
  /**
   * A piece of an attempt's log. Offsets count the bytes ever written; `limit` bytes at most. `ended`: nothing more will come. Where the middle
   * of a long log was not kept, `dropped` says which bytes, `text` is empty, and `nextOffset` is where the log goes on.
   */
  readLog: method(
    z.object({
      task: TaskRef,
      attempt: z.number().int().min(1).optional(),
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(1_048_576).optional(),
    }),
    z.object({
      attempt: z.number().int(),
      text: z.string(),
      offset: z.number().int(),
      nextOffset: z.number().int(),
      size: z.number().int(),
      ended: z.boolean(),
      dropped: Dropped.nullable().default(null),
    }),
  ),
  /** Samples of an attempt, thinned to at most `points`. */
  getSamples: method(
    z.object({ task: TaskRef, attempt: z.number().int().min(1).optional(), points: z.number().int().min(2).max(2000) }),
    z.object({ attempt: z.number().int(), startedAt: z.number().nullable(), samples: z.array(Sample) }),
  ),
  /** A person looked at this task's result. */
  markSeen: method(z.object({ task: TaskRef }), Task),

  describeProject: method(z.object({ directory: z.string().min(1) }), ProjectInfo),
  /** Folders that tasks were queued for, the last used first. */
  recentProjects: method(none, z.array(z.object({ root: z.string(), name: z.string() }))),

  /**
   * From now on this connection gets the notifications of `notifications`. Answers what happened after `after`;
   * `reset` instead, when that is not known any more or the database is another (`epoch`). Without `snapshot` (false) it stays null: for
   * clients that ask for what they need.
   */
  subscribe: method(
    z.object({ after: z.number().int().nullable(), epoch: z.string().nullable(), snapshot: z.boolean().optional() }),
    z.object({ epoch: z.string(), seq: z.number().int(), reset: Snapshot.nullable(), events: z.array(TaskEvent) }),
  ),
  /** This connection follows the log of one attempt (`logGrew`), until `unfollowLog`. */
  followLog: method(
    z.object({ task: TaskRef, attempt: z.number().int().min(1).optional() }),
    z.object({ attempt: z.number().int(), size: z.number().int(), ended: z.boolean() }),
  ),
  unfollowLog: method(z.object({ task: TaskRef }), z.object({})),

  /** Removes what need not be kept any more (settings, `retention` of a project); `dryRun` only tells what that would be. Oldest first. */
  prune: method(
    z.object({ dryRun: z.boolean() }),
    z.object({
      pruned: z.array(
        z.object({
          taskId: z.string(),
          number: z.number().int(),
          endedAt: z.number(),
          project: z.string(),
          verdict: z.string().nullable(),
          bytes: z.number(),
          reason: z.enum(['age', 'number', 'disk']),
          /** The run is forgotten; otherwise it gives up its logs and artifacts alone. */
          history: z.boolean(),
        }),
      ),
      /** How many these are: `pruned` names the first 1000. */
      total: z.number().int(),
      freedBytes: z.number(),
      /** Of all runs, after that. */
      diskUseBytes: z.number(),
    }),
  ),

  hostStatus: method(none, HostStatus),
  /**
   * Ends this host. `keep`: running tasks go on under their supervisors and the next host finds them. `cancel`: they are ended first. Answers what
   * becomes of them: the first to end a host decides that. Absent where an earlier version answers.
   */
  stopHost: method(z.object({ tasks: z.enum(['keep', 'cancel']) }), z.object({ tasks: WayToEnd.optional() })),
  /** Asks this host to give its queue to an app that is starting. It refuses writes from now on and exits. */
  handOver: method(z.object({ version: z.string() }), z.object({})),
  /** The address of the window in a browser, token included. */
  webAddress: method(none, z.object({ url: z.string() })),
  /** Raises the app's window; refused by a headless host. `page` is a path such as `/runs/task_…`. */
  showWindow: method(z.object({ page: z.string().optional() }), z.object({})),
};

/** Sent by the host to subscribers. Only `taskChanged` is kept and numbered; the others may be dropped for slow readers. */
export const notifications = {
  taskChanged: TaskEvent,
  progress: z.object({ taskId: z.string(), attempt: z.number().int(), progress: Progress, lastLine: z.string().nullable() }),
  sample: z.object({ taskId: z.string(), attempt: z.number().int(), sample: Sample }),
  /** Why each waiting task waits and what is expected of it, in starting order: all of them, some time after each change. */
  waiting: z.object({
    tasks: z.array(
      z.object({
        taskId: z.string(),
        reason: z.string(),
        waitingFor: WaitKind.optional(),
        estimatedStartAt: z.number().nullable().optional(),
        estimatedEndAt: z.number().nullable().optional(),
      }),
    ),
  }),
  /** What is paused now, beside single tasks. */
  paused: Paused,
  machine: Machine,
  /** All schedules, at each change. */
  schedules: z.object({ schedules: z.array(Schedule) }),
  /** To followers of that log: it has `size` bytes now. */
  logGrew: z.object({ taskId: z.string(), attempt: z.number().int(), size: z.number().int(), ended: z.boolean() }),
};

export type Methods = typeof methods;
export type MethodName = keyof Methods;
export type Params<M extends MethodName> = z.input<Methods[M]['params']>;
export type Result<M extends MethodName> = z.output<Methods[M]['result']>;

/** The same object for code that is generic over the methods. */
export type MethodSchemas = { [M in MethodName]: { params: z.ZodType<z.output<Methods[M]['params']>>; result: z.ZodType<Result<M>> } };

export type NotificationName = keyof typeof notifications;
export type NotificationOf<N extends NotificationName> = z.output<(typeof notifications)[N]>;
