import { DatabaseSync } from 'node:sqlite';
import { Refusal } from '../contract/errors.ts';

/** Another host has this home. */
export class LockTaken extends Error {
  constructor(path: string) {
    super(`Another host holds ${path}.`);
    this.name = 'LockTaken';
  }
}

/** Hosts that start at the same moment are in each other's way for a few ms; without patience all of them could lose. */
const BUSY_MS = 500;

/**
 * Takes the home's lock: an SQLite file in an exclusive transaction, whose file locks the kernel frees however this process
 * ends (https://sqlite.org/lockingv3.html), so that there is no staleness to guess. Nothing else in this process may open the
 * file: closing any descriptor of it would drop the lock (fcntl(2), "Record locking"). Throws `LockTaken`, or a
 * `Refusal` where the file is none of ours or cannot be opened.
 */
export function takeLock(path: string): { release(): void } {
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(path);
  } catch (error) {
    throw unusable(path, error);
  }
  try {
    lock.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE`);
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) throw new LockTaken(path);
    throw unusable(path, error);
  }
  return {
    release() {
      lock.exec('ROLLBACK');
      lock.close();
    },
  };
}

const unusable = (path: string, error: unknown) =>
  new Refusal(
    'internal',
    `${path} cannot be used as a lock: ${error instanceof Error ? error.message : error}. Remove it, then try again.`,
  );
