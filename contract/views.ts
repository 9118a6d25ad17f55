import { z } from 'zod';
import { Sample } from './attempt.ts';
import { HostStatus } from './host.ts';
import { WaitKind } from './queue.ts';
import { Progress } from './result.ts';
import { GitState, RunnerName, Task } from './task.ts';

/** The process tree of a running task. */
export const ProcessInfo = z.object({
  pid: z.number().int().nullable(),
  running: z.boolean(),
  sample: Sample.nullable(),
});
export type ProcessInfo = z.infer<typeof ProcessInfo>;

/** A task with what is only known while it waits or runs. */
export const TaskDetail = z.object({
  task: Task,
  /** Why it waits, as a sentence; null when it does not. */
  waiting: z.string().nullable(),
  /** What kind of reason that is. */
  waitingFor: WaitKind.nullable().optional(),
  /** When it will probably start and end, in UTC ms; null where earlier runs do not tell. */
  estimatedStartAt: z.number().nullable().optional(),
  estimatedEndAt: z.number().nullable().optional(),
  process: ProcessInfo.nullable(),
  progress: Progress.nullable(),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

export const Machine = z.object({
  cores: z.number().int(),
  /** Percent of the whole machine, over the last few seconds. */
  cpuPercent: z.number(),
  /** MiB. */
  memoryUsedMb: z.number(),
  memoryTotalMb: z.number(),
  slots: z.number().int(),
  slotsInUse: z.number().int(),
});
export type Machine = z.infer<typeof Machine>;

/** A change of a task, kept in the database in the order in which it happened. */
export const TaskEvent = z.object({
  seq: z.number().int(),
  taskId: z.string(),
  type: z.enum(['added', 'starting', 'running', 'attempt_ended', 'cancel_requested', 'ended', 'notified', 'seen', 'changed']),
  at: z.number(),
  task: Task,
});
export type TaskEvent = z.infer<typeof TaskEvent>;

/** Everything a client needs to draw its first picture. */
export const Snapshot = z.object({
  /** Queued, starting and running tasks. */
  active: z.array(TaskDetail),
  /** The last ones that ended, newest first. */
  finished: z.array(Task),
  machine: Machine,
  host: HostStatus,
});
export type Snapshot = z.infer<typeof Snapshot>;

export const SuiteInfo = z.object({
  category: z.string(),
  runner: RunnerName,
  /** For people: what will be run. */
  commandLine: z.string(),
  timeoutMinutes: z.number(),
  maxRetries: z.number(),
  priority: z.number(),
});
export type SuiteInfo = z.infer<typeof SuiteInfo>;

/** What a folder holds. */
export const ProjectInfo = z.object({
  root: z.string(),
  name: z.string(),
  git: GitState.nullable(),
  suites: z.array(SuiteInfo),
  environments: z.array(z.string()),
  /** Path of `background-e2e.yaml`; null where suites were found without one. */
  configFile: z.string().nullable(),
});
export type ProjectInfo = z.infer<typeof ProjectInfo>;
