import { setTimeout as delay } from 'node:timers/promises';
import { sqliteCode } from './database.ts';

const RETRY_MS = 1000;
const SQLITE_IO_ERROR = 10; // what SQLite says where a full disk was met by fsync or by its shared memory
const SQLITE_FULL = 13;

/** Does this error say that the disk has no room? */
export function isDiskFull(error: unknown): boolean {
  const code = sqliteCode(error);
  if (code !== null) return code === SQLITE_FULL || code === SQLITE_IO_ERROR;
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/**
 * Does what must not be lost: at once, or where the disk has no room as soon as there is some. Answers null when `signal` ends the waiting.
 * Throws what `work` throws for any other reason.
 */
export async function whenRoom<T>(work: () => T, signal: AbortSignal): Promise<T | null> {
  for (let told = false; ; told = true) {
    try {
      return work();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      if (!told) console.error(`The disk is full; what is to be kept waits for room: ${error instanceof Error ? error.message : error}`);
    }
    await delay(RETRY_MS, null, { signal }).catch(() => {});
    if (signal.aborted) return null;
  }
}
