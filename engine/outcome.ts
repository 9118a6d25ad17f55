import { assertNever } from '../contract/errors.ts';
import type { Attempt, Task } from '../contract/task.ts';
import { type TaskChange, transition } from './queue/transitions.ts';

/** Puts what is known of an attempt into its task. */
export function withAttempt(task: Task, attempt: Attempt): Task {
  return { ...task, attempts: task.attempts.map((one) => (one.attempt === attempt.attempt ? attempt : one)) };
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
  };
}

/** Does the task get another attempt after this one? A cancelled one does not, nor one whose command cannot be started at all. */
export function shouldRetry(task: Task, attempt: Attempt): boolean {
  if (task.cancelRequestedAt !== null || attempt.end?.cause === 'spawn_failed' || attempt.end?.cause === 'cancelled') return false;
  return attempt.verdict === 'failed' && task.attempts.length <= task.config.maxRetries;
}

/** The task as its last attempt ended it. The last attempt decides; passing only at a later one is flaky. */
export function endTask(task: Task, attempt: Attempt, failedTests: string[], at: number): Task {
  const state = transition(task.state, changeFor(task, attempt, at));
  const verdict = attempt.verdict === 'passed' && attempt.attempt > 1 ? 'flaky' : attempt.verdict;
  return { ...withAttempt(task, attempt), state, verdict, counts: attempt.counts, error: attempt.error, failedTests };
}

function changeFor(task: Task, { end, error }: Attempt, at: number): TaskChange {
  if (end === null) return { type: 'failed', at, reason: error };
  switch (end.cause) {
    case 'exited':
      return end.exitCode === 0 ? { type: 'completed', at } : { type: 'failed', at, reason: end.message ?? error };
    case 'timeout':
      return { type: 'timed_out', at, reason: end.message ?? `The attempt ran longer than ${task.config.timeoutMinutes} min.` };
    case 'cancelled':
      return { type: 'cancelled', at };
    case 'spawn_failed':
    case 'supervisor_lost':
      return { type: 'failed', at, reason: end.message };
    default:
      return assertNever(end.cause);
  }
}
