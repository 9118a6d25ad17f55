import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../e2e/support/home.ts';
import { interrupted } from '../progress.ts';
import { type JobQueue, stamp } from './queue.ts';

/** Shells that add jobs at the same time, and how many each adds before the clock is looked at. */
const SHELLS = 2;
const PIECE = 50;
/** Each job that waits holds one of its 1000 connections, and who comes when all are taken is kept waiting (tsp(1), TS_MAXCONN). */
const MOST_WAITING = 950;
const SLOTS = '2';
/** It lists all of its jobs. */
const MOST_OUTPUT = 100_000_000;

/** task-spooler (Debian: task-spooler); null where it is not installed. */
export function taskSpooler(): JobQueue | null {
  const found = spawnSync('tsp', ['-V'], { encoding: 'utf8' });
  if (found.status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'bench-tsp-'));
  // It forgets all but the last 1000 unless told otherwise.
  const env = { ...process.env, TMPDIR: folder, TS_SOCKET: join(folder, 'socket'), TS_MAXFINISHED: '1000000', TS_SLOTS: SLOTS };
  const tsp = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('tsp', args, { env, encoding: 'utf8', maxBuffer: MOST_OUTPUT });
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
  /** From shells, because a start from here takes several times as long. */
  const addMany = async (count: number, deadline: number, job: string): Promise<number> => {
    const before = added;
    while (added - before < count && performance.now() < deadline) {
      interrupted.throwIfAborted();
      const pieces = Array.from({ length: SHELLS }, (_, n) => Math.max(0, Math.min(PIECE, count - (added - before) - n * PIECE)));
      await Promise.all(pieces.map((piece) => shell(`n=0; while [ $n -lt ${piece} ]; do tsp -n ${job} || exit; n=$((n + 1)); done`)));
      for (const piece of pieces) added += piece;
    }
    return added - before;
  };
  const shell = async (script: string) => {
    const [code] = await once(spawn('sh', ['-c', script], { env, stdio: 'ignore' }), 'exit');
    if (code !== 0) throw new Error(`tsp took no more jobs: ${script} ended with ${code}.`);
  };
  const allHaveEnded = () => !/^\d+\s+(?:queued|running)/m.test(tsp());
  return {
    name: 'tsp',
    filled: 'tsp was given its jobs by 2 shells, one by one; it lets about 1000 wait and no more.',
    version: /v?\d+(\.\d+)+/.exec(found.stdout)?.[0] ?? 'unknown',
    async haveFinished(count, deadline) {
      tsp('-S', '64');
      const came = await addMany(count, deadline, 'true');
      await until('all jobs of tsp have ended', allHaveEnded, 60_000);
      tsp('-S', SLOTS);
      return came;
    },
    async haveWaiting(count, deadline) {
      holder = addJob('sleep', '3600');
      return addMany(Math.min(count, MOST_WAITING), deadline, `-N ${SLOTS} true`); // all slots, of which the holder has one
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
