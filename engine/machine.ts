import { cpus, freemem, totalmem } from 'node:os';

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
