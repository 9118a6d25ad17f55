import type { AttemptStatus } from '../contract/attempt.ts';
import { assertNever } from '../contract/errors.ts';
import type { FailureGroup } from '../contract/insights.ts';
import type { Attempt, Task } from '../contract/task.ts';
import { type TaskChange, transition } from './queue/transitions.ts';

/** Puts what is known of an attempt into its task. */
export function withAttempt(task: Task, attempt: Attempt): Task {
  return { ...task, attempts: task.attempts.map((one) => (one.attempt === attempt.attempt ? attempt : one)) };
}

/** The task while an attempt of it runs, as the supervisor says. */
export function asRunning(task: Task, attempt: Attempt, status: AttemptStatus): Task {
  const state = task.state.status === 'starting' ? transition(task.state, { type: 'started', at: status.startedAt }) : task.state;
  const started = { ...attempt, startedAt: status.startedAt, pid: status.tests?.pid ?? null, limits: status.limits };
  return { ...withAttempt(task, started), git: attempt.git ?? task.git, state };
}

/** An attempt that is about to be started. */
export function newAttempt(attempt: number): Attempt {
  return {
    attempt,
    startedAt: null,
    endedAt: null,
    durationMs: null,
    pid: null,
    end: null,
    verdict: null,
    counts: null,
    error: null,
    warnings: [],
    git: null,
    retryAt: null,
    limits: [],
    suspect: null,
    peakMemoryMb: null,
    meanCpuPercent: null,
  };
}

/** What the tests of an attempt that decides come to. */
export interface Tests {
  /** Titles of the first failed ones. */
  failed: string[];
  /** Titles of those that failed first and passed later. */
  flaky: string[];
  /** Titles of those that failed in quarantine. */
  quarantined?: string[];
  /** Why those failed that are in no quarantine. */
  groups?: FailureGroup[];
}

/** The task as its last attempt ended it: the last attempt decides. Passing only at a later one is flaky, where the same code was tested before. */
export function endTask(task: Task, attempt: Attempt, tests: Tests, at: number): Task {
  const deciding = hasChanged(task, attempt) ? { ...attempt, warnings: [...attempt.warnings, CHANGED] } : attempt;
  return {
    ...withAttempt(task, deciding),
    state: transition(task.state, changeFor(task, attempt, at)),
    verdict: attempt.verdict === 'passed' && attemptsOfSameCode(task, attempt).length > 0 ? 'flaky' : attempt.verdict,
    decidedBy: attempt.attempt,
    counts: attempt.counts,
    error: attempt.error,
    failedTests: tests.failed,
    flakyTests: tests.flaky,
    ...(tests.quarantined?.length ? { quarantinedTests: tests.quarantined } : {}),
    ...(tests.groups?.length ? { failureGroups: tests.groups } : {}),
  };
}

const CHANGED = 'The project changed between the attempts, so passing at a later one does not make the tests flaky.';

const hasChanged = (task: Task, attempt: Attempt) =>
  attempt.attempt > 1 && attempt.verdict === 'passed' && attemptsOfSameCode(task, attempt).length === 0;

/** The attempts before this one that tested the same code, as far as anybody can tell. */
export function attemptsOfSameCode(task: Task, { attempt, git }: Attempt): Attempt[] {
  const tree = git?.tree ?? null;
  return task.attempts.filter((one) => {
    const before = one.git?.tree ?? null;
    return one.attempt < attempt && (tree === null || before === null || tree === before);
  });
}

function changeFor(task: Task, { end, error }: Attempt, at: number): TaskChange {
  if (end === null) return { type: 'failed', at, reason: error };
  switch (end.cause) {
    case 'exited':
      return end.exitCode === 0 ? { type: 'completed', at } : { type: 'failed', at, reason: end.message ?? error };
    case 'timeout':
      return { type: 'timed_out', at, reason: end.message ?? `The attempt ran longer than ${task.config.timeoutMinutes} min.` };
    case 'no_output':
      return { type: 'timed_out', at, reason: end.message ?? `The attempt printed nothing for ${task.config.noOutputTimeoutMinutes} min.` };
    case 'cancelled':
      return { type: 'cancelled', at };
    case 'memory_limit':
    case 'fail_fast':
    case 'spawn_failed':
    case 'stopped':
    case 'supervisor_lost':
      return { type: 'failed', at, reason: end.message };
    default:
      return assertNever(end.cause);
  }
}
