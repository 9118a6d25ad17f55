import { expect, test } from 'vitest';
import type { Task, TaskState } from '../../contract/task.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import type { Snapshot, TaskEvent } from '../../contract/views.ts';
import {
  applyEstimate,
  applyEvent,
  applyLastLine,
  applyMove,
  applyProgress,
  applySamples,
  applySnapshot,
  applyWaiting,
  clearAt,
  emptyQueue,
  findTask,
  type QueueState,
} from './queue-state.ts';

const task = (number: number, state: TaskState, more: Partial<Task> = {}) => aTask({ id: `task_${number}`, number, state, ...more });
const queued = (number: number, priority = 3) => {
  const one = task(number, { status: 'queued', queuedAt: number });
  return { ...one, config: { ...one.config, priority } };
};
const running = (number: number, attempts = 1) =>
  task(
    number,
    { status: 'running', queuedAt: number, startingAt: 100 + number, startedAt: 200 + number },
    {
      attempts: Array.from({ length: attempts }, (_, i) =>
        anAttempt({ attempt: i + 1, endedAt: null, end: null, verdict: null, counts: null }),
      ),
    },
  );
const ended = (number: number) =>
  task(number, { status: 'completed', queuedAt: number, startingAt: 1, startedAt: 2, endedAt: 300 + number });
const change = (state: QueueState, ...tasks: Task[]) =>
  tasks.reduce(
    (all, one, seq): QueueState => applyEvent(all, { seq, taskId: one.id, type: 'added', at: 0, task: one } satisfies TaskEvent),
    state,
  );
const ids = (details: QueueState['waiting']) => details.map((detail) => detail.task.number);
const sample = (at: number) => ({ at, cpu: 100, memory: 10, memoryKind: 'pss' as const, processes: 1 });
const progress = { total: 25, done: 1, passed: 1, failed: 0, flaky: 0, skipped: 0, outcomes: 'p', current: null, failures: [] };

test('a task goes from waiting to running to finished and is never in two places', () => {
  let state = change(emptyQueue, queued(1));
  expect([ids(state.waiting), ids(state.running), state.finished.length]).toEqual([[1], [], 0]);
  state = change(state, running(1));
  expect([ids(state.waiting), ids(state.running), state.finished.length]).toEqual([[], [1], 0]);
  state = change(state, ended(1));
  expect([ids(state.waiting), ids(state.running), state.finished.length, Object.keys(state.live)]).toEqual([[], [], 1, []]);
  expect(findTask(state, 'task_1')?.state.status).toBe('completed');
});

test('the last line from before the window opened stands until another comes, and never in the place of a newer one', () => {
  const state = change(emptyQueue, running(1));
  const lineOf = (of: QueueState) => of.live.task_1?.lastLine;
  expect(lineOf(applyLastLine(state, 'task_1', 1, 'old'))).toBe('old');
  expect(lineOf(applyLastLine(state, 'task_1', 2, 'of another attempt'))).toBeNull();
  const newer = applyProgress(state, { taskId: 'task_1', attempt: 1, progress, lastLine: 'new' });
  expect(lineOf(applyLastLine(newer, 'task_1', 1, 'old'))).toBe('new');
  expect(applyLastLine(emptyQueue, 'task_1', 1, 'old')).toBe(emptyQueue);
});

test('a new task lies where its priority puts it, behind those of the same', () => {
  expect(ids(change(emptyQueue, queued(1), queued(2, 5), queued(3, 1), queued(4)).waiting)).toEqual([3, 1, 4, 2]);
});

test('the host has the last word on the order of waiting, and on why', () => {
  const state = applyWaiting(change(emptyQueue, queued(1), queued(2), queued(3)), {
    tasks: [
      { taskId: 'task_2', reason: 'Both slots are in use.' },
      { taskId: 'task_1', reason: 'Waits.' },
    ],
  });
  expect(ids(state.waiting)).toEqual([2, 1, 3]);
  expect(state.waiting[0]?.waiting).toBe('Both slots are in use.');
  expect(ids(change(state, { ...queued(1), cancelRequestedAt: 5 }).waiting)).toEqual([2, 1, 3]);
});

test('the last ended is the first of the finished, and an event about an old one leaves it in its place', () => {
  const state = change(emptyQueue, ended(1), ended(2), { ...ended(1), seenAt: 9 });
  expect(state.finished.map((one) => [one.number, one.seenAt])).toEqual([
    [2, null],
    [1, 9],
  ]);
});

test('another attempt begins with an empty chart and without the progress of the one before', () => {
  let state = applySamples(change(emptyQueue, running(1)), 'task_1', 1, [sample(1)]);
  state = applyProgress(state, { taskId: 'task_1', attempt: 1, progress, lastLine: 'one' });
  expect([state.live.task_1?.samples.length, state.running[0]?.progress?.done, state.live.task_1?.lastLine]).toEqual([1, 1, 'one']);
  state = change(state, running(1, 2));
  expect([state.live.task_1?.samples.length, state.running[0]?.progress, state.live.task_1?.lastLine]).toEqual([0, null, null]);
  expect(applyProgress(state, { taskId: 'task_1', attempt: 1, progress, lastLine: 'late' })).toBe(state);
});

test('samples that are told twice are there once, in order, and not without end', () => {
  let state = applySamples(change(emptyQueue, running(1)), 'task_1', 1, [sample(3)]);
  state = applySamples(state, 'task_1', 1, [sample(1), sample(2), sample(3)]);
  expect(state.live.task_1?.samples.map(({ at }) => at)).toEqual([1, 2, 3]);
  state = applySamples(
    state,
    'task_1',
    1,
    Array.from({ length: 500 }, (_, i) => sample(i)),
  );
  expect(state.live.task_1?.samples.at(0)?.at).toBe(380);
});

test('a sample of a task that is not running changes nothing', () => {
  expect(applySamples(emptyQueue, 'task_9', 1, [sample(1)])).toBe(emptyQueue);
});

test('a snapshot replaces everything but the charts of what still runs', () => {
  const before = applySamples(change(emptyQueue, running(1), running(2), queued(3)), 'task_1', 1, [sample(1)]);
  const snapshot: Snapshot = {
    active: [
      { task: running(1), waiting: null, process: null, progress },
      { task: queued(4), waiting: 'Waits.', process: null, progress: null },
    ],
    finished: [ended(2)],
    machine: { cores: 2, cpuPercent: 5, memoryUsedMb: 1, memoryTotalMb: 2, slots: 1, slotsInUse: 1 },
    host: {
      running: true,
      pid: 1,
      version: '0',
      mode: 'app',
      home: '/h',
      startedAt: 0,
      slots: 1,
      queued: 1,
      active: 1,
      warnings: [],
      paused: { all: false, categories: [] },
      diskUseBytes: null,
      clients: 1,
    },
  };
  const state = applySnapshot(before, snapshot);
  expect([ids(state.running), ids(state.waiting), Object.keys(state.live), state.live.task_1?.samples.length]).toEqual([
    [1],
    [4],
    ['task_1'],
    1,
  ]);
});

test('what the host expects of a waiting task comes with its reason, and goes when it is not known any more', () => {
  const waits = (more: object) => ({ tasks: [{ taskId: 'task_1', reason: 'Waits for the slot to become free.', ...more }] });
  const told = applyWaiting(change(emptyQueue, queued(1)), waits({ waitingFor: 'slot', estimatedStartAt: 10, estimatedEndAt: 20 }));
  expect(told.waiting[0]).toMatchObject({ waitingFor: 'slot', estimatedStartAt: 10, estimatedEndAt: 20 });
  expect(applyWaiting(told, waits({})).waiting[0]).toMatchObject({ waitingFor: null, estimatedStartAt: null, estimatedEndAt: null });
});

test('a row of which nothing has changed stays the same object, so that it is not drawn again', () => {
  const tasks = [{ taskId: 'task_1', reason: 'Waits.', waitingFor: 'slot' as const, estimatedStartAt: 1, estimatedEndAt: 2 }];
  const once = applyWaiting(change(emptyQueue, queued(1)), { tasks });
  expect(applyWaiting(once, { tasks }).waiting[0]).toBe(once.waiting[0]);
});

test('a moved task lies at its new place at once; one that has started meanwhile moves nothing', () => {
  const state = change(emptyQueue, queued(1), queued(2), queued(3));
  expect(ids(applyMove(state, 'task_3', 0).waiting)).toEqual([3, 1, 2]);
  expect(ids(applyMove(state, 'task_1', 1).waiting)).toEqual([2, 1, 3]);
  expect(ids(applyMove(state, 'task_1', 9).waiting)).toEqual([2, 3, 1]);
  expect(applyMove(change(state, running(3)), 'task_3', 0).waiting.map(({ task: { number } }) => number)).toEqual([1, 2]);
});

test('the queue is clear when its last task ends, and nobody knows when as long as one of them does not tell', () => {
  const state = change(emptyQueue, queued(1), running(2));
  expect(clearAt(emptyQueue, 0)).toBe(null);
  expect(clearAt(state, 0)).toBe(null);
  const known = applyEstimate(applyWaiting(state, { tasks: [{ taskId: 'task_1', reason: '', estimatedEndAt: 70 }] }), 'task_2', 50);
  expect(clearAt(known, 0)).toBe(70);
  expect(clearAt(known, 60)).toBe(null); // the running one is late
});
