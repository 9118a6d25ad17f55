import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import type { MachineState } from './queue/queue-task.ts';

const MIB = 1024 * 1024;

interface Ticks {
  busy: number;
  all: number;
}

function ticks(): Ticks {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.irq + times.idle;
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
}

/** Measures the machine's load between two calls. */
export class MachineMeter {
  #before: Ticks = ticks();
  #cpuPercent = 0;

  /** Percent of the whole machine since the call before; memory in MiB. */
  read(): { cores: number; cpuPercent: number; memoryUsedMb: number; memoryTotalMb: number } {
    const now = ticks();
    const all = now.all - this.#before.all;
    if (all > 0) {
      this.#cpuPercent = ((now.busy - this.#before.busy) / all) * 100;
      this.#before = now;
    }
    return {
      cores: cpus().length,
      cpuPercent: Math.round(this.#cpuPercent * 10) / 10,
      memoryUsedMb: Math.round((totalmem() - freemem()) / MIB),
      memoryTotalMb: Math.round(totalmem() / MIB),
    };
  }
}

/** What the machine has, and how much it is in trouble, at this moment. */
export function readMachineState(): MachineState {
  const cpu = readPressure('cpu');
  const memory = readPressure('memory');
  return {
    cores: availableParallelism(),
    memoryTotalMb: totalmem() / MIB,
    memoryAvailableMb: freemem() / MIB, // on Linux MemAvailable: caches count as free
    pressure: cpu === null || memory === null ? null : { cpu, memory },
  };
}

function readPressure(kind: 'cpu' | 'memory'): number | null {
  try {
    return parsePressure(readFileSync(`/proc/pressure/${kind}`, 'utf8'));
  } catch {
    return null; // another system, or a kernel without it
  }
}

/** `some avg10`, in percent, of a file of https://docs.kernel.org/accounting/psi.html; null where the text has none. */
export function parsePressure(text: string): number | null {
  const match = /^some avg10=(\d+(?:\.\d+)?)/m.exec(text);
  return match ? Number(match[1]) : null;
}
