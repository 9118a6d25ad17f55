import { expect, test } from 'vitest';
import type { AttemptEnd } from '../contract/attempt.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { endTask, newAttempt, shouldRetry } from './outcome.ts';

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
  const task = endTask(running(), anAttempt({ verdict: 'failed' }), ['pays'], 9);
  expect(task.state).toMatchObject({ status: 'completed', endedAt: 9 });
  expect(task.verdict).toBe('failed');
  expect(task.failedTests).toEqual(['pays']);
});

test('each cause of an end has its state', () => {
  const stateAfter = (ending: Partial<AttemptEnd>) => endTask(running(), anAttempt({ end: end(ending) }), [], 9).state.status;
  expect(stateAfter({ exitCode: 3 })).toBe('failed');
  expect(stateAfter({ exitCode: null, signal: 'SIGSEGV' })).toBe('failed');
  expect(stateAfter({ cause: 'timeout', exitCode: null })).toBe('timeout');
  expect(stateAfter({ cause: 'cancelled', exitCode: null })).toBe('cancelled');
  expect(stateAfter({ cause: 'supervisor_lost', exitCode: null })).toBe('failed');
});

test('a task that passes only at its second attempt is flaky', () => {
  expect(endTask(running(1, 2), anAttempt({ attempt: 2 }), [], 9).verdict).toBe('flaky');
  expect(endTask(running(1, 1), anAttempt({ attempt: 1 }), [], 9).verdict).toBe('passed');
});

test('a failed attempt is retried as often as asked and no more', () => {
  const failed = anAttempt({ verdict: 'failed', end: end({ exitCode: 1 }) });
  expect(shouldRetry(running(0, 1), failed)).toBe(false);
  expect(shouldRetry(running(2, 1), failed)).toBe(true);
  expect(shouldRetry(running(2, 2), failed)).toBe(true);
  expect(shouldRetry(running(2, 3), failed)).toBe(false);
});

test('nothing is retried that passed, was cancelled, or could not even be started', () => {
  expect(shouldRetry(running(5), anAttempt())).toBe(false);
  expect(shouldRetry({ ...running(5), cancelRequestedAt: 5 }, anAttempt({ verdict: 'failed' }))).toBe(false);
  expect(shouldRetry(running(5), anAttempt({ verdict: 'failed', end: end({ cause: 'spawn_failed', exitCode: null }) }))).toBe(false);
});
