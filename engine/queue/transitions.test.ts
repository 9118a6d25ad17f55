import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTerminal } from '../../contract/status.ts';
import { TaskState } from '../../contract/task.ts';
import { ForbiddenTransition, type TaskChange, transition } from './transitions.ts';

const change: fc.Arbitrary<TaskChange> = fc.oneof(
  fc.record({ type: fc.constantFrom('start' as const, 'started' as const, 'completed' as const, 'cancelled' as const), at: fc.nat() }),
  fc.record({ type: fc.constant('failed' as const), at: fc.nat(), reason: fc.option(fc.string()) }),
  fc.record({ type: fc.constant('timed_out' as const), at: fc.nat(), reason: fc.string() }),
);

const ALLOWED: Record<TaskState['status'], readonly TaskState['status'][]> = {
  queued: ['starting', 'cancelled', 'timeout'],
  starting: ['running', 'failed', 'cancelled'],
  running: ['completed', 'failed', 'timeout', 'cancelled'],
  completed: [],
  failed: [],
  timeout: [],
  cancelled: [],
};

test('any sequence of changes walks the allowed arrows alone and ends a task at most once', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
      let state: TaskState = { status: 'queued', queuedAt: 1 };
      let ends = 0;
      for (const next of changes) {
        let after: TaskState;
        try {
          after = transition(state, next);
        } catch (error) {
          expect(error).toBeInstanceOf(ForbiddenTransition);
          continue;
        }
        expect(ALLOWED[state.status]).toContain(after.status);
        expect(after.queuedAt).toBe(1);
        expect(TaskState.parse(after)).toEqual(after);
        if (isTerminal(after.status)) ends += 1;
        state = after;
      }
      expect(ends).toBeLessThanOrEqual(1);
    }),
  );
});

test('a running task that completes keeps the times of its whole way', () => {
  const starting = transition({ status: 'queued', queuedAt: 1 }, { type: 'start', at: 2 });
  const running = transition(starting, { type: 'started', at: 3 });
  expect(transition(running, { type: 'completed', at: 4 })).toEqual({
    status: 'completed',
    queuedAt: 1,
    startingAt: 2,
    startedAt: 3,
    endedAt: 4,
  });
});

test('a queued task cannot fail: it never ran', () => {
  expect(() => transition({ status: 'queued', queuedAt: 1 }, { type: 'failed', at: 2, reason: null })).toThrow(
    'A task that is queued cannot be failed.',
  );
});
