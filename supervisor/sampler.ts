import { readFileSync } from 'node:fs';
import pidusage from 'pidusage';
import type { Sample } from '../contract/attempt.ts';
import type { AppendFile } from './append-file.ts';
import type { TrackedTree } from './tracked-tree.ts';

const INTERVAL_MS = 1000;
/** Not at once: whoever looks after a second finds a point, and the start of the tests is not disturbed. */
const FIRST_MS = 250;
/** Reading PSS takes 0.7 ms for a Node process. In a bigger tree it is read every 5 s and stands for the points between. */
const PSS_EVERY_TIME_UP_TO = 40;
const PSS_EVERY = 5;
/** pidusage keeps a descriptor open per process, this long after it was last asked for. */
const PIDUSAGE_MEMORY_MS = 5000;
const MIB = 1024 * 1024;

/** Writes a point for the whole tree each second, until the answered function is called. Each look at the tree also remembers who is in it. */
export function startSampler(tree: TrackedTree, samples: AppendFile): () => void {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const memory = new MemoryGauge();
  const take = async (): Promise<void> => {
    const due = performance.now() + INTERVAL_MS;
    const pids = tree.scan()?.members.map((entry) => entry.pid) ?? (tree.leader ? [tree.leader.pid] : []);
    const sample = await measure(pids, memory);
    if (stopped) return;
    if (sample) samples.writeLine(sample);
    timer = setTimeout(() => void take(), Math.max(0, due - performance.now()));
  };
  timer = setTimeout(() => void take(), FIRST_MS);
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
  };
}

async function measure(pids: number[], gauge: MemoryGauge): Promise<Sample | null> {
  if (pids.length === 0) return null;
  const usage = await usageOf(pids);
  let cpu = 0;
  const resident = new Map<number, number>();
  for (const pid of pids) {
    const one = usage[pid]; // none for a process that ended meanwhile
    if (!one) continue;
    cpu += one.cpu;
    resident.set(pid, one.memory);
  }
  if (resident.size === 0) return null;
  const { bytes, kind } = gauge.read(resident);
  return {
    at: Date.now(),
    cpu: Math.round(cpu * 10) / 10,
    memory: Math.round((bytes / MIB) * 10) / 10,
    memoryKind: kind,
    processes: resident.size,
  };
}

type Usage = Record<number, { cpu: number; memory: number } | undefined>;

async function usageOf(pids: number[]): Promise<Usage> {
  try {
    return await pidusage(pids, { maxage: PIDUSAGE_MEMORY_MS });
  } catch {
    return {}; // the only process ended meanwhile
  }
}

/**
 * Memory of a tree: PSS where it can be read, because shared pages count once there; RSS where not even the first process tells its PSS, and
 * then for all points of the attempt, so that the curve does not jump between the two.
 */
class MemoryGauge {
  #kind: Sample['memoryKind'] | null = null;
  #last = 0;
  #points = 0;

  read(resident: ReadonlyMap<number, number>): { bytes: number; kind: Sample['memoryKind'] } {
    const rss = sum(resident.values());
    if (this.#kind === 'rss') return { bytes: rss, kind: 'rss' };
    if (resident.size > PSS_EVERY_TIME_UP_TO && this.#points++ % PSS_EVERY !== 0) return { bytes: this.#last, kind: 'pss' };
    let readable = 0;
    const bytes = [...resident].map(([pid, own]) => {
      const pss = proportionalBytes(pid);
      if (pss !== null) readable += 1;
      return pss ?? own; // another user's (sudo), or just gone
    });
    this.#kind ??= readable > 0 ? 'pss' : 'rss';
    if (this.#kind === 'rss') return { bytes: rss, kind: 'rss' };
    this.#last = sum(bytes);
    return { bytes: this.#last, kind: 'pss' };
  }
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

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);
