import { expect, test } from 'vitest';
import type { Task } from '../../contract/task.ts';
import type { TaskEvent } from '../../contract/views.ts';
import { progress, queued, running, snapshot, task } from '../test-support.ts';
import { afterEvent, afterProgress, afterReset, noFacts } from './tray-facts.ts';

const event = (changed: Task, type: TaskEvent['type'] = 'running'): TaskEvent => ({
  seq: 1,
  taskId: changed.id,
  type,
  at: 1,
  task: changed,
});

test('a task moves from waiting to running to finished', () => {
  const waiting = task({ state: queued, verdict: null });
  const added = afterEvent(noFacts, event(waiting, 'added'));
  expect(added.active).toEqual([{ task: waiting, progress: null }]);
  const going = afterProgress(afterEvent(added, event({ ...waiting, state: running })), {
    taskId: waiting.id,
    attempt: 1,
    progress: progress(3, 9),
    lastLine: null,
  });
  expect(going.active[0]?.task.state.status).toBe('running');
  expect(going.active[0]?.progress?.done).toBe(3);
  const ended = task({ id: waiting.id });
  const over = afterEvent(going, event(ended, 'ended'));
  expect(over.active).toEqual([]);
  expect(over.finished).toEqual([ended]);
});

test('a run that is looked at keeps its place among the finished ones', () => {
  const [newer, older] = [task(), task()];
  const facts = afterEvent({ ...noFacts, finished: [newer, older] }, event({ ...older, seenAt: 5 }, 'seen'));
  expect(facts.finished.map(({ id, seenAt }) => [id, seenAt])).toEqual([
    [newer.id, null],
    [older.id, 5],
  ]);
});

test('a snapshot replaces all that was known, and keeps the connection', () => {
  const facts = afterReset(
    { ...noFacts, connected: true, active: [{ task: task({ state: running }), progress: null }] },
    snapshot([], [task()]),
  );
  expect(facts).toMatchObject({ connected: true, active: [], finished: [{}] });
});

test('progress of a task that has ended meanwhile changes nothing', () => {
  expect(afterProgress(noFacts, { taskId: 'task_gone', attempt: 1, progress: progress(1, 2), lastLine: null })).toEqual(noFacts);
});

test('a snapshot says what is paused', () => {
  const told = snapshot([], []);
  const paused = { all: true, categories: ['smoke'] };
  expect(afterReset(noFacts, { ...told, host: { ...told.host, paused } }).paused).toEqual(paused);
});
