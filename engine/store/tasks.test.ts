import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTask } from '../../contract/testing/a-task.ts';
import type { TaskEvent } from '../../contract/views.ts';
import { aSuite } from '../testing/a-suite.ts';
import { type Database, openDatabase } from './database.ts';
import { TaskStore } from './tasks.ts';

let folder: string;
let database: Database;
let events: TaskEvent[];
let store: TaskStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-store-'));
  database = openDatabase(join(folder, 'queue.db'));
  events = [];
  store = new TaskStore(database, (event) => events.push(event));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const idOf = (n: number) => `task_0k3x9q1c${String(n).padStart(4, '0')}`;
const add = (n: number, category = 'e2e') =>
  store.add(
    aTask({ id: idOf(n), config: { ...aTask().config, category }, state: { status: 'queued', queuedAt: n } }),
    aSuite(),
    `request-${n}`,
  );
const end = (n: number, endedAt: number) =>
  store.update(idOf(n), 'ended', (task) => ({
    ...task,
    verdict: 'passed',
    state: { status: 'completed', queuedAt: n, startingAt: n, startedAt: n, endedAt },
  }));

test('a task and its events survive closing and opening again', () => {
  add(1);
  end(1, 50);
  const before = store.get(idOf(1));
  const { epoch } = store;
  database.close();
  database = openDatabase(join(folder, 'queue.db'));
  store = new TaskStore(database, () => {});
  expect(store.get(idOf(1))).toEqual(before);
  expect(store.epoch).toBe(epoch);
  expect(store.eventsSince(0)?.map(({ type }) => type)).toEqual(['added', 'ended']);
});

test('a change that throws leaves neither a changed task nor an event', () => {
  add(1);
  expect(() =>
    store.update(idOf(1), 'ended', () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(store.get(idOf(1)).state.status).toBe('queued');
  expect(events).toHaveLength(1);
  expect(store.lastSeq()).toBe(1);
});

test('a request is remembered, so that its repetition finds the task', () => {
  const task = add(1);
  expect(store.addedBy('request-1')).toEqual({ task, isFirst: true });
  expect(store.addedBy('request-2')).toBeNull();
  store.noteRequest('request-2', task.id);
  expect(store.addedBy('request-2')).toEqual({ task, isFirst: false });
  expect(store.addedBy('request-1')?.isFirst).toBe(true);
});

test('a person may name a task by its id, without task_, by a unique beginning, by #number, or as the last one', () => {
  add(1);
  add(22);
  for (const name of [idOf(22), '0k3x9q1c0022', 'task_0k3x9q1c002', '0k3x9q1c002', '#2', 'last', ' last '])
    expect(store.find(name).id).toBe(idOf(22));
});

test('a name that fits no task or several is refused with a sentence', () => {
  expect(() => store.find('last')).toThrow('There is no task yet.');
  add(1);
  add(22);
  expect(() => store.find('0k3x9')).toThrow('is the beginning of several tasks');
  expect(() => store.find('#7')).toThrow('There is no task #7.');
  expect(() => store.find('task_zzz')).toThrow('There is no task task_zzz.');
  expect(() => store.find('../../etc')).toThrow('"../../etc" names no task.');
});

test('pages of ended tasks hold each task once, newest first, also where several ended at the same moment', () => {
  for (let n = 1; n <= 7; n += 1) {
    add(n);
    end(n, n < 4 ? 100 : 200);
  }
  const seen: number[] = [];
  let before: string | null = null;
  do {
    const page = store.ended({ limit: 2, before });
    seen.push(...page.tasks.map(({ number }) => number));
    before = page.next;
  } while (before);
  expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test('a page can be limited to a category and a verdict', () => {
  add(1, 'smoke');
  end(1, 10);
  add(2);
  end(2, 20);
  expect(store.ended({ limit: 10, verdict: 'passed' }).tasks).toHaveLength(2);
  expect(store.ended({ limit: 10, verdict: 'failed' }).tasks).toHaveLength(0);
  expect(store.ended({ limit: 10, category: 'e2e' }).tasks.map(({ number }) => number)).toEqual([2]);
});

test('events since a cursor are those after it; a cursor from the future is answered with null', () => {
  add(1);
  add(2);
  expect(store.eventsSince(1)?.map(({ taskId }) => taskId)).toEqual([idOf(2)]);
  expect(store.eventsSince(2)).toEqual([]);
  expect(store.eventsSince(3)).toBeNull();
});

test('a database of a newer version is refused and not touched', () => {
  const path = join(folder, 'newer.db');
  const newer = new DatabaseSync(path);
  newer.exec('CREATE TABLE future (x); PRAGMA user_version = 99');
  newer.close();
  const before = readFileSync(path);
  expect(() => openDatabase(path)).toThrow(/has format 99, written by a newer/);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('however long a host runs, it keeps no more events than clients can catch up with', () => {
  database.sql.exec('PRAGMA synchronous = OFF'); // only its number matters here, not that each is durable
  add(1);
  for (let n = 0; n < 5600; n += 1) store.update(idOf(1), 'changed', (task) => task);
  expect(Number(database.sql.prepare('SELECT count(*) AS n FROM events').get()?.n)).toBeLessThanOrEqual(5500);
  expect(store.eventsSince(store.lastSeq() - 5000)).toHaveLength(5000);
  expect(store.eventsSince(0)).toBeNull();
});

test('changes that are made together are one: announced in order when they hold, and none of them is left where one fails', () => {
  for (const n of [1, 2, 3]) add(n);
  events.length = 0;
  store.together(() => {
    end(1, 10);
    end(2, 11);
    expect(events).toEqual([]);
  });
  expect(events.map(({ task, type }) => [task.id, type])).toEqual([1, 2].map((n) => [idOf(n), 'ended']));
  expect(events.map(({ seq }) => seq)).toEqual([store.lastSeq() - 1, store.lastSeq()]);
  expect(store.ended({ limit: 10 }).tasks.map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);

  events.length = 0;
  expect(() =>
    store.together(() => {
      end(3, 12);
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(events).toEqual([]);
  expect(store.active().map(({ id, state }) => [id, state.status])).toEqual([[idOf(3), 'queued']]);
  expect(store.ended({ limit: 10 }).tasks).toHaveLength(2);
  end(3, 13);
  expect(events.map(({ task }) => task.id)).toEqual([idOf(3)]);
});
