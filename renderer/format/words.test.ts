import { expect, test } from 'vitest';
import type { Task, TaskState } from '../../contract/task.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { framesOf, messageLines, needsALook, priorityWord, summaryOf } from './words.ts';

const times = { queuedAt: 0, startingAt: 1, startedAt: 1000, endedAt: 61_000 };
const completed: TaskState = { status: 'completed', ...times };
const failed: TaskState = { status: 'failed', ...times, reason: null };

const task = (state: TaskState, more: Partial<Task> = {}) => aTask({ state, ...more });
const counts = (passed: number, failed = 0, flaky = 0, skipped = 0) => ({
  total: passed + failed + skipped,
  passed,
  failed,
  flaky,
  skipped,
});
const said = (one: Task) => {
  const { lead, rest } = summaryOf(one);
  return lead + rest;
};

test('an ended run says what matters in one line', () => {
  expect(said(task(completed, { verdict: 'passed', counts: counts(24, 0, 0, 1) }))).toBe('24 tests passed, 1 skipped');
  expect(said(task(failed, { verdict: 'failed', counts: counts(22, 2), failedTests: ['cart › adds'] }))).toBe('2 failed: cart › adds');
  expect(said(task(failed, { verdict: 'failed', error: 'The command was not found.' }))).toBe('Failed: The command was not found.');
  expect(said(task(completed, { verdict: 'flaky', counts: counts(25, 0, 1) }))).toBe('1 flaky: failed first, passed when tried again');
  const attempts = [anAttempt({ verdict: 'failed' }), anAttempt({ attempt: 2 })];
  expect(said(task(completed, { verdict: 'flaky', counts: counts(25), attempts }))).toBe('Flaky: failed first, passed at attempt 2');
  expect(said(task(failed, { verdict: 'failed', counts: counts(0, 1), failedTests: ['\u001b[31mcart\u001b[0m'] }))).toBe('1 failed: cart');
  expect(said(task(completed, { verdict: 'none', error: 'Exit code 0, but no results were found. Name a report.' }))).toBe(
    'Exit code 0, but no results were found. Name a report.',
  );
  expect(said(task(completed, { verdict: 'none', error: 'No tests found' }))).toBe('No results were found: No tests found');
  expect(said(task({ status: 'timeout', queuedAt: 0, startedAt: 1000, endedAt: 61_000, reason: 'Too long.' }))).toBe(
    'Timed out after 1:00: Too long.',
  );
  expect(said(task({ status: 'cancelled', queuedAt: 0, startedAt: null, endedAt: 5 }))).toBe('Cancelled before it started');
  expect(said(task({ status: 'cancelled', queuedAt: 0, startedAt: 1, endedAt: 5 }, { counts: counts(3) }))).toBe('Cancelled after 3 tests');
});

test('a run without results is never said to have passed', () => {
  expect(said(task(completed, { verdict: null }))).toBe('No results were found');
});

test('what failed needs a look until somebody looked', () => {
  expect(needsALook(task(failed, { verdict: 'failed' }))).toBe(true);
  expect(needsALook(task(failed, { verdict: 'failed', seenAt: 9 }))).toBe(false);
  expect(needsALook(task(completed, { verdict: 'passed' }))).toBe(false);
  expect(needsALook(task(completed, { verdict: 'flaky' }))).toBe(false);
});

test('priorities have names where the product has given them one', () => {
  expect([1, 2, 3, 5, 9].map((n) => priorityWord(n).word)).toEqual(['High', 'Number 2', 'Medium', 'Low', 'Number 9']);
});

test('what was expected and what came stand out in a message, and a call log does not', () => {
  const text = 'Expected: "a"\nReceived: "b"\n- Expected\n+ Received\nCall log:\n  - waiting for x\n    > 97 | code\n      98 | code';
  expect(messageLines(text).map(({ kind }) => kind)).toEqual([
    'expected',
    'received',
    'expected',
    'received',
    'plain',
    'plain',
    'marked',
    'code',
  ]);
});

test('frames of the project are shortened, those of libraries known', () => {
  const trace =
    'Error: x\n    at Page.go (/shop/pages/a.ts:4:9)\n    at /shop/b.spec.ts:97:31\n    at run (/shop/node_modules/playwright/x.js:1:2)\n    at async file:///shop/c.ts:1:2\n    at node:internal/x:1:2';
  expect(framesOf(trace, '/shop')).toEqual([
    { place: 'pages/a.ts:4:9', name: 'Page.go', foreign: false },
    { place: 'b.spec.ts:97:31', name: '', foreign: false },
    { place: 'node_modules/playwright/x.js:1:2', name: 'run', foreign: true },
    { place: 'c.ts:1:2', name: '', foreign: false },
    { place: 'node:internal/x:1:2', name: '', foreign: true },
  ]);
});
