import { readFileSync } from 'node:fs';
import type { Sample } from '../contract/attempt.ts';

/** A process and the bytes that it has in memory. */
export interface Resident {
  pid: number;
  name: string;
  bytes: number;
}

/** The memory of a tree at one moment. */
export interface MemoryReading {
  bytes: number;
  kind: Sample['memoryKind'];
  /** The process that takes most. */
  largest: Resident;
}

/** PSS may cost this much of one core: reading it takes 0.7 ms for a Node process. */
const PSS_SHARE = 0.01;

/**
 * Measures a tree: PSS where it can be read, because shared pages count once there; RSS where not even the first process tells its PSS, and
 * then always, so that the curve does not jump between the two. In a big tree PSS is read less often than it is asked for, and the last reading
 * stands meanwhile; not above `limitBytes`, where each one is new.
 */
export class MemoryGauge {
  readonly #limitBytes: number;
  #kind: Sample['memoryKind'] | null = null;
  #last: MemoryReading | null = null;
  #nextPssAt = 0;

  constructor(limitBytes: number | null) {
    this.#limitBytes = limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** `resident`: each process of the tree with its RSS; not empty. */
  read(resident: readonly Resident[]): MemoryReading {
    const rss = readingOf(resident, 'rss');
    if (this.#kind === 'rss') return rss;
    const begun = performance.now();
    if (this.#last && begun < this.#nextPssAt && rss.bytes <= this.#limitBytes) return this.#last;
    const proportional = resident.map((one) => ({ ...one, pss: proportionalBytes(one.pid) }));
    this.#kind ??= proportional.some(({ pss }) => pss !== null) ? 'pss' : 'rss';
    if (this.#kind === 'rss') return rss;
    // None for a process of another user (sudo), or one that has just gone.
    const reading = readingOf(
      proportional.map(({ pss, ...one }) => ({ ...one, bytes: pss ?? one.bytes })),
      'pss',
    );
    this.#last = reading;
    this.#nextPssAt = begun + (performance.now() - begun) / PSS_SHARE;
    return reading;
  }
}

function readingOf(resident: readonly Resident[], kind: Sample['memoryKind']): MemoryReading {
  let bytes = 0;
  let largest: Resident = { pid: 0, name: '', bytes: 0 };
  for (const one of resident) {
    bytes += one.bytes;
    if (one.bytes > largest.bytes) largest = one;
  }
  return { bytes, kind, largest: { pid: largest.pid, name: largest.name, bytes: largest.bytes } };
}

/** PSS of a process in bytes: /proc/PID/smaps_rollup, Linux 4.14 and later (proc_pid_smaps(5)). */
function proportionalBytes(pid: number): number | null {
  try {
    const kib = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null;
  }
}
