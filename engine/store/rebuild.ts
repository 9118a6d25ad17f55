import { attemptFolder, type HomePaths } from '../home.ts';
import { keptTests } from '../reports/kept-report.ts';
import { readTaskRecords } from './task-record.ts';
import type { Restored, TaskStore } from './tasks.ts';

/** Fills a new database with what the run folders tell, as one change. Does nothing where that was done before. */
export async function rebuild(store: TaskStore, paths: HomePaths): Promise<{ tasks: number; unreadable: number } | null> {
  if (store.isRebuilt) return null;
  const { records, unreadable } = await readTaskRecords(paths);
  const restored: Restored[] = [];
  for (const { task, suite } of records) {
    const last = task.attempts.at(-1)?.attempt;
    // A disk that damages a database may damage a report too: it costs the tests of its run.
    const kept =
      'endedAt' in task.state && last !== undefined
        ? await store.history.keepTests(task, last, keptTests(attemptFolder(paths, task.id, last))).catch(() => null)
        : null;
    restored.push({ task, suite, kept });
  }
  store.restore(restored);
  return { tasks: restored.length, unreadable };
}
