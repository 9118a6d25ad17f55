import { closeSync, openSync, readSync } from 'node:fs';
import { type ProcessEntry, parseStat, readProcess } from './proc.ts';

/** Descriptors that are kept; what a larger tree has more is opened each time. */
const MOST = 500;
/** A line has 52 numbers and a name of at most 64 bytes. */
const LINE_BYTES = 2048;

/**
 * Reads /proc/PID/stat again and again by descriptors that stay open, at half the cost. A descriptor belongs to one process for ever: whoever gets
 * the pid later is not found by it.
 */
export class StatFiles {
  readonly #files = new Map<number, number>();
  readonly #line = Buffer.allocUnsafeSlow(LINE_BYTES);

  /** What /proc says about the process that has this pid now; null where there is none. */
  read(pid: number): ProcessEntry | null {
    const file = this.#files.get(pid);
    if (file === undefined) return readProcess(pid);
    try {
      return parseStat(this.#line.toString('utf8', 0, readSync(file, this.#line, 0, LINE_BYTES, 0)));
    } catch {
      this.#close(pid, file); // ESRCH: it has ended
      return readProcess(pid);
    }
  }

  /** Keeps the files of these processes open, and of no others. */
  keep(processes: readonly ProcessEntry[]): void {
    const pids = new Set(processes.slice(0, MOST).map(({ pid }) => pid));
    for (const [pid, file] of this.#files) if (!pids.has(pid)) this.#close(pid, file);
    for (const pid of pids) {
      if (this.#files.has(pid)) continue;
      try {
        this.#files.set(pid, openSync(`/proc/${pid}/stat`, 'r'));
      } catch {
        return; // it has ended, or this process has no descriptors left
      }
    }
  }

  #close(pid: number, file: number): void {
    this.#files.delete(pid);
    closeSync(file);
  }
}
