import { closeSync, readFileSync } from 'node:fs';

/** In the place of an attempt's folder: the supervisor waits for the folder on a descriptor. */
export const SPARE = '--spare';

/** Not stdin, which Node makes one that does not block as soon as a module looks at `process.stdin`. */
export const FOLDER_FD = 3;

/**
 * Waits until the descriptor's other end is closed, and gives the folder that came; null where none did, because whoever kept the spare has
 * ended. The wait is in read(2), not in the event loop: a spare costs no CPU at all, and a signal ends it as it ends any program.
 */
export function awaitFolder(): string | null {
  try {
    const folder = readFileSync(FOLDER_FD, 'utf8');
    closeSync(FOLDER_FD);
    return folder || null;
  } catch {
    return null; // Windows may say the end of a pipe so
  }
}
