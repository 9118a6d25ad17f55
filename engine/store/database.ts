import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Refusal } from '../../contract/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** An open database of this version, and the name it was given at birth. */
export interface Database {
  readonly sql: DatabaseSync;
  /** Tells this database from any other one: a cursor into its events is worth nothing elsewhere. */
  readonly epoch: string;
  /** Runs `work` in a transaction that is durable when this returns; an exception undoes all of it. */
  transaction<T>(work: () => T): T;
  /** The same, but durable only together with the next `transaction`: for what means nothing before that. */
  transactionAhead<T>(work: () => T): T;
  close(): void;
}

/** The file is no database of ours any more, whatever is in it. */
export class DamagedDatabase extends Refusal {
  /** What is wrong with it. */
  readonly reason: string;

  constructor(path: string, reason: string) {
    super('internal', `${path} is damaged: ${reason}.`);
    this.name = 'DamagedDatabase';
    this.reason = reason;
  }
}

/** Beyond this, a `user_version` is noise and no version of ours. */
const LAST_VERSION = 10_000;

/**
 * Opens the database file, makes it if it is missing, and brings it to this version. Throws, and leaves the file untouched: a
 * `DamagedDatabase`, a `Refusal` of kind `incompatible` when a newer version wrote it, or `internal` where it cannot be opened.
 */
export function openDatabase(path: string): Database {
  if (hasTornWal(path)) throw new DamagedDatabase(path, `its ${path}-wal cannot be read`);
  const hadWal = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  const sql = openFile(path);
  try {
    const version = versionOf(sql);
    if (version < 0 || version > LAST_VERSION) throw new DamagedDatabase(path, `it says that it has format ${version}`);
    if (version > MIGRATIONS.length) {
      throw new Refusal(
        'incompatible',
        `${path} has format ${version}, written by a newer Background E2E Agent; this one knows formats up to ${MIGRATIONS.length}. Use the newer one, or another BGE2E_HOME.`,
      );
    }
    check(sql, path, version, hadWal);
    // FULL: a state that was acknowledged survives a power cut, not only a crash (https://sqlite.org/pragma.html#pragma_synchronous).
    sql.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    const transaction = <T>(work: () => T): T => {
      sql.exec('BEGIN IMMEDIATE');
      try {
        const answer = work();
        sql.exec('COMMIT');
        return answer;
      } catch (error) {
        if (sql.isTransaction) sql.exec('ROLLBACK'); // a full disk has undone it already
        throw error;
      }
    };
    const transactionAhead = <T>(work: () => T): T => {
      // The log is written in order, so that the commit which syncs it syncs what came before (https://sqlite.org/wal.html).
      const usual = Number(sql.prepare('PRAGMA synchronous').get()?.synchronous);
      sql.exec(`PRAGMA synchronous = ${Math.min(usual, 1)}`);
      try {
        return transaction(work);
      } finally {
        sql.exec(`PRAGMA synchronous = ${usual}`);
      }
    };
    if (version < MIGRATIONS.length) transaction(() => migrate(sql, version));
    const epoch = metaOf(sql, 'epoch');
    if (epoch === null) throw new DamagedDatabase(path, 'it has no epoch');
    return { sql, epoch, transaction, transactionAhead, close: () => sql.close() };
  } catch (error) {
    sql.close();
    throw error instanceof Refusal ? error : unusable(path, error);
  }
}

/** A value that the database keeps beside its tables; null where it has none of that name. */
export function metaOf(sql: DatabaseSync, key: string): string | null {
  const value = sql.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value;
  return typeof value === 'string' ? value : null;
}

/** Makes a statement's rows lists of columns, which takes half the time: for those that are read in thousands. */
export function inColumns(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}

function openFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** SQLite's primary result code of an error (https://sqlite.org/rescode.html); null where it is none of SQLite's. */
export function sqliteCode(error: unknown): number | null {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

const CORRUPT = 11;
const NOT_A_DATABASE = 26;

function unusable(path: string, error: unknown): Refusal {
  const why = error instanceof Error ? error.message : String(error);
  const code = sqliteCode(error);
  if (code === CORRUPT || code === NOT_A_DATABASE) return new DamagedDatabase(path, why);
  return new Refusal('internal', `${path} cannot be used: ${why}. Put it right, or move it away: the next host rebuilds it from runs/.`);
}

function versionOf(sql: DatabaseSync): number {
  return Number(sql.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

/** quick_check reads some 100 to 400 MB a second. A database that was closed well was whole then, so a big one is not read each time. */
const CHECKED_BYTES = 16_000_000;
const CHECKED_BYTES_AFTER_CRASH = 256_000_000;

function check(sql: DatabaseSync, path: string, version: number, hadWal: boolean): void {
  if (version === 0) {
    if (sql.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get()) throw new DamagedDatabase(path, 'it has tables but no format');
    return;
  }
  const tables = sql.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('meta', 'tasks', 'events', 'requests')").get()?.n;
  if (tables !== 4) throw new DamagedDatabase(path, 'tables are missing');
  if (statSync(path).size > (hadWal ? CHECKED_BYTES_AFTER_CRASH : CHECKED_BYTES)) return;
  const found = sql.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw new DamagedDatabase(path, String(found).replace(/\s+/g, ' '));
}

/** SQLite passes over a log whose header it does not know, and with it over what was committed there (https://sqlite.org/fileformat.html#walformat). */
function hasTornWal(path: string): boolean {
  const wal = `${path}-wal`;
  if (!existsSync(path) || !existsSync(wal)) return false;
  const header = Buffer.alloc(32);
  try {
    const file = openSync(wal, 'r+');
    try {
      return readSync(file, header) === header.length && (header.readUInt32BE(0) & ~1) !== 0x377f0682;
    } finally {
      closeSync(file);
    }
  } catch {
    return true;
  }
}

function migrate(sql: DatabaseSync, from: number): void {
  for (const step of MIGRATIONS.slice(from)) sql.exec(step);
  if (from === 0) {
    const insert = sql.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    insert.run('epoch', randomUUID());
    insert.run('rebuilt', 'no');
  }
  sql.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
}
