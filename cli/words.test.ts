import { expect, test } from 'vitest';
import { EMPTY_QUEUE } from '../contract/documents.ts';
import type { Attempt, Task } from '../contract/task.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { happeningText, queueText } from './commands/status.ts';
import { exitCodeForAll } from './commands/wait.ts';
import { endedText } from './ended-text.ts';
import { painter } from './print.ts';
import { priorityOf } from './values.ts';
import { countsText, moment, outcomeWord, progressText } from './words.ts';

const plain = painter(false);
const counts = { total: 25, passed: 23, failed: 1, skipped: 1, flaky: 1 };
const times = { queuedAt: 0, startingAt: 0, startedAt: 0 };
const running = aTask({ state: { status: 'running', ...times } });
const ended = aTask({
  state: { status: 'failed', queuedAt: 0, startingAt: 0, startedAt: 1000, endedAt: 66_000, reason: null },
  verdict: 'failed',
  counts,
  error: 'cart › pays: expected 3, and 1 more',
  failedTests: ['cart › pays', 'cart › \u001b[2Jadds'],
  resultFile: '/projects/shop/test_reports/background_e2e/task_0k3x9q1c7b2m.json',
});

test('a flaky test is told once, and what is zero not at all', () => {
  expect(countsText(counts)).toBe('1 failed, 1 flaky, 22 passed, 1 skipped');
  expect(countsText({ total: 2, passed: 2, failed: 0, skipped: 0, flaky: 0 })).toBe('2 passed');
  expect(countsText({ total: 0, passed: 0, failed: 0, skipped: 0, flaky: 0 })).toBe('no tests');
});

test('exit code 0 with failed tests is called failed, and no report is called that, never passed', () => {
  expect(outcomeWord(aTask({ state: { status: 'completed', ...times, endedAt: 1 }, verdict: 'failed' }))).toBe('failed');
  expect(outcomeWord(aTask({ state: { status: 'completed', ...times, endedAt: 1 }, verdict: null }))).toBe('no results');
  expect(outcomeWord(running)).toBe('running');
  expect(outcomeWord({ ...running, cancelRequestedAt: 5 })).toBe('cancelling');
});

test('an ended task names what failed, each test once, and where its result is', () => {
  expect(endedText(ended, plain)).toBe(
    [
      'failed  #1 e2e of shop · 1 failed, 1 flaky, 22 passed, 1 skipped · 1:05 · task_0k3x9q1c7b2m',
      '  cart › pays: expected 3, and 1 more',
      '  ✗ cart › adds',
      '  /projects/shop/test_reports/background_e2e/task_0k3x9q1c7b2m.json',
      '',
    ].join('\n'),
  );
});

test('the queue tells how far a task is, or why it waits', () => {
  const progress = {
    total: 25,
    done: 12,
    passed: 11,
    failed: 1,
    flaky: 0,
    skipped: 0,
    outcomes: '',
    current: { title: 'checkout › pays', startedAt: 0 },
    failures: [],
  };
  const detail = { task: running, waiting: null, process: null, progress };
  expect(progressText(progress)).toBe('12 of 25, 1 failed');
  expect(happeningText(detail, 41_000)).toBe('12 of 25, 1 failed · now checkout › pays');
  expect(happeningText({ ...detail, estimatedEndAt: 521_000 }, 41_000)).toBe('12 of 25, 1 failed · about 8 min left · now checkout › pays');
  const soon = { ...detail, waiting: 'Waits for the slot to become free.', estimatedStartAt: 41_000 + 72 * 60_000 };
  expect(happeningText(soon, 41_000)).toBe('Waits for the slot to become free. Starts in about 1 h 12 min.');
  const waiting = {
    task: aTask({ id: 'task_0k3x9q1c7b2n', number: 2 }),
    waiting: 'Waits for the slot to become free.',
    process: null,
    progress: null,
  };
  const [, first, second] = queueText({ ...EMPTY_QUEUE, active: [detail, waiting], queued: 1 }, 41_000, {
    paint: plain,
    columns: null,
  }).split('\n');
  expect(first).toBe('1  running  e2e       shop     0:41  12 of 25, 1 failed · now checkout › pays  task_0k3x9q1c7b2m');
  expect(second).toBe('2  queued   e2e       shop     0:40  Waits for the slot to become free.        task_0k3x9q1c7b2n');
  expect(queueText(EMPTY_QUEUE, 0, { paint: plain, columns: null })).toMatch(/^Nothing runs/);
});

test('a task with retries tells which attempt it is at, and when the next one comes', () => {
  const config = { ...aTask().config, maxRetries: 2 };
  const text = (attempts: Attempt[], now = 0) =>
    happeningText({ task: { ...running, config, attempts }, waiting: null, process: null, progress: null }, now);
  const failed = anAttempt({ verdict: 'failed', retryAt: 25_000 });
  const silent: Attempt = { ...failed, attempt: 2, retryAt: 125_500, end: failed.end && { ...failed.end, cause: 'no_output' } };
  const going = anAttempt({ attempt: 2, end: null });
  expect(text([anAttempt({ end: null })])).toBe('attempt 1 of 3');
  expect(text([failed])).toBe('attempt 1 of 3 failed, next attempt in 25 s');
  expect(text([failed], 24_001)).toBe('attempt 1 of 3 failed, next attempt in 1 s');
  expect(text([failed], 99_000)).toBe('attempt 1 of 3 failed, next attempt in 0 s');
  expect(text([failed, going])).toBe('attempt 2 of 3');
  expect(text([failed, silent])).toBe('attempt 2 of 3 timed out, next attempt in 2:06');
});

test('an ended task names its attempt and the tests that passed only when tried again', () => {
  const config = { ...aTask().config, maxRetries: 1 };
  const attempts = [anAttempt({ verdict: 'failed' }), anAttempt({ attempt: 2 })];
  const flaky: Task = { ...ended, config, attempts, verdict: 'flaky', error: null, failedTests: [], flakyTests: ['cart › pays'] };
  expect(endedText({ ...flaky, state: { status: 'completed', ...times, endedAt: 9 } }, plain)).toMatch(
    /^flaky {2}.* · attempt 2 of 2 · 0:00 · task_\w+\n {2}~ cart › pays\n/,
  );
});

test('of several exit codes cancelled comes before timed out, that before failed, that before no results', () => {
  const cancelled = aTask({ state: { status: 'cancelled', queuedAt: 0, startedAt: null, endedAt: 1 } });
  const late = aTask({ state: { status: 'timeout', queuedAt: 0, startedAt: 0, endedAt: 1, reason: '' } });
  const none = aTask({ state: { status: 'completed', ...times, endedAt: 1 }, verdict: 'none' });
  const passed = aTask({ state: { status: 'completed', ...times, endedAt: 1 }, verdict: 'flaky' });
  expect([[passed], [passed, none], [none, ended], [ended, late], [late, cancelled, passed]].map(exitCodeForAll)).toEqual([
    0, 5, 1, 124, 130,
  ]);
});

test('a moment of today has no date', () => {
  const now = new Date('2026-05-12T15:00:00').getTime();
  expect(moment(new Date('2026-05-12T09:05:00').getTime(), now)).toBe('09:05');
  expect(moment(new Date('2026-05-11T23:59:00').getTime(), now)).toBe('11 May 23:59');
  expect(moment(new Date('2025-12-31T23:59:00').getTime(), now)).toBe('31 Dec 2025 23:59');
});

test('priorities have names and numbers', () => {
  expect([priorityOf('high'), priorityOf('Medium'), priorityOf('low'), priorityOf('7')]).toEqual([1, 3, 5, 7]);
  expect(() => priorityOf('constructor')).toThrow(/--priority is "constructor"/);
});
