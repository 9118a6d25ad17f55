import { spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostFilePath } from '../../client/host-file.ts';
import type { SocketClient } from '../../client/socket.ts';
import { VERSION } from '../../client/version.ts';
import { newTaskId } from '../../contract/ids.ts';
import { add, ended, running, TestHome, until } from '../../e2e/support/home.ts';
import { openHome, taskFolder } from '../../engine/home.ts';
import { folderSize } from '../../engine/retention/folder-size.ts';
import { readSettings } from '../../engine/settings-file.ts';
import { openDatabase } from '../../engine/store/database.ts';
import { writeTaskRecord } from '../../engine/store/task-record.ts';
import { type Restored, TaskStore } from '../../engine/store/tasks.ts';
import { interrupted } from '../progress.ts';
import { type JobQueue, stamp } from './queue.ts';

export const bge2e = join(import.meta.dirname, '..', '..', 'dist', 'bge2e.js');

/** Adds that are on their way together. */
const AT_ONCE = 50;

const PROJECT = {
  'background-e2e.yaml': `categories:
  stamp: { command: [sh, -c, 'eval "$JOB"'], verdict_from: exit_code }
  done: { command: ["true"], verdict_from: exit_code }
  waits: { command: [sleep, "3600"], verdict_from: exit_code }
  hundred: { command: [sh, -c, "for n in $(seq 99); do sleep 3600 & done; wait"], verdict_from: exit_code }
  bulk: { command: [sh, -c, "while [ ! -e go ]; do sleep 0.1; done"], verdict_from: exit_code, exclusive: [bulk] }
`,
};

/** Ours, by its command and its bundles, as users have them. */
export async function ours({ slots = 2 } = {}): Promise<JobQueue & { home: TestHome; project: string }> {
  const home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), JSON.stringify({ slots }));
  const project = home.project(PROJECT);
  const env = { ...process.env, BGE2E_HOME: home.home };
  /** Nobody listens afterwards, as nobody does where no window is open. */
  const connected = async <T>(work: (client: SocketClient) => Promise<T>): Promise<T> => {
    const client = await home.connect();
    try {
      return await work(client);
    } finally {
      client.close();
    }
  };
  // A test's own client would start a host from its sources.
  const startHost = async () => {
    spawnSync(process.execPath, [bge2e, 'add', 'done', '--project', project], { env });
    await connected(async (client) => ended(client, (await client.call('getTask', { task: 'last' })).task.id));
  };
  await startHost();
  return {
    name: 'bge2e',
    version: VERSION,
    filled:
      'bge2e’s history was filled with copies of a run, as a host leaves them, while no host ran; what waits came over one connection.',
    home,
    project,
    async haveFinished(count) {
      await connected((client) => client.call('stopHost', { tasks: 'keep' }));
      await until('the database is closed', () => !existsSync(hostFilePath(home.home)));
      await copyLastTask(home.home, count);
      await startHost();
      return count;
    },
    haveWaiting: (count, deadline) =>
      connected(async (client) => {
        const holder = await add(client, { project, category: 'bulk' });
        await running(client, holder.id);
        let came = 0;
        while (came < count && performance.now() < deadline) {
          interrupted.throwIfAborted();
          const batch = Math.min(AT_ONCE, count - came);
          await Promise.all(Array.from({ length: batch }, () => add(client, { project, category: 'bulk' })));
          came += batch;
        }
        return came;
      }),
    add: (file) => ({
      program: process.execPath,
      args: [bge2e, 'add', 'stamp', '--project', project],
      env: { ...env, JOB: stamp(file)[2] },
    }),
    status: () => ({ program: process.execPath, args: [bge2e, 'status', '--json'], env }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

/**
 * So many tasks that have ended as the last one did, a minute apart before it, as a host leaves them: the newest of a suite with their files,
 * which were measured once, the others with their record alone.
 */
async function copyLastTask(home: string, count: number): Promise<void> {
  const paths = openHome(home);
  const { keepRuns } = readSettings(paths.settings);
  const database = openDatabase(paths.database);
  const store = new TaskStore(database, () => {});
  const [last] = store.ended({ limit: 1 }).tasks;
  if (!last || !('endedAt' in last.state) || last.state.startedAt === null) throw new Error('No task has run, so there is none to copy.');
  const { state } = last;
  const { startedAt } = last.state;
  const suite = store.suiteOf(last.id);
  const copies = Array.from({ length: count }, (_, n): Restored => {
    const before = (n + 1) * 60_000;
    const times = { queuedAt: state.queuedAt - before, startedAt: startedAt - before, endedAt: state.endedAt - before };
    const task = { ...last, id: newTaskId(times.queuedAt), number: last.number + n + 1, state: { ...state, ...times } };
    if (n < keepRuns) copyFolder(taskFolder(paths, last.id), taskFolder(paths, task.id));
    else mkdirSync(taskFolder(paths, task.id));
    writeTaskRecord(paths, task, suite);
    return { task, suite, kept: null };
  });
  store.restore(copies);
  const bytes = await folderSize(taskFolder(paths, last.id));
  store.history.setBytes(new Map(copies.map(({ task }, n) => [task.number, n < keepRuns ? bytes : 0])));
  database.close();
}

/** The files are one with the original's, which nobody writes to any more. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else linkSync(source, target);
  }
}
