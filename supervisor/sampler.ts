import type { Sample } from '../contract/attempt.ts';
import type { AppendFile } from './append-file.ts';
import { MemoryGauge, type MemoryReading, type Resident } from './memory-gauge.ts';
import { pageBytes } from './proc.ts';
import type { TrackedTree } from './tracked-tree.ts';
import { TreeCpu } from './tree-cpu.ts';

const INTERVAL_MS = 1000;
/** Not at once: whoever looks after a second finds a point, and the start of the tests is not disturbed. */
const FIRST_MS = 250;
const MIB = 1024 * 1024;

export interface SamplerOptions {
  tree: TrackedTree;
  /** Takes a line for each point. */
  samples: AppendFile;
  /** Above it, memory is measured with all care each second. */
  memoryLimitBytes: number | null;
  onMemory: (reading: MemoryReading) => void;
}

/** Writes a point for the whole tree each second, until the answered function is called. Each look at the tree also remembers who is in it. */
export function startSampler({ tree, samples, memoryLimitBytes, onMemory }: SamplerOptions): () => void {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const gauge = new MemoryGauge(memoryLimitBytes);
  const usage = usageReader(tree);
  const take = async (): Promise<void> => {
    const due = performance.now() + INTERVAL_MS;
    const used = await usage();
    if (stopped) return;
    if (used && used.resident.length > 0) {
      const memory = gauge.read(used.resident);
      samples.writeLine({
        at: Date.now(),
        cpu: Math.round(used.cpu * 10) / 10,
        memory: Math.round((memory.bytes / MIB) * 10) / 10,
        memoryKind: memory.kind,
        processes: used.resident.length,
      } satisfies Sample);
      onMemory(memory);
    }
    timer = setTimeout(() => void take(), Math.max(0, due - performance.now()));
  };
  timer = setTimeout(() => void take(), FIRST_MS);
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
  };
}

interface Usage {
  /** Percent of one core since the look before. */
  cpu: number;
  resident: Resident[];
}

/** Looks at the tree: on Linux by /proc, which tells both who is in it and what each one uses; elsewhere only at the first process. */
function usageReader(tree: TrackedTree): () => Promise<Usage | null> {
  const clock = new TreeCpu();
  let lookedAt = performance.now();
  return async () => {
    const found = tree.look();
    if (found === null) return tree.leader && usageOfFirst(tree.leader.pid, 'first process');
    const now = performance.now();
    const cpu = (clock.advance([...found.members, ...found.dead]) / Math.max(1, now - lookedAt)) * 100;
    lookedAt = now;
    return { cpu, resident: found.members.map(({ pid, name, residentPages }) => ({ pid, name, bytes: residentPages * pageBytes() })) };
  };
}

async function usageOfFirst(pid: number, name: string): Promise<Usage | null> {
  try {
    const { default: pidusage } = await import('pidusage'); // needed only where there is no /proc
    const { cpu, memory } = await pidusage(pid);
    return { cpu, resident: [{ pid, name, bytes: memory }] };
  } catch {
    return null; // it has ended meanwhile
  }
}
