import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aTask } from '../../contract/testing/a-task.ts';
import { aSuite } from '../testing/a-suite.ts';
import { openDatabase } from './database.ts';
import { openOrSetAside, setAsideDatabases } from './set-aside.ts';
import { TaskStore } from './tasks.ts';

const NOW = Date.UTC(2026, 10, 25, 2, 10);

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-aside-'));
  path = join(folder, 'queue.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A database with 40 tasks, closed as a host closes it. */
function fill(): void {
  const database = openDatabase(path);
  const store = new TaskStore(database, () => {});
  for (let n = 0; n < 40; n += 1) store.add(aTask({ id: `task_0k3x9q1c${String(n).padStart(4, '0')}` }), aSuite(), `request-${n}`);
  database.close();
}

function overwrite(from: number, length: number): void {
  const bytes = readFileSync(path);
  for (let at = from; at < Math.min(bytes.length, from + length); at += 1) bytes[at] = (at * 7919) % 251;
  writeFileSync(path, bytes);
}

test.each<[string, () => void]>([
  ['its header is garbage', () => overwrite(0, 100)],
  ['it is text', () => writeFileSync(path, 'no database')],
  ['it is empty', () => truncateSync(path, 0)],
  ['it is cut off after its first page', () => truncateSync(path, 4096)],
  ['it is cut off within a page', () => truncateSync(path, statSync(path).size - 5000)],
  ['a page in its middle was overwritten', () => overwrite(4096 * 3, 4096)],
  ['the pages of its tables were overwritten', () => overwrite(4096, 4096 * 4)],
  ['its format is noise', () => overwrite(60, 4)],
  ['its format was wiped', () => new DatabaseSync(path).exec('PRAGMA user_version = 0')],
  ['a table is gone', () => new DatabaseSync(path).exec('DROP TABLE events')],
  ['its log is garbage', () => writeFileSync(`${path}-wal`, 'x'.repeat(4096))],
  ['its log is no file', () => mkdirSync(`${path}-wal`)],
])('a database is set aside and replaced when %s', (_, damage) => {
  fill();
  damage();
  const wal = existsSync(`${path}-wal`);
  const { database, setAside } = openOrSetAside(path, true, NOW);
  const aside = `${path}.damaged-2026-11-25T02-10-00Z`;
  expect(setAside).toEqual({ path: aside, reason: expect.stringMatching(/\w/) });
  expect(existsSync(aside)).toBe(true);
  expect(existsSync(`${aside}-wal`)).toBe(wal);
  expect(setAsideDatabases(path)).toEqual([aside]);
  expect(new TaskStore(database, () => {}).active()).toEqual([]);
  database.close();
});

test('two that are set aside within a second are both kept', () => {
  for (let n = 0; n < 2; n += 1) {
    writeFileSync(path, `no database ${n}`);
    openOrSetAside(path, true, NOW).database.close();
  }
  expect(setAsideDatabases(path).map((one) => readFileSync(one, 'utf8'))).toEqual(['no database 0', 'no database 1']);
});

test('a database whose host was killed is whole, log and all', () => {
  fill();
  const database = openDatabase(path);
  new TaskStore(database, () => {}).add(aTask({ id: 'task_0k3x9q1cwal0' }), aSuite(), 'request-wal');
  const copy = join(folder, 'copy.db');
  for (const ending of ['', '-wal']) writeFileSync(copy + ending, readFileSync(path + ending)); // what a kill -9 leaves
  database.close();
  const opened = openOrSetAside(copy, true, NOW);
  expect(opened.setAside).toBeNull();
  expect(new TaskStore(opened.database, () => {}).active()).toHaveLength(41);
  opened.database.close();
});

test('one of a newer version, and one that cannot be opened, are refused and stay where they are', () => {
  fill();
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  const before = readFileSync(path);
  expect(() => openOrSetAside(path, true, NOW)).toThrow(/has format 99, written by a newer/);
  expect(readFileSync(path).equals(before)).toBe(true);
  const folderAsFile = join(folder, 'a-folder');
  mkdirSync(folderAsFile);
  expect(() => openOrSetAside(folderAsFile, true, NOW)).toThrow(/cannot be used/);
  expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
});
