import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/support/home.ts';
import { type Figure, figure } from './figure.ts';
import { wallMs } from './processes.ts';
import { ours } from './queues/ours.ts';
import { pueue } from './queues/pueue.ts';
import type { JobQueue } from './queues/queue.ts';
import { taskSpooler } from './queues/tsp.ts';

const RUNS = 15;
const FINISHED = 10_000;
const WAITING = 2000;
/** Before each one, so that a queue that looks at its jobs at intervals is met at any moment of these. */
const LONGEST_PAUSE_MS = 600;

/**
 * From the start of the command that adds a job to that job's first instruction, and how long it takes to ask for the state: ours and its
 * peers in turn, so that a machine that slows down slows all of them. Absent peers are said to be absent.
 */
export async function besidePeers(): Promise<Figure[]> {
  const figures: Figure[] = [];
  const peers = { tsp: taskSpooler(), pueue: await pueue() };
  for (const [name, peer] of Object.entries(peers)) if (!peer) console.log(`${name} is not installed, so it is not measured.`);
  await using stack = new AsyncDisposableStack();
  const queues: JobQueue[] = [await ours(), ...Object.values(peers).filter((peer) => peer !== null)];
  for (const queue of queues) stack.use(queue);

  const measure = async (load: string) => {
    figures.push(...(await measureInTurn(queues, load)));
  };
  await measure('nothing else');
  for (const queue of queues) await queue.haveFinished(FINISHED);
  await measure(`${FINISHED} finished`);
  for (const queue of queues) await queue.haveWaiting(WAITING);
  await measure(`${FINISHED} finished, ${WAITING} waiting`);
  return figures;
}

async function measureInTurn(queues: readonly JobQueue[], load: string): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stamps-'));
  const starts = new Map<JobQueue, number[]>(queues.map((queue) => [queue, []]));
  const questions = new Map<JobQueue, number[]>(queues.map((queue) => [queue, []]));
  for (let run = -1; run < RUNS; run += 1) {
    for (const queue of queues) {
      const file = join(folder, `${queue.name}-${run}`);
      const startMs = await addedToFirstInstruction(queue, file);
      const { program, args, env } = queue.status();
      const statusMs = wallMs(program, args, env);
      if (run < 0) continue; // the first one fills caches
      starts.get(queue)?.push(startMs);
      questions.get(queue)?.push(statusMs);
    }
  }
  rmSync(folder, { recursive: true });
  const named = (values: Map<JobQueue, number[]>, what: string) =>
    [...values].map(([{ name, version }, ms]) => figure(`${name} ${version}: ${what}, ${load}`, 'ms', ms));
  return [...named(starts, 'add → first instruction'), ...named(questions, 'status')];
}

async function addedToFirstInstruction(queue: JobQueue, file: string): Promise<number> {
  const { program, args, env } = queue.add(file);
  await delay(Math.random() * LONGEST_PAUSE_MS);
  const begun = Date.now();
  const { status, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${queue.name}: ${stderr}`);
  await until('the job has run', () => existsSync(file));
  return Number(BigInt(readFileSync(file, 'utf8').trim()) / 1_000_000n) - begun;
}
