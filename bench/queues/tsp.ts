import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobQueue, stamp } from './queue.ts';

/** task-spooler (Debian: task-spooler); null where it is not installed. */
export function taskSpooler(): JobQueue | null {
  const found = spawnSync('tsp', ['-V'], { encoding: 'utf8' });
  if (found.status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'bench-tsp-'));
  // It forgets all but the last 1000 unless told otherwise.
  const env = { ...process.env, TMPDIR: folder, TS_SOCKET: join(folder, 'socket'), TS_MAXFINISHED: '10000', TS_SLOTS: '2' };
  const tsp = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('tsp', args, { env, encoding: 'utf8' });
    if (status !== 0 && args[0] !== '-K') throw new Error(`tsp ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  let added = 0;
  let holder: number | null = null;
  /** Without a terminal it does not say the number that it gives; it counts from 0. */
  const addJob = (...job: string[]) => {
    tsp('-n', ...job);
    return added++;
  };
  return {
    name: 'tsp',
    version: /v?\d+(\.\d+)+/.exec(found.stdout)?.[0] ?? 'unknown',
    async haveFinished(count) {
      for (let job = 0; job < count; job += 1) addJob('true');
      tsp('-w');
    },
    async haveWaiting(count) {
      holder = addJob('sleep', '3600');
      for (let job = 0; job < count; job += 1) addJob('-D', String(holder), 'true');
    },
    add(file) {
      added += 1;
      return { program: 'tsp', args: ['-n', ...stamp(file)], env };
    },
    status: () => ({ program: 'tsp', args: [], env }),
    async [Symbol.asyncDispose]() {
      if (holder !== null) process.kill(Number(tsp('-p', String(holder))), 'SIGKILL');
      tsp('-K');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
