import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'ctrf';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { aSuite } from '../testing/a-suite.ts';
import { type Database, openDatabase } from './database.ts';
import { TaskStore } from './tasks.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-kept-tests-'));
  path = join(folder, 'queue.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const MANY = 1200;
const tests = Array.from({ length: MANY }, (_, n): Test => ({ name: `test ${n}`, status: n % 3 === 0 ? 'failed' : 'passed', duration: n }));
const rowsOf = ({ sql }: Database, task: number) => Number(sql.prepare('SELECT count(*) AS n FROM test_runs WHERE task = ?').get(task)?.n);
const queued = () => aTask({ state: { status: 'queued', queuedAt: 1 } });

/** A host that is killed in the middle of what `work` does, at its `killAt`th piece of writing. */
function killedHost(work: string, killAt: number): void {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `
    const { openDatabase } = await import(${url('./database.ts')});
    const { TaskStore } = await import(${url('./tasks.ts')});
    const database = openDatabase(${JSON.stringify(path)});
    let pieces = 0;
    const counted = { ...database, transactionAhead: (work) => {
      if (++pieces > ${killAt}) process.kill(process.pid, 'SIGKILL');
      return database.transactionAhead(work);
    } };
    const store = new TaskStore(counted, () => {});
    const task = store.find('last');
    ${work}`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(signal).toBe('SIGKILL');
}

test.each([1, 7, 20])(
  'a host that is killed at piece %i of many tests leaves nothing that counts; the next one keeps each once',
  async (at) => {
    const first = openDatabase(path);
    const task = new TaskStore(first, () => {}).add(queued(), aSuite(), 'request');
    first.close();
    killedHost(`await store.history.keepTests(task, 1, [${JSON.stringify(tests)}]);`, at);

    const database = openDatabase(path);
    const store = new TaskStore(database, () => {});
    const left = rowsOf(database, task.number);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(MANY);
    expect(store.ended({ limit: 10 }).tasks).toEqual([]);
    const kept = await store.history.keepTests(task, 1, [tests.slice(200)]); // what is read now is what counts
    expect(rowsOf(database, task.number)).toBe(1000);
    expect(kept.testSet).not.toBeNull();
    expect(await store.history.keepTests(task, 1, [tests.slice(200)])).toEqual(kept);
    database.close();
  },
);

test('tests that cannot be read to their end are not kept in part', async () => {
  const database = openDatabase(path);
  const store = new TaskStore(database, () => {});
  const task = store.add(queued(), aSuite(), 'request');
  async function* broken() {
    yield tests;
    throw new Error('cut off');
  }
  await expect(store.history.keepTests(task, 1, broken())).rejects.toThrow('cut off');
  expect(rowsOf(database, task.number)).toBe(0);
  database.close();
});

test('a forgotten run is gone at once, and its tests in pieces; what a killed host left of them goes with the next', async () => {
  const first = openDatabase(path);
  const store = new TaskStore(first, () => {});
  const ids: string[] = [];
  for (const n of [1, 2, 3]) {
    const task = store.add({ ...queued(), id: `task_00000000000${n}` }, aSuite(), `request ${n}`);
    const kept = await store.history.keepTests(task, 1, [tests]);
    const state = { status: 'completed', queuedAt: 1, startingAt: 1, startedAt: 1, endedAt: n } as const;
    store.update(task.id, 'ended', (current) => ({ ...current, state, attempts: [anAttempt()], verdict: 'failed' }), kept);
    ids.push(task.id);
  }
  first.close();
  killedHost(`store.forget(${JSON.stringify(ids.slice(0, 2))}); await store.history.dropForgotten(() => true);`, 2);

  const database = openDatabase(path);
  const next = new TaskStore(database, () => {});
  expect(next.ended({ limit: 10 }).tasks.map(({ id }) => id)).toEqual([ids[2]]);
  expect(rowsOf(database, 1) + rowsOf(database, 2)).toBeGreaterThan(0);
  await next.history.dropForgotten(() => true);
  expect([1, 2, 3].map((number) => rowsOf(database, number))).toEqual([0, 0, MANY]);
  expect(database.sql.prepare('SELECT count(*) AS n FROM forgotten').get()?.n).toBe(0);
  database.close();
});
