import type { Test } from 'ctrf';
import { expect, test } from 'vitest';
import { AttemptStatus } from '../contract/attempt.ts';
import { aTask } from '../contract/testing/a-task.ts';
import { hasTimedOut, limitsOf, limitWarnings, suspectOf } from './limits.ts';

const BACKGROUND = { nice: 10, idleIo: true };

test('a background task is nice and idle, one in the foreground is not; limits are for both', () => {
  const task = aTask();
  const config = { ...task.config, cpuLimitPercent: 50, memoryLimitGb: 2 };
  expect(limitsOf({ ...task, config }, BACKGROUND, 1)).toEqual({ cpuPercent: 50, memoryGb: 2, nice: 10, idleIo: true, workers: 1 });
  expect(limitsOf({ ...task, config, foreground: true }, BACKGROUND, null)).toEqual({
    cpuPercent: 50,
    memoryGb: 2,
    nice: null,
    idleIo: false,
    workers: null,
  });
  expect(limitsOf(task, { nice: 0, idleIo: false }, null)).toMatchObject({ nice: null, idleIo: false });
});

test('a limit that was asked for and not held is a warning; a priority is nothing to warn of', () => {
  expect(
    limitWarnings([
      { kind: 'cpu', asked: 50, enforcedBy: null, notEnforcedBecause: 'there is none' },
      { kind: 'memory', asked: 2, enforcedBy: 'memory-watch', notEnforcedBecause: 'only a part is seen' },
      { kind: 'memory', asked: 2, enforcedBy: 'memory-watch', notEnforcedBecause: null },
      { kind: 'priority', asked: 'nice 10', enforcedBy: null, notEnforcedBecause: 'x' },
    ]),
  ).toEqual(['The CPU limit was not enforced: there is none.', 'The memory limit was only in part enforced: only a part is seen.']);
});

const status = (change: object): AttemptStatus => {
  const identity = { pid: 1, startTicks: '1', bootId: null, pidNamespace: null };
  const end = { cause: 'exited', exitCode: 1, signal: null, message: null, survivors: [], notChecked: [] };
  const times = { startedAt: 1, endedAt: 2, durationMs: 1 };
  return AttemptStatus.parse({
    schema: 1,
    taskId: 't',
    attempt: 1,
    phase: 'ended',
    supervisor: identity,
    tests: null,
    ...times,
    end,
    ...change,
  });
};
const failed = (message: string, rest: Partial<Test> = {}): Test => ({ name: 'x', duration: 1, status: 'failed', message, ...rest });

test.each([
  ['Playwright', failed('Test timeout of 30000ms exceeded.')],
  ['Playwright’s own word', failed('x', { rawStatus: 'timedOut' })],
  ['Playwright’s expect', failed('expect(locator).toBeVisible() failed\nTimeout:  5000ms')],
  ['Cypress', failed('Timed out retrying after 4000ms: Expected to find element')],
  ['Jest', failed('thrown: "Exceeded timeout of 5000 ms for a test.')],
  ['Node', failed('connect ETIMEDOUT 127.0.0.1:80')],
])('a test that timed out while the tree was stopped casts suspicion on the limit: %s', (_, timedOut) => {
  expect(suspectOf(status({ stoppedMs: 40 }), [failed('expected 3, got 4'), timedOut].some(hasTimedOut))).toBe('cpu_limit');
  expect(suspectOf(status({ stoppedMs: 0 }), hasTimedOut(timedOut))).toBeNull();
  expect(suspectOf(status({ stoppedMs: 40 }), hasTimedOut({ ...timedOut, status: 'passed' }))).toBeNull();
});

test('so does the timeout of the attempt itself, and no other failure', () => {
  const end = { cause: 'timeout', exitCode: null, signal: 'SIGTERM', message: null, survivors: [], notChecked: [] };
  expect(suspectOf(status({ stoppedMs: 1, end }), false)).toBe('cpu_limit');
  expect(suspectOf(status({ stoppedMs: 1 }), hasTimedOut(failed('expected 3, got 4')))).toBeNull();
});
