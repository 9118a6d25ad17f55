import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../e2e/support/home.ts';
import { type Figure, figure } from './figure.ts';
import { wallMs } from './processes.ts';
import { interrupted, say } from './progress.ts';
import { ours } from './queues/ours.ts';
import { pueue } from './queues/pueue.ts';
import type { JobQueue } from './queues/queue.ts';
import { taskSpooler } from './queues/tsp.ts';

const RUNS = 15;
/** How long a queue may take to get so many jobs. */
const FILL_MS = 120_000;
/** Before each one, so that a queue that looks at its jobs at intervals is met at any moment of these. */
const LONGEST_PAUSE_MS = 600;

/** How many jobs the queues shall have. */
export interface Loads {
  finished: number;
  waiting: number;
}

/** How many each one has. */
type Reached = ReadonlyMap<JobQueue, Loads>;

/**
 * From the start of the command that adds a job to that job's first instruction, and how long it takes to ask for the state: ours and its
 * peers in turn, so that a machine that slows down slows all of them. Absent peers are said to be absent.
 */
export async function* besidePeers({ finished, waiting }: Loads): AsyncGenerator<Figure[]> {
  const peers = { tsp: taskSpooler(), pueue: await pueue() };
  for (const [name, peer] of Object.entries(peers)) if (!peer) say(`${name} is not installed, so it is not measured.`);
  await using stack = new AsyncDisposableStack();
  const queues: JobQueue[] = [await ours(), ...Object.values(peers).filter((peer) => peer !== null)];
  for (const queue of queues) stack.use(queue);
  const starts: Starts[] = [];
  const measure = async (reached: Reached) => {
    const { figures, medians } = await measureInTurn(queues, reached);
    starts.push(medians);
    return figures;
  };

  let reached: Reached = new Map(queues.map((queue) => [queue, { finished: 0, waiting: 0 }]));
  yield await measure(reached);
  if (finished > 0) {
    reached = await fill(queues, reached, 'finished', (queue, deadline) => queue.haveFinished(finished, deadline));
    yield await measure(reached);
  }
  if (waiting > 0) {
    reached = await fill(queues, reached, 'waiting', (queue, deadline) => queue.haveWaiting(waiting, deadline));
    yield await measure(reached);
  }
  yield comparisons(starts);
}

async function fill(
  queues: readonly JobQueue[],
  before: Reached,
  what: keyof Loads,
  bringIn: (queue: JobQueue, deadline: number) => Promise<number>,
): Promise<Reached> {
  const reached = new Map(before);
  for (const queue of queues) {
    interrupted.throwIfAborted();
    const begun = performance.now();
    const came = await bringIn(queue, begun + FILL_MS);
    say(`${queue.name} has ${came} ${what} jobs more, after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
    reached.set(queue, { ...(before.get(queue) ?? { finished: 0, waiting: 0 }), [what]: came });
  }
  return reached;
}

/** Median ms from add to the first instruction, by the queue's name. */
type Starts = ReadonlyMap<string, number>;

/** How ours grew, and what part of its peers' time it takes, from the medians. */
function comparisons(starts: readonly Starts[]): Figure[] {
  const [first, last] = [starts[0], starts.at(-1)];
  const own = starts.map((one) => one.get('bge2e') ?? Number.NaN);
  const growth = (100 * (last?.get('bge2e') ?? Number.NaN)) / (first?.get('bge2e') ?? Number.NaN) - 100;
  const peers = [...(first?.keys() ?? [])].filter((name) => name !== 'bge2e');
  return [
    figure('bge2e: growth of add → first instruction with all these jobs', '%', [growth]),
    ...peers.map((name) => {
      const shares = starts.map((one, index) => (100 * (own[index] ?? Number.NaN)) / (one.get(name) ?? Number.NaN));
      return figure(`bge2e: add → first instruction as a part of ${name}’s`, '%', shares);
    }),
  ];
}

async function measureInTurn(queues: readonly JobQueue[], reached: Reached): Promise<{ figures: Figure[]; medians: Starts }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-stamps-'));
  const starts = new Map<JobQueue, number[]>(queues.map((queue) => [queue, []]));
  const questions = new Map<JobQueue, number[]>(queues.map((queue) => [queue, []]));
  try {
    for (let run = -1; run < RUNS; run += 1) {
      for (const queue of queues) {
        interrupted.throwIfAborted();
        const file = join(folder, `${queue.name}-${run}`);
        const startMs = await addedToFirstInstruction(queue, file);
        const { program, args, env } = queue.status();
        const statusMs = wallMs(program, args, env);
        if (run < 0) continue; // the first one fills caches
        starts.get(queue)?.push(startMs);
        questions.get(queue)?.push(statusMs);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const named = (values: Map<JobQueue, number[]>, what: string) =>
    [...values].map(([queue, ms]) => {
      const { finished, waiting } = reached.get(queue) ?? { finished: 0, waiting: 0 };
      const load = `${finished} finished${waiting > 0 ? `, ${waiting} waiting` : ''}`;
      return figure(`${queue.name} ${queue.version}: ${what}, ${load}`, 'ms', ms, finished + waiting > 0 ? queue.filled : undefined);
    });
  const figures = [...named(starts, 'add → first instruction'), ...named(questions, 'status')];
  return { figures, medians: new Map([...starts].map(([{ name }, ms]) => [name, figure(name, 'ms', ms).median])) };
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
