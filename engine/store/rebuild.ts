import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CTRFReport } from 'ctrf';
import { parsedJson } from '../../contract/json.ts';
import { attemptFolder, type HomePaths } from '../home.ts';
import { readTaskRecords } from './task-record.ts';
import type { Restored, TaskStore } from './tasks.ts';

/** Fills a new database with what the run folders tell, as one change. Does nothing where that was done before. */
export async function rebuild(store: TaskStore, paths: HomePaths): Promise<{ tasks: number; unreadable: number } | null> {
  if (store.isRebuilt) return null;
  const { records, unreadable } = await readTaskRecords(paths);
  const restored: Restored[] = [];
  for (const { task, suite } of records) {
    const last = task.attempts.at(-1)?.attempt;
    const report = 'endedAt' in task.state && last !== undefined ? await keptReport(attemptFolder(paths, task.id, last)) : null;
    restored.push({ task, suite, kept: report && last !== undefined ? await store.history.keepTests(task, last, report) : null });
  }
  store.restore(restored);
  return { tasks: restored.length, unreadable };
}

async function keptReport(folder: string): Promise<CTRFReport | null> {
  const value = parsedJson(await readFile(join(folder, 'ctrf.json'), 'utf8').catch(() => ''));
  return isReport(value) ? value : null;
}

/** We wrote it; but a disk that damages a database may damage this too. */
function isReport(value: unknown): value is CTRFReport {
  if (typeof value !== 'object' || value === null || !('results' in value)) return false;
  const { results } = value;
  return typeof results === 'object' && results !== null && 'tests' in results && Array.isArray(results.tests);
}
