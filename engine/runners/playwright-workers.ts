import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const FLAG = /^(?:--workers(?:=.*)?|-j.*)$/;

/**
 * How many workers Playwright gets for a CPU limit, in percent of the whole machine: as many as it has processors for, and never more than the half of
 * all that Playwright takes by itself. Null where the arguments or the config file say how many.
 */
export function workersFor(
  cpuLimitPercent: number | null,
  { args, configFile }: { args: readonly string[]; configFile: string | null },
  cores = availableParallelism(),
): number | null {
  if (cpuLimitPercent === null || args.some((arg) => FLAG.test(arg)) || saysWorkers(configFile)) return null;
  return Math.max(1, Math.min(Math.floor((cores * cpuLimitPercent) / 100), Math.floor(cores / 2)));
}

/** The file is the project's program: it is looked at, not run. */
function saysWorkers(configFile: string | null): boolean {
  if (configFile === null) return false;
  try {
    const text = readFileSync(configFile, 'utf8');
    return /(?:^|[\s{,])(['"]?)workers\1\s*[:,}]/m.test(text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''));
  } catch {
    return false;
  }
}
