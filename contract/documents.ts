import type { Result } from './api.ts';
import { type SnakeCased, toSnakeCase } from './json.ts';
import type { ReadAnswer } from './report.ts';
import type { Rerun } from './rerun.ts';
import type { Progress, TestCase } from './result.ts';
import type { Schedule } from './schedule.ts';
import { nextAttemptAt } from './status.ts';
import type { Attempt, Task } from './task.ts';
import type { ProcessInfo, TaskDetail } from './views.ts';

/** UTC ms → RFC 3339 with Z. */
export function rfc3339(at: number): string;
export function rfc3339(at: number | null): string | null;
export function rfc3339(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

const seconds = (ms: number | null) => (ms === null ? null : Math.round(ms) / 1000);

/**
 * When the task began to run and for how long it has or had; null while it never ran. What has ended has run for as long as its attempts,
 * by a monotonic clock; pauses between them do not count.
 */
export function timesOf(task: Task, now: number): { startedAt: number | null; endedAt: number | null; durationMs: number | null } {
  const { state } = task;
  const startedAt = 'startedAt' in state ? state.startedAt : null;
  const endedAt = 'endedAt' in state ? state.endedAt : null;
  const ran = task.attempts.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  const elapsed = startedAt === null ? null : Math.max(0, (endedAt ?? now) - startedAt);
  return { startedAt, endedAt, durationMs: elapsed !== null && endedAt !== null && ran > 0 ? ran : elapsed };
}

/** The exit code that decided. Tasks of earlier versions do not name the attempt; it was the last one. */
export function exitCodeOf({ attempts, decidedBy }: Task): number | null {
  const deciding = attempts.find(({ attempt }) => attempt === decidedBy) ?? attempts.at(-1);
  return deciding?.end?.exitCode ?? null;
}

function attemptDocument(attempt: Attempt) {
  return {
    attempt: attempt.attempt,
    cause: attempt.end?.cause ?? null,
    exitCode: attempt.end?.exitCode ?? null,
    signal: attempt.end?.signal ?? null,
    startedAt: rfc3339(attempt.startedAt),
    endedAt: rfc3339(attempt.endedAt),
    durationSeconds: seconds(attempt.durationMs),
    verdict: attempt.verdict,
    testCounts: attempt.counts,
    errorMessage: attempt.error,
    message: attempt.end?.message ?? null,
    commit: attempt.git?.commit ?? null,
    nextAttemptAt: rfc3339(attempt.retryAt),
    survivors: attempt.end?.survivors ?? [],
    notChecked: attempt.end?.notChecked ?? [],
    warnings: attempt.warnings,
    limits: attempt.limits,
    suspect: attempt.suspect,
  };
}

/** A rerun as one story with the task that it ran again. The lists are null until it has ended with results. */
function rerunDocument({ rerunOf }: Task, { number, failed, note, outcome }: Rerun) {
  return {
    of: rerunOf,
    number,
    failed,
    note,
    fixed: outcome?.fixed ?? null,
    stillFailing: outcome?.stillFailing ?? null,
    newFailures: outcome?.newFailures ?? null,
    notRun: outcome?.notRun ?? null,
    counts: outcome?.counts ?? null,
  };
}

/** The result of an ended task: what `results --json` prints and what the result file holds. */
function result(task: Task) {
  const times = timesOf(task, 0);
  return {
    schema: 1,
    taskId: task.id,
    category: task.config.category,
    status: task.state.status,
    exitCode: exitCodeOf(task),
    durationSeconds: seconds(times.durationMs),
    testCounts: task.counts ?? { total: null, passed: null, failed: null, skipped: null, flaky: null },
    errorMessage: task.error,
    verdict: task.verdict,
    flaky: task.verdict === 'flaky',
    failedTests: task.failedTests,
    flakyTests: task.flakyTests,
    quarantinedTests: task.quarantinedTests ?? [],
    failureGroups: task.failureGroups ?? [],
    change: task.change ?? null,
    rerunOf: task.rerunOf,
    rerunOnly: task.rerunOnly,
    rerun: task.rerun && rerunDocument(task, task.rerun),
    decidedByAttempt: task.decidedBy,
    attempts: task.attempts.map(attemptDocument),
    maxRetries: task.config.maxRetries,
    failFast: task.config.failFast,
    retryOn: task.config.retryOn,
    limits: task.attempts.at(-1)?.limits ?? [],
    suspect: task.attempts.at(-1)?.suspect ?? null,
    project: task.config.project,
    environment: task.config.environment,
    runner: task.runner,
    command: task.commandLine,
    priority: task.config.priority,
    branch: task.git?.branch ?? null,
    commit: task.git?.commit ?? null,
    changedFiles: task.git?.changedFiles ?? null,
    createdAt: rfc3339(task.state.queuedAt),
    startedAt: rfc3339(times.startedAt),
    endedAt: rfc3339(times.endedAt),
    resultFile: task.resultFile,
  };
}
export type ResultDocument = SnakeCased<ReturnType<typeof result>>;
export const resultDocument = (task: Task): ResultDocument => toSnakeCase(result(task));

function processDocument(process: ProcessInfo | null, durationMs: number | null) {
  return {
    pid: process?.pid ?? null,
    running: process?.running ?? false,
    durationSeconds: seconds(durationMs),
    resourceUsage: { cpuPercent: process?.sample?.cpu ?? null, memoryMb: process?.sample?.memory ?? null },
  };
}

/** Percent of a run, from 0 to 100: of its tests, or as its source says; null where nothing tells. */
export function percentDone({ percent, total, done }: Progress): number | null {
  if (total !== null && total > 0) return Math.min(100, Math.floor((100 * done) / total));
  return percent === undefined || percent === null ? null : Math.min(100, Math.max(0, Math.floor(percent)));
}

/** A task at this moment: what `status ID --json` prints. */
function status(detail: TaskDetail, now: number) {
  const { task } = detail;
  return {
    ...result(task),
    durationSeconds: seconds(timesOf(task, now).durationMs),
    processInfo: processDocument(detail.process, timesOf(task, now).durationMs),
    waiting: detail.waiting,
    nextAttemptAt: rfc3339(nextAttemptAt(task)),
    estimatedStartAt: rfc3339(detail.estimatedStartAt ?? null),
    estimatedEndAt: rfc3339(detail.estimatedEndAt ?? null),
    pausedAt: rfc3339(task.pausedAt),
    startAt: rfc3339(task.config.startAt),
    after: task.config.after,
    submitter: task.submitter,
    cancelRequestedAt: rfc3339(task.cancelRequestedAt),
    progress: detail.progress && {
      source: detail.progress.source ?? 'channel',
      percent: percentDone(detail.progress),
      total: detail.progress.total,
      totalIsEstimate: detail.progress.totalIsEstimate ?? false,
      done: detail.progress.done,
      passed: detail.progress.passed,
      failed: detail.progress.failed,
      flaky: detail.progress.flaky,
      skipped: detail.progress.skipped,
      current: detail.progress.current?.title ?? null,
      failures: detail.progress.failures,
    },
  };
}
export type TaskStatusDocument = SnakeCased<ReturnType<typeof status>>;
export const taskStatusDocument = (detail: TaskDetail, now: number): TaskStatusDocument => toSnakeCase(status(detail, now));

function schedule(one: Schedule) {
  return {
    scheduleId: one.id,
    cron: one.cron,
    missed: one.missed,
    category: one.request.category,
    project: one.request.project,
    environment: one.request.environment ?? null,
    createdAt: rfc3339(one.createdAt),
    nextAt: rfc3339(one.nextAt),
    lastTaskId: one.lastTask,
    problem: one.problem,
  };
}
export type ScheduleDocument = SnakeCased<ReturnType<typeof schedule>>;
/** What `schedules --json` prints of each. */
export const scheduleDocument = (one: Schedule): ScheduleDocument => toSnakeCase(schedule(one));

/** The queue at this moment: what `status --json` prints. `tasks` are the running ones and the next of the waiting ones. */
function queueDocument({ active, queued, running, queuedByCategory, paused }: Result<'getQueue'>, agentRunning: boolean, now: number) {
  return {
    agentRunning,
    queuedTasks: queued,
    activeTasks: running,
    queuedByCategory,
    activeTaskIds: active.filter(({ task }) => task.state.status !== 'queued').map(({ task }) => task.id),
    paused,
    tasks: active.map((detail) => status(detail, now)),
  };
}
export type QueueStatusDocument = SnakeCased<ReturnType<typeof queueDocument>>;
export const queueStatusDocument = (queue: Result<'getQueue'>, agentRunning: boolean, now: number): QueueStatusDocument =>
  toSnakeCase(queueDocument(queue, agentRunning, now));

/** What a home without a host says. */
export const EMPTY_QUEUE: Result<'getQueue'> = {
  active: [],
  queued: 0,
  running: 0,
  queuedByCategory: {},
  paused: { all: false, categories: [] },
};

const testDocument = ({ name, suite, status, durationMs, retries, message, trace, filePath, line }: TestCase) => ({
  ...{ name, suite, status, duration_seconds: seconds(durationMs), retries, message, trace, file: filePath, line },
});

/** The tests of report files: errors outside of tests, failed tests, and all tests with the failed ones first. */
export interface ReportedTests {
  errors: Iterable<TestCase>;
  failed: Iterable<TestCase>;
  tests: Iterable<TestCase>;
}

/** What `report --json` prints, in pieces: of 50,000 tests neither the document nor its text is in memory as a whole. */
export function* reportJson(answer: ReadAnswer, { errors, failed, tests }: ReportedTests): Generator<string> {
  const { formats, tool, counts, durationMs, errorMessage, warnings, problems, incomplete, metrics } = answer;
  const before = {
    schema: 1,
    format: formats[0] ?? null,
    formats,
    tool,
    testCounts: counts ?? { total: null, passed: null, failed: null, skipped: null, flaky: null },
    durationSeconds: seconds(durationMs),
    errorMessage,
  };
  yield opened(before);
  // Errors outside of tests first.
  yield* list('failures', [errors, failed]);
  yield `,${fields({ warnings, problems, incomplete })}`;
  yield* list('tests', [tests]);
  yield `,${fields({ metrics })}\n}\n`;
}

/** Tests whose text is made in one go. */
const TESTS_AT_ONCE = 250;

/** An object as JSON without its last brace. */
const opened = (object: object) => JSON.stringify(toSnakeCase(object), null, 2).slice(0, -'\n}'.length);
/** Its fields alone. */
const fields = (object: object) => opened(object).slice('{'.length);

function* list(name: string, parts: readonly Iterable<TestCase>[]): Generator<string> {
  let isEmpty = true;
  let some: ReturnType<typeof testDocument>[] = [];
  const text = () => {
    const begin = isEmpty ? `,\n  "${name}": [` : ',';
    const all = JSON.stringify({ some }, null, 2);
    isEmpty = false;
    some = [];
    return begin + all.slice('{\n  "some": ['.length, -'\n  ]\n}'.length);
  };
  for (const part of parts) {
    for (const test of part) {
      some.push(testDocument(test));
      if (some.length === TESTS_AT_ONCE) yield text();
    }
  }
  if (some.length > 0) yield text();
  yield isEmpty ? `,\n  "${name}": []` : '\n  ]';
}
