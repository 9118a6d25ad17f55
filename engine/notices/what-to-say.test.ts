import { describe, expect, test } from 'vitest';
import type { Attempt, Task, TaskState } from '../../contract/task.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { clock, endInWords, whatToSay, whatToSayOfMany, whatToSayOfRecovery } from './what-to-say.ts';

const at = 1_700_000_000_000;
const times = { queuedAt: at, startingAt: at + 100, startedAt: at + 200 };
const endedAt = at + 84_200;
const completed: TaskState = { status: 'completed', ...times, endedAt };
const failed = (reason: string | null = null): TaskState => ({ status: 'failed', ...times, endedAt, reason });
const counts = (failedCount: number) => ({ total: 25, passed: 24 - failedCount, failed: failedCount, skipped: 1, flaky: 0 });

const attempt = (end: Partial<NonNullable<Attempt['end']>>): Attempt =>
  anAttempt({
    startedAt: at,
    endedAt,
    durationMs: 84_000,
    verdict: null,
    counts: null,
    end: { cause: 'exited', exitCode: 0, signal: null, message: null, survivors: [], notChecked: [], ...end },
  });

function task(over: Partial<Task> = {}): Task {
  return aTask({
    git: { branch: 'main', commit: 'abc', changedFiles: 0, tree: null },
    state: completed,
    attempts: [attempt({})],
    verdict: 'passed',
    counts: counts(0),
    ...over,
  });
}

const threeFailed = () =>
  task({
    state: failed(),
    verdict: 'failed',
    counts: counts(3),
    failedTests: ['checkout › pays by card', 'cart › adds', 'login › refuses'],
    attempts: [attempt({ exitCode: 1 })],
  });

describe('what to say of one task', () => {
  test('says how many tests failed, the first of them, where and how long', () => {
    expect(whatToSay(threeFailed())).toEqual({
      title: 'e2e failed: 3 of 25 tests failed',
      body: 'checkout › pays by card, and 2 more. shop, main, 1:24.',
    });
  });

  test('counts the failed tests whose titles were not kept', () => {
    const many = task({ state: failed(), verdict: 'failed', counts: counts(24), failedTests: ['a'] });
    expect(whatToSay(many)?.body).toBe('a, and 23 more. shop, main, 1:24.');
  });

  test('is silent about what passed, was flaky, was cancelled or goes on', () => {
    expect(whatToSay(task())).toBeNull();
    expect(whatToSay(task({ verdict: 'flaky' }))).toBeNull();
    expect(whatToSay(task({ state: { status: 'cancelled', queuedAt: at, startedAt: at, endedAt } }))).toBeNull();
    expect(whatToSay(task({ state: { status: 'running', ...times }, verdict: null }))).toBeNull();
    expect(whatToSay(task({ state: { status: 'queued', queuedAt: at }, verdict: null }))).toBeNull();
  });

  test('speaks of failed tests also where the process ended with 0', () => {
    expect(whatToSay(task({ verdict: 'failed', counts: counts(1), failedTests: ['a'] }))?.title).toBe('e2e failed: 1 of 25 tests failed');
  });

  test('tells exit code and last error of a crash without results', () => {
    const crash = task({
      state: failed(),
      verdict: 'none',
      counts: null,
      error: 'Error: Cannot find module "x"\n    at y',
      attempts: [attempt({ exitCode: 3 })],
    });
    expect(whatToSay(crash)).toEqual({
      title: 'e2e failed: ended with exit code 3 and no results',
      body: 'Error: Cannot find module "x" at y. shop, main, 1:24.',
    });
  });

  test('names the signal that ended a run', () => {
    const killed = task({ state: failed(), verdict: null, counts: null, attempts: [attempt({ exitCode: null, signal: 'SIGSEGV' })] });
    expect(whatToSay(killed)?.title).toBe('e2e failed: ended by SIGSEGV and no results');
  });

  test('a run that ended well without results is not passed over', () => {
    expect(whatToSay(task({ verdict: 'none', counts: null }))?.title).toBe('e2e: no results found');
  });

  test('a failed process is told although every test passed', () => {
    const teardown = task({ state: failed(), verdict: 'passed', attempts: [attempt({ exitCode: 1 })] });
    expect(whatToSay(teardown)).toEqual({
      title: 'e2e failed: ended with exit code 1',
      body: '25 tests ran, none failed. shop, main, 1:24.',
    });
  });

  test('a timeout says its reason', () => {
    const late = task({
      state: { status: 'timeout', queuedAt: at, startedAt: at, endedAt: at + 60_000, reason: 'Ran longer than 1 minute.' },
      verdict: null,
      counts: counts(2),
    });
    expect(whatToSay(late)).toEqual({
      title: 'e2e timed out',
      body: '2 of 25 tests failed before. Ran longer than 1 minute. shop, main, 1:00.',
    });
  });

  test('a command that could not be started says why', () => {
    const missing = task({
      state: { status: 'failed', ...times, startedAt: null, endedAt, reason: null },
      verdict: 'none',
      counts: null,
      git: null,
      attempts: [attempt({ cause: 'spawn_failed', exitCode: null, message: 'npx was not found.' })],
    });
    expect(whatToSay(missing)).toEqual({ title: 'e2e could not be started', body: 'npx was not found. shop.' });
  });

  test('says which attempt it was when there were more', () => {
    expect(whatToSay({ ...threeFailed(), attempts: [attempt({}), attempt({})] })?.body).toContain('shop, main, attempt 2, 1:24.');
  });
});

test('of a task that was cancelled nothing is said, unless something of it is still there', () => {
  const state: TaskState = { status: 'cancelled', queuedAt: at, startedAt: at, endedAt };
  expect(whatToSay(task({ state }))).toBeNull();
  const survivors = [{ pid: 4711, command: 'chrome --headless' }];
  const alive = task({ state, attempts: [attempt({ cause: 'cancelled', survivors })] });
  expect(whatToSay(alive)).toEqual({
    title: 'e2e was cancelled, but not all of it is gone',
    body: '1 process could not be ended: 4711 (chrome --headless). shop, main, 1:24.',
  });
  expect(whatToSay({ ...threeFailed(), attempts: [attempt({ exitCode: 1, survivors })] })?.body).toContain('4711 (chrome --headless)');
});

describe('limits', () => {
  test('a task that took too much memory says so first, whatever its tests had come to', () => {
    const error = 'memory limit exceeded (4 GiB; the largest was chrome, 2.9 GiB)';
    const ended = task({ ...threeFailed(), error, attempts: [attempt({ cause: 'memory_limit', exitCode: null, message: error })] });
    expect(whatToSay(ended)).toEqual({ title: 'e2e was ended: too much memory', body: `${error}. shop, main, 1:24.` });
  });

  test('where a CPU limit may be why tests timed out, it is named', () => {
    const limited = threeFailed();
    const suspected = {
      ...limited,
      config: { ...limited.config, cpuLimitPercent: 25 },
      attempts: [{ ...attempt({}), suspect: 'cpu_limit' as const }],
    };
    expect(whatToSay(suspected)?.body).toContain('The CPU limit of 25 % may be why: tests timed out while it held them back. shop, main');
    expect(whatToSay(limited)?.body).not.toContain('CPU');
  });
});

describe('what to say of several tasks', () => {
  test('one notice with the failed ones first', () => {
    expect(
      whatToSayOfMany([task(), threeFailed(), task({ state: { status: 'timeout', queuedAt: at, startedAt: at, endedAt, reason: 'x' } })]),
    ).toEqual({
      title: '3 runs ended, 2 failed',
      body: 'e2e 3 failed, e2e timed out, e2e passed. shop.',
    });
  });

  test('a single one is told as itself', () => {
    expect(whatToSayOfMany([threeFailed()])).toEqual(whatToSay(threeFailed()));
  });

  test('is silent where none failed, and does not count what was cancelled', () => {
    const cancelled = task({ state: { status: 'cancelled', queuedAt: at, startedAt: null, endedAt } });
    expect(whatToSayOfMany([])).toBeNull();
    expect(whatToSayOfMany([task(), cancelled])).toBeNull();
    expect(whatToSayOfMany([threeFailed(), cancelled])?.title).toBe('e2e failed: 3 of 25 tests failed');
  });

  test('names at most four', () => {
    const said = whatToSayOfMany(Array.from({ length: 7 }, threeFailed));
    expect(said?.title).toBe('7 runs ended, all failed');
    expect(said?.body).toMatch(/, and 3 more\. shop\.$/);
  });
});

test('durations read as clocks', () => {
  expect([clock(0), clock(9400), clock(84_000), clock(7_389_000)]).toEqual(['0:00', '0:09', '1:24', '2:03:09']);
});

test('the end in words never calls a run without results passed', () => {
  expect(endInWords(task({ verdict: 'none' }))).toBe('found no results');
  expect(endInWords(task({ state: failed(), verdict: null }))).toBe('ended without results');
});

describe('change', () => {
  const change = { new: 0, fixed: 0, stillFailing: 0, knownFlaky: 0, base: 'task_000000000001', since: null, recoveredAfter: 0 };
  const failing = (over: Partial<NonNullable<Task['change']>>) => whatToSay({ ...threeFailed(), change: { ...change, ...over } })?.body;

  test('is said first: what is new, fixed and known', () => {
    expect(failing({ new: 3, fixed: 1, knownFlaky: 2 })).toBe(
      '3 new failures, 1 fixed, 2 known flaky. checkout › pays by card, and 2 more. shop, main, 1:24.',
    );
    expect(failing({ new: 1, stillFailing: 2, since: 38 })).toMatch(/^1 new failure, 2 still failing\. /);
    expect(failing({ stillFailing: 3, since: 38 })).toMatch(/^Still failing: 3, since #38\. /);
    expect(failing({ new: 3, base: null })).toMatch(/^checkout › pays by card/); // nothing to compare with
  });

  test('a suite that is well again is told once, as that', () => {
    const well = task({ change: { ...change, fixed: 3, recoveredAfter: 2 } });
    expect(whatToSay(well)).toBeNull();
    expect(whatToSayOfRecovery(well)).toEqual({ title: 'e2e passes again', body: 'Recovered after 2 failed runs. shop, main, 1:24.' });
    expect(whatToSayOfRecovery(task({ change }))).toBeNull();
    expect(whatToSayOfRecovery(task())).toBeNull();
    expect(whatToSayOfRecovery({ ...threeFailed(), change: { ...change, recoveredAfter: 2 } })).toBeNull();
  });

  test('nobody is told of failures in quarantine alone, and beside others they are not counted', () => {
    const held = task({
      state: failed(),
      counts: { ...counts(1), quarantined: 1 },
      quarantinedTests: ['login › refuses'],
      attempts: [attempt({ exitCode: 1 })],
    });
    expect(whatToSay(held)).toBeNull();
    expect(endInWords(held)).toBe('passed');
    expect(whatToSay({ ...threeFailed(), counts: { ...counts(4), quarantined: 1 } })?.title).toBe('e2e failed: 3 of 25 tests failed');
  });
});
