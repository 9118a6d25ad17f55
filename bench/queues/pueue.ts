import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../e2e/support/home.ts';
import { type JobQueue, stamp } from './queue.ts';

/** pueue 4 (`cargo install pueue`); null where it is not installed. */
export async function pueue(): Promise<JobQueue | null> {
  const found = spawnSync('pueue', ['--version'], { encoding: 'utf8' });
  if (found.status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'bench-pueue-'));
  const data = join(folder, 'data');
  const runtime = join(folder, 'runtime');
  const config = join(folder, 'pueue.yml');
  for (const path of [data, runtime]) mkdirSync(path);
  writeFileSync(config, `shared: { pueue_directory: ${data}, runtime_directory: ${runtime}, use_unix_socket: true }\n`);
  const env = { PATH: process.env.PATH }; // it keeps the whole environment with each job
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('pueue', ['-c', config, ...args], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`pueue ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const isUp = () => spawnSync('pueue', ['-c', config, 'group'], { env }).status === 0;
  let daemon: ChildProcess | null = null;
  const start = async () => {
    daemon = spawn('pueued', ['-c', config], { env, stdio: 'ignore' });
    await until('pueued answers', isUp);
  };
  const stop = async () => {
    const child = daemon;
    daemon = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    if (isUp()) run('shutdown');
    else child.kill('SIGKILL');
    await gone;
  };
  /** Adding thousands of jobs would take minutes: its file of jobs is copied instead, as it wrote it, while it is stopped. */
  const multiply = async (job: string, count: number) => {
    await stop();
    const path = join(data, 'state.json');
    const state: { tasks: Record<string, object> } = JSON.parse(readFileSync(path, 'utf8'));
    const first = Math.max(...Object.keys(state.tasks).map(Number)) + 1;
    for (let id = first; id < first + count; id += 1) state.tasks[id] = { ...state.tasks[job], id };
    writeFileSync(path, JSON.stringify(state));
    await start();
    return count;
  };

  await start();
  run('parallel', '2');
  run('group', 'add', 'bulk');
  run('pause', '-g', 'bulk');
  run('add', '--', 'true');
  run('add', '-g', 'bulk', '--', 'true');
  run('wait');
  return {
    name: 'pueue',
    version: found.stdout.trim().split(' ').at(-1) ?? 'unknown',
    filled: 'pueue’s file of jobs was filled with copies of one that it had written, while its daemon was stopped.',
    haveFinished: (count) => multiply('0', count),
    haveWaiting: (count) => multiply('1', count),
    add: (file) => ({ program: 'pueue', args: ['-c', config, 'add', '--', stamp(file)[2] ?? ''], env }),
    status: () => ({ program: 'pueue', args: ['-c', config, 'status', '--json'], env }),
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
