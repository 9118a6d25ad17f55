import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aTask } from '../../contract/testing/a-task.ts';
import { aSuite } from '../testing/a-suite.ts';
import { type Database, openDatabase } from './database.ts';
import { TaskStore } from './tasks.ts';
import { isDiskFull, whenRoom } from './when-room.ts';

let folder: string;
let database: Database;
let store: TaskStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-room-'));
  database = openDatabase(join(folder, 'queue.db'));
  store = new TaskStore(database, () => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const pages = () => Number(database.sql.prepare('PRAGMA page_count').get()?.page_count);
/** SQLite says the same as of a full disk: SQLITE_FULL. */
const fill = () => database.sql.exec(`PRAGMA max_page_count = ${pages()}`);
const makeRoom = () => database.sql.exec('PRAGMA max_page_count = 1000000');
const big = (n: number) => aTask({ id: `task_0k3x9q1c000${n}`, commandLine: 'x'.repeat(20_000) });

test('a task that a full disk does not take is not there at all, and is taken when there is room', () => {
  store.add(big(1), aSuite(), 'request-1');
  fill();
  let thrown: unknown;
  try {
    store.add(big(2), aSuite(), 'request-2');
  } catch (error) {
    thrown = error;
  }
  expect(isDiskFull(thrown)).toBe(true);
  expect([store.active().length, store.addedBy('request-2'), store.lastSeq()]).toEqual([1, null, 1]);
  makeRoom();
  expect(store.add(big(2), aSuite(), 'request-2').number).toBe(2);
  expect(database.sql.prepare('PRAGMA quick_check').get()?.quick_check).toBe('ok');
});

test('what must be kept waits for room, and is done once', async () => {
  store.add(big(1), aSuite(), 'request-1');
  fill();
  let tries = 0;
  const kept = whenRoom(() => {
    tries += 1;
    return store.update(big(1).id, 'changed', (task) => ({ ...task, commandLine: 'y'.repeat(60_000) }));
  }, new AbortController().signal);
  expect(tries).toBe(1);
  makeRoom();
  expect((await kept)?.commandLine[0]).toBe('y');
  expect([tries, store.eventsSince(0)?.map(({ type }) => type)]).toEqual([2, ['added', 'changed']]);
});

test('the waiting ends with its host, and any other failure is thrown at once', async () => {
  store.add(big(1), aSuite(), 'request-1');
  fill();
  const closing = new AbortController();
  const kept = whenRoom(() => store.add(big(2), aSuite(), 'request-2'), closing.signal);
  closing.abort();
  expect(await kept).toBeNull();
  await expect(
    whenRoom(() => {
      throw new Error('a defect');
    }, closing.signal),
  ).rejects.toThrow('a defect');
});
