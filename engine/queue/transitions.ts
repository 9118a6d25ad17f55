import { assertNever } from '../../contract/errors.ts';
import type { TaskState } from '../../contract/task.ts';

/** What can happen to a task. Times in UTC ms. */
export type TaskChange =
  | { type: 'start'; at: number } // its first supervisor is about to be started
  | { type: 'started'; at: number } // the tests' process is there
  | { type: 'completed'; at: number } // the deciding attempt ended with exit code 0
  | { type: 'failed'; at: number; reason: string | null }
  | { type: 'timed_out'; at: number; reason: string }
  | { type: 'cancelled'; at: number };

/** A change that the present state does not allow: a defect of the caller, never of a user. */
export class ForbiddenTransition extends Error {
  constructor(state: TaskState, change: TaskChange) {
    super(`A task that is ${state.status} cannot be ${change.type}.`);
    this.name = 'ForbiddenTransition';
  }
}

/**
 * The state after a change. Throws `ForbiddenTransition`, so that a task ends exactly once:
 * queued → starting | cancelled | timeout; starting → running | failed | cancelled; running → completed | failed | timeout | cancelled.
 */
export function transition(state: TaskState, change: TaskChange): TaskState {
  switch (state.status) {
    case 'queued': {
      const { queuedAt } = state;
      if (change.type === 'start') return { status: 'starting', queuedAt, startingAt: change.at };
      if (change.type === 'cancelled') return { status: 'cancelled', queuedAt, startedAt: null, endedAt: change.at };
      if (change.type === 'timed_out') return { status: 'timeout', queuedAt, startedAt: null, endedAt: change.at, reason: change.reason };
      break;
    }
    case 'starting': {
      const { queuedAt, startingAt } = state;
      if (change.type === 'started') return { status: 'running', queuedAt, startingAt, startedAt: change.at };
      if (change.type === 'cancelled') return { status: 'cancelled', queuedAt, startedAt: null, endedAt: change.at };
      if (change.type === 'failed')
        return { status: 'failed', queuedAt, startingAt, startedAt: null, endedAt: change.at, reason: change.reason };
      break;
    }
    case 'running': {
      const { queuedAt, startingAt, startedAt } = state;
      if (change.type === 'completed') return { status: 'completed', queuedAt, startingAt, startedAt, endedAt: change.at };
      if (change.type === 'failed') return { status: 'failed', queuedAt, startingAt, startedAt, endedAt: change.at, reason: change.reason };
      if (change.type === 'timed_out') return { status: 'timeout', queuedAt, startedAt, endedAt: change.at, reason: change.reason };
      if (change.type === 'cancelled') return { status: 'cancelled', queuedAt, startedAt, endedAt: change.at };
      break;
    }
    case 'completed':
    case 'failed':
    case 'timeout':
    case 'cancelled':
      break;
    default:
      return assertNever(state);
  }
  throw new ForbiddenTransition(state, change);
}
