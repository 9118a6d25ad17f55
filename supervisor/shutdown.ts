import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';

const ANSWER_MS = 2000;

export const MACHINE_SHUTS_DOWN = 'The machine was shut down, so the tests were ended.';

/**
 * Whether the machine is being shut down or restarted, which a signal alone does not tell: systemd says `stopping` then (systemctl(1),
 * is-system-running), System V's init has changed to runlevel 0 or 6 (runlevel(8)). False where nobody says so, as in a container.
 */
export async function isShuttingDown(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  // sd_booted(3): this folder is there where systemd runs the machine.
  if (existsSync('/run/systemd/system')) return saysStopping(await answerOf('systemctl', ['is-system-running']));
  return saysHalt(await answerOf('runlevel', []));
}

export const saysStopping = (answer: string) => answer.trim() === 'stopping';

/** `N 5` before, `5 0` and `5 6` while it goes down. */
export const saysHalt = (answer: string) => /^\S+ [06]$/.test(answer.trim());

function answerOf(program: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    // Its exit code is not 0 while it says `stopping`.
    execFile(program, args, { timeout: ANSWER_MS }, (_error, stdout) => resolve(stdout));
  });
}
