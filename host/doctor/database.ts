import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Finding } from '../../contract/doctor.ts';
import { attemptIdOf } from '../../contract/ids.ts';
import { MIGRATIONS } from '../../engine/store/migrations.ts';

/** What the database says of the queue. */
export interface QueueOnDisk {
  /** Ids of the attempts that run as far as it knows (`task_….2`). */
  running: Set<string>;
}

/** Reads a home's database without changing it; null where it cannot be read, which is found then. */
export function checkDatabase(
  path: string,
  facts: string[],
  find: (kind: Finding['kind'], message: string, whatToDo: string) => void,
): QueueOnDisk | null {
  if (!existsSync(path)) {
    facts.push('Nothing was queued in this home yet.');
    return { running: new Set() };
  }
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
      if (version > MIGRATIONS.length) {
        find(
          'database',
          `${path} has format ${version}, which a newer version wrote; this one knows formats up to ${MIGRATIONS.length}.`,
          'Use the newer version, or another BGE2E_HOME.',
        );
        return null;
      }
      const problems = database
        .prepare('PRAGMA quick_check(3)')
        .all()
        .map((row) => String(row.quick_check));
      if (problems.join() !== 'ok') {
        find('database', `${path} is damaged: ${problems.join('; ')}.`, 'Move it away: what the run folders hold is kept there.');
        return null;
      }
      facts.push('The database is whole.');
      const rows = database.prepare("SELECT id, json_array_length(json, '$.attempts') AS attempts FROM tasks WHERE ended_at IS NULL").all();
      return { running: new Set(rows.map((row) => attemptIdOf(String(row.id), Number(row.attempts)))) };
    } finally {
      database.close();
    }
  } catch (error) {
    find(
      'database',
      `${path} cannot be read: ${error instanceof Error ? error.message : error}.`,
      'Move it away: what the run folders hold is kept there.',
    );
    return null;
  }
}
