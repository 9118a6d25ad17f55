import { existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DamagedDatabase, type Database, openDatabase } from './database.ts';

/** A damaged database that was moved out of the way. */
export interface SetAside {
  path: string;
  reason: string;
}

/**
 * Opens the database; one that is damaged is set aside under a name that says so, with its log, and a new one takes its place. `hadTasks`:
 * whether tasks were kept before, so that an empty file is no new one. Throws as `openDatabase` does for what is not damage.
 */
export function openOrSetAside(path: string, hadTasks: boolean, now: number): { database: Database; setAside: SetAside | null } {
  try {
    if (hadTasks && statSync(path, { throwIfNoEntry: false })?.size === 0) throw new DamagedDatabase(path, 'it is empty');
    return { database: openDatabase(path), setAside: null };
  } catch (error) {
    if (!(error instanceof DamagedDatabase)) throw error;
    return { setAside: { path: moveAway(path, now), reason: error.reason }, database: openDatabase(path) };
  }
}

const MARK = '.damaged-';

function moveAway(path: string, now: number): string {
  const time = new Date(now).toISOString().replace(/\..*/, 'Z').replaceAll(':', '-');
  let target = `${path}${MARK}${time}`;
  for (let n = 2; existsSync(target); n += 1) target = `${path}${MARK}${time}-${n}`;
  // The database first: a log without it is nothing, but it without its log would be taken for a whole, older one.
  for (const ending of ['', '-wal', '-shm']) if (existsSync(path + ending)) renameSync(path + ending, target + ending);
  return target;
}

/** Databases that were set aside and are still there, the oldest first. */
export function setAsideDatabases(path: string): string[] {
  const prefix = `${basename(path)}${MARK}`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .sort()
    .map((name) => join(dirname(path), name));
}
