import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../../contract/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** An open database of this version, and the name it was given at birth. */
export interface Database {
  readonly sql: DatabaseSync;
  /** Tells this database from any other one: a cursor into its events is worth nothing elsewhere. */
  readonly epoch: string;
  /** Runs `work` in a transaction that is durable when this returns; an exception undoes all of it. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens the database file, makes it if it is missing, and brings it to this version.
 * Throws a `Refusal`, and leaves the file untouched: of kind `incompatible` when a newer version wrote it, `internal` where it is damaged or
 * cannot be opened.
 */
export function openDatabase(path: string): Database {
  const sql = openFile(path);
  try {
    const version = versionOf(sql);
    if (version > MIGRATIONS.length) {
      throw new Refusal(
        'incompatible',
        `${path} has format ${version}, written by a newer Background E2E Agent; this one knows formats up to ${MIGRATIONS.length}. Use the newer one, or another BGE2E_HOME.`,
      );
    }
    // FULL: a state that was acknowledged survives a power cut, not only a crash (https://sqlite.org/pragma.html#pragma_synchronous).
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    const transaction = <T>(work: () => T): T => {
      sql.exec('BEGIN IMMEDIATE');
      try {
        const answer = work();
        sql.exec('COMMIT');
        return answer;
      } catch (error) {
        sql.exec('ROLLBACK');
        throw error;
      }
    };
    transaction(() => migrate(sql, version));
    const epoch = sql.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.value;
    if (typeof epoch !== 'string') throw new Error(`${path} has no epoch.`);
    return { sql, epoch, transaction, close: () => sql.close() };
  } catch (error) {
    sql.close();
    throw error instanceof Refusal ? error : unusable(path, error);
  }
}

function openFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

const unusable = (path: string, error: unknown) =>
  new Refusal(
    'internal',
    `${path} cannot be used: ${error instanceof Error ? error.message : error}. Put it right, or move it away to begin with an empty queue.`,
  );

function versionOf(sql: DatabaseSync): number {
  return Number(sql.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function migrate(sql: DatabaseSync, from: number): void {
  for (const step of MIGRATIONS.slice(from)) sql.exec(step);
  if (from === 0) sql.prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?)").run(randomUUID());
  sql.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
}
