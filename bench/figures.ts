// The product's own figures, measured on this machine: npm run bench. Prints a table, then the same as JSON.
// The app's figures need a display and a session bus; without: xvfb-run -a dbus-run-session -- npm run bench

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright';
import type { SocketClient } from '../client/socket.ts';
import { add, ended, running, TestHome, until } from '../e2e/support/home.ts';
import { readStatus, runFolder } from '../supervisor/run-folder.ts';

interface Figure {
  what: string;
  unit: 'ms' | 'MiB';
  median: number;
  min: number;
  max: number;
  runs: number;
}

const root = join(import.meta.dirname, '..');
const bge2e = join(root, 'dist', 'bge2e.js');
const RUNS = 15;
const APP_RUNS = 5;

const PROJECT = {
  'background-e2e.yaml': `categories:
  stamp: { command: [sh, -c, "date +%s%N > $STAMP"], verdict_from: exit_code }
  waits: { command: [sh, -c, "while [ ! -e go ]; do sleep 0.05; done"], verdict_from: exit_code }
`,
};

function figure(what: string, unit: Figure['unit'], values: number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    what,
    unit,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    runs: values.length,
  };
}

/** Proportional set size in MiB: shared pages count once over all processes (proc_pid_smaps(5)). */
function pss(pid: number): number {
  const kib = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

/** A process and all that descend from it. */
function treeOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // it has ended meanwhile
    }
  }
  const childrenOf = (one: number): number[] =>
    [...parents].filter(([, parent]) => parent === one).flatMap(([child]) => [child, ...childrenOf(child)]);
  return [pid, ...childrenOf(pid)];
}

function wallMs(command: string, args: string[], env: NodeJS.ProcessEnv): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - begun;
}

/** `bge2e add` beside a bare Node, in turn, so that a machine that slows down slows both. */
function addBesideNode(home: TestHome, project: string): Figure[] {
  const env = { ...process.env, BGE2E_HOME: home.home };
  const bare: number[] = [];
  const adding: number[] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const values = [
      wallMs(process.execPath, ['-e', '0'], env),
      wallMs(process.execPath, [bge2e, 'add', 'waits', '--project', project], env),
    ];
    if (run < 0) continue; // the first one fills caches
    bare.push(values[0] ?? 0);
    adding.push(values[1] ?? 0);
  }
  return [figure('node -e 0', 'ms', bare), figure('bge2e add, host running', 'ms', adding)];
}

async function queuedToFirstInstruction(client: SocketClient, home: TestHome, project: string): Promise<Figure> {
  const values: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const stamp = join(home.home, `stamp-${run}`);
    const queued = Date.now();
    const task = await add(client, { project, category: 'stamp', envVars: { STAMP: stamp } });
    await ended(client, task.id);
    values.push(Number(BigInt(readFileSync(stamp, 'utf8').trim()) / 1_000_000n) - queued);
  }
  return figure('queued → first instruction, host running', 'ms', values);
}

async function hostFigures(): Promise<Figure[]> {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const project = home.project(PROJECT);
  // The host of the bundle, as users run it; the tests' own way would start it from its sources.
  wallMs(process.execPath, [bge2e, 'add', 'stamp', '--project', project], { ...process.env, BGE2E_HOME: home.home, STAMP: '/dev/null' });
  const client = await home.connect();
  await ended(client, (await client.call('getTask', { task: 'last' })).task.id);
  const idle = figure('idle headless host', 'MiB', [pss(client.host.pid)]);
  const first = await queuedToFirstInstruction(client, home, project);
  const task = await add(client, { project, category: 'waits' });
  await running(client, task.id);
  const supervisor = readStatus(runFolder(home.folderOf(task)))?.supervisor;
  const ofSupervisor = figure('supervisor of one attempt', 'MiB', supervisor ? [pss(supervisor.pid)] : []);
  return [...addBesideNode(home, project), first, idle, ofSupervisor];
}

async function appFigures(): Promise<Figure[]> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    console.log('No display: the app is not measured.');
    return [];
  }
  const starts: number[] = [];
  const withWindow: number[] = [];
  const trayOnly: number[] = [];
  for (let run = 0; run < APP_RUNS; run += 1) {
    await using home = new TestHome();
    const env = Object.fromEntries(
      Object.entries({ ...process.env, BGE2E_HOME: home.home }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const begun = performance.now();
    const app = await _electron.launch({ args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root], cwd: root, env });
    const page = app.windows()[0] ?? (await app.waitForEvent('window'));
    await page.getByRole('button', { name: 'New run' }).first().waitFor();
    starts.push(performance.now() - begun);
    const pid = app.process().pid ?? 0;
    const total = () => treeOf(pid).reduce((sum, one) => sum + pss(one), 0);
    withWindow.push(total());
    const processes = treeOf(pid).length;
    await page.close();
    await until('the window’s process has gone', () => treeOf(pid).length < processes);
    trayOnly.push(total());
    process.kill(pid, 'SIGKILL');
    await app.waitForEvent('close');
  }
  return [
    figure('start of the app → window ready to use', 'ms', starts),
    figure('app with window, all processes', 'MiB', withWindow),
    figure('app with tray only, all processes', 'MiB', trayOnly),
  ];
}

const figures = [...(await hostFigures()), ...(await appFigures())];
console.log(`\nNode ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model}\n`);
for (const { what, unit, median, min, max, runs } of figures) {
  console.log(`${what.padEnd(44)} ${median.toFixed(0).padStart(6)} ${unit}  (${min.toFixed(0)} to ${max.toFixed(0)}, ${runs} runs)`);
}
console.log(`\n${JSON.stringify(figures)}`);
