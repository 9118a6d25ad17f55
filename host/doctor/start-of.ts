import { readFileSync } from 'node:fs';
import type { ProcessEntry } from '../../supervisor/proc.ts';

/** Clock ticks in a second for everything in /proc: fixed at 100 for user space (time(7), USER_HZ). */
const TICKS = 100;

/** When a process was started, for a person; `unknown` where the system does not tell when it booted. */
export function startOf({ startTicks }: ProcessEntry): string {
  const boot = /^btime (\d+)/m.exec(readStat())?.[1];
  if (boot === undefined) return 'an unknown time';
  return new Date((Number(boot) + Number(startTicks) / TICKS) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

function readStat(): string {
  try {
    return readFileSync('/proc/stat', 'utf8');
  } catch {
    return '';
  }
}
