import { execFile } from 'node:child_process';
import { win32 } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptEnd } from '../contract/attempt.ts';
import { send } from './send-signal.ts';

const LOOK_AGAIN_MS = 100;

/**
 * Ends a tree where the platform does not show its processes. On macOS that is the group; who left it is not found. On Windows it is what
 * `taskkill /T` finds by parent links, which break where a process in between has ended; a job object would hold them all, but needs native code.
 */
export async function endUnseen(
  leader: number | null,
  graceMs: number,
  killMs: number,
): Promise<Pick<AttemptEnd, 'survivors' | 'notChecked'>> {
  if (leader === null) return { survivors: [], notChecked: [] };
  const windows = process.platform === 'win32';
  const lives = () => send(windows ? leader : -leader, 0);
  const ask = (force: boolean) => (windows ? run(taskkill(leader, force)) : send(-leader, force ? 'SIGKILL' : 'SIGTERM'));
  const wait = async (ms: number) => {
    const deadline = performance.now() + ms;
    while (lives() && performance.now() < deadline) await delay(LOOK_AGAIN_MS);
  };
  await ask(false);
  await wait(graceMs);
  if (lives()) await ask(true);
  await wait(killMs);
  return { survivors: lives() ? [{ pid: leader, command: windows ? 'process' : 'process group' }] : [], notChecked: [] };
}

/**
 * The command that ends a tree on Windows. Its absolute path, because a program of that name in the tests' folder or in PATH must not be run
 * instead. Without force it asks windows to close; a program without one is only ended by force.
 * https://learn.microsoft.com/windows-server/administration/windows-commands/taskkill
 */
export function taskkill(pid: number, force: boolean, env: NodeJS.ProcessEnv = process.env): { file: string; args: string[] } {
  const system = env.SystemRoot ?? env.SYSTEMROOT ?? env.windir ?? 'C:\\Windows';
  return { file: win32.join(system, 'System32', 'taskkill.exe'), args: ['/PID', String(pid), '/T', ...(force ? ['/F'] : [])] };
}

function run({ file, args }: { file: string; args: string[] }): Promise<void> {
  return new Promise((resolve) => {
    execFile(file, args, { windowsHide: true, timeout: 5000 }, () => resolve()); // gone meanwhile, or only to be forced: the next look tells
  });
}
