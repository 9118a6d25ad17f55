import type { Verdict } from './result.ts';
import type { Task, TaskState, TaskStatus } from './task.ts';

type TerminalState = Extract<TaskState, { endedAt: number }>;

/** Has it ended, whichever way? */
export function isTerminal(status: TaskStatus): status is TerminalState['status'] {
  switch (status) {
    case 'queued':
    case 'starting':
    case 'running':
      return false;
    case 'completed':
    case 'failed':
    case 'timeout':
    case 'cancelled':
      return true;
  }
}

/** The one word for lists and icons: a verdict, or how else the task stands. */
export type Outcome = Verdict | 'queued' | 'running' | 'timeout' | 'cancelled';

export function outcomeOf(task: Task): Outcome {
  switch (task.state.status) {
    case 'queued':
      return 'queued';
    case 'starting':
    case 'running':
      return 'running';
    case 'timeout':
      return 'timeout';
    case 'cancelled':
      return 'cancelled';
    case 'completed':
    case 'failed':
      return task.verdict ?? 'none';
  }
}

/** When a task that waits between two attempts goes on, in UTC ms; null where it does not wait for that. */
export function nextAttemptAt({ state, attempts }: Task): number | null {
  const last = attempts.at(-1);
  return isTerminal(state.status) || last === undefined || last.end === null ? null : last.retryAt;
}

/** The number of the attempt that decided; of a task without one the last, or the first where none began. */
export const decidingAttempt = ({ decidedBy, attempts }: Task): number => decidedBy ?? Math.max(1, attempts.length);

/** Did its tests run and pass, at the latest attempt? */
export function isGreen(task: Task): boolean {
  const outcome = outcomeOf(task);
  return outcome === 'passed' || outcome === 'flaky';
}

/** Was its deciding attempt ended after as many failures as it may have, so that other tests of it did not run? */
export function endedByFailFast({ config: { failFast }, attempts, decidedBy }: Task): boolean {
  const deciding = attempts.find(({ attempt }) => attempt === decidedBy);
  return failFast !== null && (deciding?.end?.cause === 'fail_fast' || (deciding?.counts?.failed ?? 0) >= failFast);
}

/** Exit codes of the CLI. */
export const EXIT = {
  passed: 0,
  failed: 1,
  usage: 2,
  noHost: 3,
  noSuchTask: 4,
  noResults: 5,
  deadline: 6,
  timeout: 124,
  cancelled: 130,
} as const;

/** The exit code that an ended task stands for. */
export function exitCodeFor(task: Task): number {
  const outcome = outcomeOf(task);
  switch (outcome) {
    case 'passed':
    case 'flaky':
      return EXIT.passed;
    case 'failed':
      return EXIT.failed;
    case 'none':
      return EXIT.noResults;
    case 'timeout':
      return EXIT.timeout;
    case 'cancelled':
      return EXIT.cancelled;
    case 'queued':
    case 'running':
      return EXIT.deadline;
  }
}

/** With several tasks, the first of these that occurs. */
export const EXIT_ORDER: readonly number[] = [EXIT.cancelled, EXIT.timeout, EXIT.failed, EXIT.noResults];
