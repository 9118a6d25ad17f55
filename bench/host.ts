import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SocketClient } from '../client/socket.ts';
import type { Task } from '../contract/task.ts';
import { add, ended, running, type TestHome } from '../e2e/support/home.ts';
import { openDatabase } from '../engine/store/database.ts';
import { readStatus, runFolder } from '../supervisor/run-folder.ts';
import { type Figure, figure } from './figure.ts';
import { cpuMs, privateMemory, pss, wallMs } from './processes.ts';
import { bge2e, ours } from './queues/ours.ts';

const RUNS = 15;
const IDLE_MS = 10_000;
const AT_ONCE = 10;
const COMMITS = 200;

/** Round trips of the commands, and what a host and its supervisors cost while nothing or little happens. */
export async function hostFigures(): Promise<Figure[]> {
  await using queue = await ours({ slots: AT_ONCE });
  const { home, project, client } = queue;
  const pid = client.host.pid;
  return [
    ...commandsBesideNode(home, project),
    figure('add, call over the socket', 'ms', await repeated(() => addAndEnd(client, project))),
    figure('idle headless host, memory', 'MiB', [pss(pid)]),
    figure('idle headless host, CPU', '% of one core', [await cpuShare([pid])]),
    ...(await supervisorFigures(client, home, project)),
    commitFigure(),
  ];
}

/** `bge2e` beside a bare Node, in turn, so that a machine that slows down slows both. */
function commandsBesideNode(home: TestHome, project: string): Figure[] {
  const env = { ...process.env, BGE2E_HOME: home.home };
  const commands = {
    'node -e 0': ['-e', '0'],
    'bge2e add, host running': [bge2e, 'add', 'done', '--project', project],
    'bge2e status, host running': [bge2e, 'status'],
  };
  const values = Object.entries(commands).map(([what, args]) => ({ what, args, ms: Array.of<number>() }));
  for (let run = -1; run < RUNS; run += 1) {
    for (const { args, ms } of values) {
      const took = wallMs(process.execPath, args, env);
      if (run >= 0) ms.push(took); // the first one fills caches
    }
  }
  return values.map(({ what, ms }) => figure(what, 'ms', ms));
}

async function repeated(once: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run += 1) values.push(await once());
  return values;
}

async function addAndEnd(client: SocketClient, project: string): Promise<number> {
  const begun = performance.now();
  const { id } = await add(client, { project, category: 'done' });
  const took = performance.now() - begun;
  await ended(client, id);
  return took;
}

/** CPU that processes use while nobody asks them anything. */
async function cpuShare(pids: readonly number[]): Promise<number> {
  const used = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  const [before, begun] = [used(), performance.now()];
  await pause(IDLE_MS);
  return ((used() - before) / (performance.now() - begun)) * 100;
}

async function supervisorFigures(client: SocketClient, home: TestHome, project: string): Promise<Figure[]> {
  const bare = await bareNode();
  const alone = await add(client, { project, category: 'waits' });
  const first = await supervisorOf(client, home, alone);
  const ofFirst = [
    figure('bare Node that waits, private memory', 'MiB', [bare]),
    figure('supervisor, private memory', 'MiB', [privateMemory(first)]),
    figure('supervisor alone, PSS', 'MiB', [pss(first)]),
  ];
  const others = await Promise.all(Array.from({ length: AT_ONCE - 1 }, () => add(client, { project, category: 'waits' })));
  const all = [first, ...(await Promise.all(others.map((task) => supervisorOf(client, home, task))))];
  const together = figure(`each of ${AT_ONCE} supervisors at once, PSS`, 'MiB', all.map(pss));
  await client.call('cancelTasks', { all: true });
  await Promise.all([alone, ...others].map(({ id }) => ended(client, id)));
  return [...ofFirst, together, ...(await samplingFigures(client, home, project))];
}

/** What following a tree of 100 processes costs its supervisor. */
async function samplingFigures(client: SocketClient, home: TestHome, project: string): Promise<Figure[]> {
  const shares: Record<string, number> = {};
  for (const [category, what] of [
    ['waits', '1 process'],
    ['hundred', '100 processes'],
  ] as const) {
    const task = await add(client, { project, category });
    const pid = await supervisorOf(client, home, task);
    await pause(2000); // its start is over, and the tree is there
    shares[what] = await cpuShare([pid]);
    await client.call('cancelTasks', { tasks: [task.id] });
    await ended(client, task.id);
  }
  return Object.entries(shares).map(([what, share]) => figure(`supervisor that follows ${what}, CPU`, '% of one core', [share]));
}

async function supervisorOf(client: SocketClient, home: TestHome, task: Task): Promise<number> {
  await running(client, task.id);
  const pid = readStatus(runFolder(home.folderOf(task)))?.supervisor.pid;
  if (pid === undefined) throw new Error(`${task.id} has no supervisor.`);
  return pid;
}

async function bareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6); console.log("ready")'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const memory = privateMemory(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return memory;
}

/** One durable change of state, as each step of a task is. */
function commitFigure(): Figure {
  const folder = mkdtempSync(join(tmpdir(), 'bench-commits-'));
  const database = openDatabase(join(folder, 'queue.db'));
  const change = database.sql.prepare("UPDATE meta SET value = value || '.' WHERE key = 'epoch'");
  const values = Array.from({ length: COMMITS }, () => {
    const begun = performance.now();
    database.transaction(() => change.run());
    return performance.now() - begun;
  });
  database.close();
  rmSync(folder, { recursive: true });
  return figure('a durable change of the database', 'ms', values);
}
