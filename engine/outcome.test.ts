import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptEnd } from '../contract/attempt.ts';
import type { Verdict } from '../contract/result.ts';
import { exitCodeFor } from '../contract/status.ts';
import { type Attempt, RetryReason, type Task, type TaskStatus } from '../contract/task.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { endTask, newAttempt, withAttempt } from './outcome.ts';
import { shouldRetry } from './retry.ts';

const NO_TESTS = { failed: [], flaky: [] };

const end = (rest: Partial<AttemptEnd>): AttemptEnd => ({
  cause: 'exited',
  exitCode: 0,
  signal: null,
  message: null,
  survivors: [],
  notChecked: [],
  ...rest,
});
const running = (maxRetries = 0, attempts = 1) =>
  aTask({
    state: { status: 'running', queuedAt: 1, startingAt: 2, startedAt: 3 },
    config: { ...aTask().config, maxRetries },
    attempts: Array.from({ length: attempts }, (_, index) => newAttempt(index + 1)),
  });

test('exit code 0 with failed tests completes with verdict failed', () => {
  const task = endTask(running(), anAttempt({ verdict: 'failed' }), { failed: ['pays'], flaky: ['adds'] }, 9);
  expect(task.state).toMatchObject({ status: 'completed', endedAt: 9 });
  expect(task.verdict).toBe('failed');
  expect(task.failedTests).toEqual(['pays']);
  expect(task.flakyTests).toEqual(['adds']);
});

test('each cause of an end has its state', () => {
  const stateAfter = (ending: Partial<AttemptEnd>) => endTask(running(), anAttempt({ end: end(ending) }), NO_TESTS, 9).state.status;
  expect(stateAfter({ exitCode: 3 })).toBe('failed');
  expect(stateAfter({ exitCode: null, signal: 'SIGSEGV' })).toBe('failed');
  expect(stateAfter({ cause: 'timeout', exitCode: null })).toBe('timeout');
  expect(stateAfter({ cause: 'cancelled', exitCode: null })).toBe('cancelled');
  expect(stateAfter({ cause: 'supervisor_lost', exitCode: null })).toBe('failed');
});

test('each end keeps its own sentence as the reason of the state', () => {
  const silent = 'No output for 10 min, so the tests were ended.';
  const task = endTask(
    running(),
    anAttempt({ verdict: 'failed', end: end({ cause: 'no_output', exitCode: null, message: silent }) }),
    NO_TESTS,
    9,
  );
  expect(task.state).toEqual({ status: 'timeout', queuedAt: 1, startedAt: 3, endedAt: 9, reason: silent });
  expect(exitCodeFor(task)).toBe(124);
});

const attemptOf = (attempt: number, tree: string | null, rest: Partial<Attempt> = {}) =>
  anAttempt({ attempt, git: { branch: 'main', commit: 'c', changedFiles: 0, tree }, ...rest });
const failed = (attempt: number, tree: string | null) => attemptOf(attempt, tree, { verdict: 'failed', end: end({ exitCode: 1 }) });
const verdictAfter = (...trees: (string | null)[]) => {
  const attempts = trees.map((tree, index) => failed(index + 1, tree));
  const task = endTask({ ...running(9), attempts }, attemptOf(trees.length, trees.at(-1) ?? null), NO_TESTS, 9);
  return { verdict: task.verdict, decidedBy: task.decidedBy, warnings: task.attempts.at(-1)?.warnings };
};

test('a task that passes only at a later attempt is flaky, where the same code had failed or nobody can tell', () => {
  expect(verdictAfter('a')).toEqual({ verdict: 'passed', decidedBy: 1, warnings: [] });
  expect(verdictAfter('a', 'a')).toEqual({ verdict: 'flaky', decidedBy: 2, warnings: [] });
  expect(verdictAfter(null, 'a')).toMatchObject({ verdict: 'flaky', warnings: [] });
  expect(verdictAfter('a', null)).toMatchObject({ verdict: 'flaky', warnings: [] });
  expect(verdictAfter('a', 'b', 'b')).toMatchObject({ verdict: 'flaky', decidedBy: 3 });
  const changed = { verdict: 'passed', warnings: [expect.stringContaining('The project changed between the attempts')] };
  expect(verdictAfter('a', 'b')).toMatchObject(changed);
  expect(verdictAfter('a', 'a', 'b')).toMatchObject(changed);
});

/** How an attempt can end, and what that means for its task. */
const KINDS = {
  passed: { verdict: 'passed', end: end({}), again: null, status: 'completed' },
  flaky: { verdict: 'flaky', end: end({}), again: null, status: 'completed' },
  noResults: { verdict: 'none', end: end({}), again: null, status: 'completed' },
  redWithExit0: { verdict: 'failed', end: end({}), again: 'failure', status: 'completed' },
  exit3: { verdict: 'failed', end: end({ exitCode: 3 }), again: 'failure', status: 'failed' },
  segfault: { verdict: 'failed', end: end({ exitCode: null, signal: 'SIGSEGV' }), again: 'crash', status: 'failed' },
  timeout: { verdict: 'failed', end: end({ cause: 'timeout', exitCode: null }), again: 'timeout', status: 'timeout' },
  silent: { verdict: 'failed', end: end({ cause: 'no_output', exitCode: null }), again: 'timeout', status: 'timeout' },
  lost: { verdict: 'failed', end: end({ cause: 'supervisor_lost', exitCode: null }), again: 'crash', status: 'failed' },
  notStarted: { verdict: 'failed', end: end({ cause: 'spawn_failed', exitCode: null }), again: null, status: 'failed' },
  cancelled: { verdict: 'none', end: end({ cause: 'cancelled', exitCode: null }), again: null, status: 'cancelled' },
} as const satisfies Record<string, { verdict: Verdict; end: AttemptEnd; again: RetryReason | null; status: TaskStatus }>;

test('whatever the attempts come to, the task has as many of them as were asked for, and the last one decides', () => {
  const kind = fc.constantFrom(...Object.values(KINDS));
  const tree = fc.constantFrom('a', 'b', null);
  const trials = fc.array(fc.record({ kind, tree }), { minLength: 11, maxLength: 11 });
  fc.assert(
    fc.property(
      trials,
      fc.integer({ min: 0, max: 10 }),
      fc.subarray(RetryReason.options, { minLength: 1 }),
      (ends, maxRetries, retryOn) => {
        // The model: how many attempts there are, and what the task is then.
        const isLast = ({ kind: { again } }: (typeof ends)[number], index: number) =>
          again === null || !retryOn.some((reason) => reason === again) || index === maxRetries;
        const made = ends.slice(0, ends.findIndex(isLast) + 1);
        const last = made.at(-1);
        if (!last) throw new Error('There is always one attempt.');
        const same = made.slice(0, -1).some((one) => one.tree === null || last.tree === null || one.tree === last.tree);
        const changed = last.kind === KINDS.passed && made.length > 1 && !same;

        let task: Task = { ...running(maxRetries), config: { ...aTask().config, maxRetries, retryOn } };
        for (const { kind: one, tree: tested } of ends) {
          const { verdict, end: ending } = one;
          const attempt = attemptOf(task.attempts.length, tested, { verdict, end: ending });
          if (!shouldRetry(task, attempt)) {
            task = endTask(task, attempt, NO_TESTS, 9);
            break;
          }
          const next = newAttempt(attempt.attempt + 1);
          task = { ...withAttempt(task, attempt), attempts: [...withAttempt(task, attempt).attempts, next] };
        }
        expect(task.attempts.map(({ end: ending }) => ending)).toEqual(made.map(({ kind: one }) => one.end));
        expect(task.decidedBy).toBe(made.length);
        expect(task.state.status).toBe(last.kind.status);
        expect(task.verdict).toBe(last.kind === KINDS.passed && same ? 'flaky' : last.kind.verdict);
        expect(task.attempts.at(-1)?.warnings).toHaveLength(changed ? 1 : 0);
      },
    ),
  );
});
