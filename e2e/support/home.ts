import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readHostFile } from '../../client/host-file.ts';
import type { SocketClient } from '../../client/socket.ts';
import { connectIfRunning, connectOrStart, findNode, hostEnvironment } from '../../client/start-host.ts';
import type { AttemptStatus, Identity } from '../../contract/attempt.ts';
import { isTerminal } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';
import { readKnownProcesses, readStatus, runFolder } from '../../supervisor/run-folder.ts';

export const BUNDLED_HOST = join(import.meta.dirname, '..', '..', 'dist', 'host.js');

async function connectOrStartBundled(home: string): Promise<SocketClient> {
  for (;;) {
    const found = await connectIfRunning(home, 'test');
    if (found) return found;
    const host = startBundledHost(home);
    const over = once(host, 'exit');
    for (let ended = false; !ended; ) {
      const client = await connectIfRunning(home, 'test');
      if (client) return client;
      ended = (await Promise.race([over, pause(10, null)])) !== null;
    }
  }
}

/** Starts a host as users have it, with its log on a descriptor, or nowhere. It ends at once where the home has one. */
export function startBundledHost(home: string, log: number | 'ignore' = 'ignore'): ChildProcess {
  const host = spawn(findNode(), ['--disable-warning=ExperimentalWarning', BUNDLED_HOST, '--home', home], {
    cwd: home,
    env: hostEnvironment(),
    detached: true,
    stdio: ['ignore', log, log],
  });
  host.unref();
  return host;
}

/** A home and projects of a test's own. Disposing ends everything that ran there, and fails if something is left. */
export class TestHome implements AsyncDisposable {
  readonly home: string;
  readonly #projects: string[] = [];
  readonly #clients: SocketClient[] = [];
  readonly #hosts = new Set<number>();

  readonly #connect: (home: string) => Promise<SocketClient>;

  /**
   * `home`: where it shall lie; by default in a new folder. `bundled`: its hosts and supervisors are those that users have, which start several
   * times as fast as the sources; for tests that start many.
   */
  constructor({ home = mkdtempSync(join(tmpdir(), 'bge2e-home-')), bundled = false }: { home?: string; bundled?: boolean } = {}) {
    this.home = home;
    this.#connect = bundled && existsSync(BUNDLED_HOST) ? connectOrStartBundled : (folder) => connectOrStart(folder, 'test');
  }

  /** A project folder with these files: path → text. */
  project(files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), 'bge2e-project-'));
    this.#projects.push(folder);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  }

  /** Connects to this home's host; starts one if there is none. */
  async connect(): Promise<SocketClient> {
    const client = await this.#connect(this.home);
    this.#clients.push(client);
    this.#hosts.add(client.host.pid);
    return client;
  }

  /** Kills the host with SIGKILL; resolves when it is gone. False where none was alive. */
  async killHost(): Promise<boolean> {
    const pid = readHostFile(this.home)?.pid;
    const identity = pid === undefined ? null : identityOf(pid);
    if (pid === undefined || !identity || identity.startTicks === null) return false;
    process.kill(pid, 'SIGKILL');
    await until('the host is gone', () => isAlive(identity) !== 'alive');
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    const client = await this.#connect(this.home);
    this.#hosts.add(client.host.pid);
    const address = readHostFile(this.home)?.address;
    if (address === undefined) throw new Error('The host wrote no address.');
    const sockets = dirname(address);
    const gone = new Promise<void>((resolve) => client.onClose(resolve));
    await client.call('stopHost', { tasks: 'cancel' });
    await gone;
    const left = this.#leftProcesses();
    await until('the hosts are gone', () => [...this.#hosts].every((pid) => isAlive(identityOf(pid)) !== 'alive'));
    await until('the supervisors are gone', () => this.#supervisors().every((identity) => isAlive(identity) !== 'alive'));
    for (const folder of [this.home, sockets, ...this.#projects]) rmSync(folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`Processes are left: ${left.join(', ')}`);
  }

  /** Processes of this home's tests that are still alive. */
  #leftProcesses(): string[] {
    return this.attemptFolders()
      .flatMap((folder) => readKnownProcesses(runFolder(folder)))
      .filter((identity) => isAlive(identity) === 'alive')
      .map(({ pid }) => commandOf(pid));
  }

  #supervisors(): Identity[] {
    return this.attemptFolders().flatMap((folder) => readStatus(runFolder(folder))?.supervisor ?? []);
  }

  attemptFolders(): string[] {
    const runs = join(this.home, 'runs');
    return readdirSync(runs).flatMap((task) =>
      readdirSync(join(runs, task))
        .filter((name) => /^\d+$/.test(name))
        .map((attempt) => join(runs, task, attempt)),
    );
  }

  folderOf(task: Task, attempt = 1): string {
    return join(this.home, 'runs', task.id, String(attempt));
  }

  /** How far an attempt is by its own file; null while there is none. */
  phaseOf(task: Task, attempt = 1): AttemptStatus['phase'] | null {
    return readStatus(runFolder(this.folderOf(task, attempt)))?.phase ?? null;
  }

  /** Empty while there is none. */
  logOf(task: Task, attempt = 1): string {
    const path = join(this.folderOf(task, attempt), 'output.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}

function commandOf(pid: number): string {
  return `${pid} ${execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim()}`;
}

/** Resolves when `check` says so; fails with what was waited for. For what sends no event: files and processes. */
export async function until<T>(what: string, check: () => T | Promise<T>, deadlineMs = 20_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs / 1000} s in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Queues a task with this process's environment. */
export function add(
  client: SocketClient,
  request: { project: string; category: string } & Record<string, unknown>,
  foreground = false,
): Promise<Task> {
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return client.call('addTask', { requestId: crypto.randomUUID(), request, environment, foreground });
}

/** Resolves with the task once it is as asked; listens to events and misses none that came before. */
export async function taskThat(client: SocketClient, id: string, is: (task: Task) => boolean, deadlineMs = 30_000): Promise<Task> {
  return new Promise((resolve, reject) => {
    let last: Task | null = null;
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Task ${id} did not come to be as expected within ${deadlineMs / 1000} s; it is ${JSON.stringify(last?.state)}.`));
    }, deadlineMs);
    const look = (task: Task) => {
      if (task.id !== id) return;
      last = task;
      if (!is(task)) return;
      clearTimeout(timer);
      stop();
      resolve(task);
    };
    const stop = client.on('taskChanged', (event) => look(event.task));
    client
      .call('subscribe', { after: null, epoch: null, snapshot: false })
      .then(() => client.call('getTask', { task: id }))
      .then(({ task }) => look(task))
      .catch(reject);
  });
}

export const ended = (client: SocketClient, id: string, deadlineMs?: number) =>
  taskThat(client, id, ({ state }) => isTerminal(state.status), deadlineMs);
export const running = (client: SocketClient, id: string) => taskThat(client, id, ({ state }) => state.status === 'running');
