import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readHostFile } from '../client/host-file.ts';
import type { SocketClient } from '../client/socket.ts';
import { cookieOf } from '../contract/ids.ts';
import type { Task } from '../contract/task.ts';
import { add, ended, running, type TestHome, until } from '../e2e/support/home.ts';
import { openDatabase } from '../engine/store/database.ts';
import { identityOf, isAlive } from '../supervisor/identity.ts';
import { MemoryGauge } from '../supervisor/memory-gauge.ts';
import { listPids, pageBytes } from '../supervisor/proc.ts';
import { readStatus, runFolder } from '../supervisor/run-folder.ts';
import { TrackedTree } from '../supervisor/tracked-tree.ts';
import { type Figure, figure } from './figure.ts';
import { cpuMs, privateMemory, pss, treeOf, wallMs } from './processes.ts';
import { interrupted } from './progress.ts';
import { bge2e, ours } from './queues/ours.ts';

const RUNS = 15;
const IDLE_MS = 10_000;
const AT_ONCE = 10;
const COMMITS = 200;
const LOOKS = 20;
/** What has just started has other work for so long. */
const SETTLE_MS = 2000;
const SPARE = 'A spare waits for 10 min after the last start, and nowhere after that.';

/** Round trips of the commands, and what a host and its supervisors cost while nothing or little happens. */
export async function* hostFigures(): AsyncGenerator<Figure[]> {
  await using queue = await ours({ slots: AT_ONCE });
  const { home, project } = queue;
  yield commandsBesideNode(home, project);
  yield await idleFigures(home);
  const client = await home.connect();
  yield [figure('add, call over the socket', 'ms', await repeated(() => addAndEnd(client, project))), commitFigure()];
  yield await supervisorFigures(client, home, project);
  yield await samplingFigures(client, home, project);
}

/** A host to which nobody is connected; with and without the spare supervisor that it keeps for 10 min after a start. */
async function idleFigures(home: TestHome): Promise<Figure[]> {
  const pid = readHostFile(home.home)?.pid;
  if (pid === undefined) throw new Error('There is no host.');
  await allEnded(home); // or one that still ends would be taken for the spare
  await until('there is a spare supervisor alone', () => treeOf(pid).length === 2);
  const [spare] = treeOf(pid).filter((one) => one !== pid);
  if (spare === undefined) throw new Error('The spare supervisor has ended.');
  await pause(SETTLE_MS);
  const both = [pid, spare].map(pss);
  const share = await cpuShare([pid, spare]);
  const gone = identityOf(spare);
  process.kill(spare, 'SIGKILL'); // the next start does without it
  await until('the spare is gone', () => isAlive(gone) !== 'alive');
  return [
    figure('idle headless host, PSS', 'MiB', [pss(pid)]),
    figure('idle headless host and its spare supervisor, PSS', 'MiB', [both.reduce((sum, one) => sum + one, 0)], SPARE),
    figure('idle headless host and its spare supervisor, CPU', '% of one core', [share]),
  ];
}

async function allEnded(home: TestHome): Promise<void> {
  const client = await home.connect();
  await until('all tasks have ended', async () => {
    const { running, queued } = await client.call('getQueue', { limit: 1 });
    return running + queued === 0;
  });
  client.close();
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
  await pause(IDLE_MS, undefined, { signal: interrupted });
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
  return [...ofFirst, together];
}

/** What following a tree costs its supervisor; of one of 100 processes also the parts, measured here once a second as it does. */
async function samplingFigures(client: SocketClient, home: TestHome, project: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [category, what] of [
    ['waits', '1 process'],
    ['hundred', '100 processes'],
  ] as const) {
    const task = await add(client, { project, category });
    const pid = await supervisorOf(client, home, task);
    await pause(SETTLE_MS); // its start is over, and the tree is there
    figures.push(figure(`supervisor that follows ${what}, CPU, PSS included`, '% of one core', [await cpuShare([pid])]));
    if (category === 'hundred') figures.push(...(await lookFigures(home, task)));
    await client.call('cancelTasks', { tasks: [task.id] });
    await ended(client, task.id);
  }
  return figures;
}

async function lookFigures(home: TestHome, task: Task): Promise<Figure[]> {
  const leader = readStatus(runFolder(home.folderOf(task)))?.tests ?? null;
  const tree = new TrackedTree({ cookie: cookieOf(task.id, 1), leader, fromTheStart: true });
  const gauge = new MemoryGauge(null);
  const looks: number[] = [];
  let processes = 0;
  let pssMs = 0;
  const begun = performance.now();
  for (let look = 0; look < LOOKS; look += 1) {
    await pause(1000, undefined, { signal: interrupted });
    const before = process.cpuUsage();
    const members = tree.look()?.members ?? [];
    looks.push(sinceMs(before));
    processes = members.length;
    const between = process.cpuUsage();
    gauge.read(members.map(({ pid, name, residentPages }) => ({ pid, name, bytes: residentPages * pageBytes() })));
    pssMs += sinceMs(between);
  }
  const mean = looks.reduce((sum, one) => sum + one, 0) / looks.length;
  const others = (listPids()?.length ?? 0) - processes;
  const note = `The tree had ${processes} processes, the machine ${others} more.`;
  return [
    figure('a look at 100 processes without PSS, CPU', 'ms', looks, note),
    figure('a look a second at 100 processes without PSS, CPU', '% of one core', [mean / 10], note),
    figure('PSS of 100 processes, as often as it is read, CPU', '% of one core', [(pssMs / (performance.now() - begun)) * 100], note),
  ];
}

function sinceMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
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
