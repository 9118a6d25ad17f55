import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hostFilePath } from '../../client/host-file.ts';
import type { SocketClient } from '../../client/socket.ts';
import { VERSION } from '../../client/version.ts';
import { add, ended, running, TestHome, until } from '../../e2e/support/home.ts';
import { type JobQueue, stamp } from './queue.ts';

export const bge2e = join(import.meta.dirname, '..', '..', 'dist', 'bge2e.js');

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
export async function ours({ slots = 2 } = {}): Promise<JobQueue & { home: TestHome; project: string; client: SocketClient }> {
  const home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), JSON.stringify({ slots }));
  const project = home.project(PROJECT);
  const env = { ...process.env, BGE2E_HOME: home.home };
  // A test's own client would start a host from its sources.
  const startHost = async () => {
    spawnSync(process.execPath, [bge2e, 'add', 'done', '--project', project], { env });
    const client = await home.connect();
    await ended(client, (await client.call('getTask', { task: 'last' })).task.id);
    return client;
  };
  let client = await startHost();
  return {
    name: 'bge2e',
    version: VERSION,
    home,
    project,
    get client() {
      return client;
    },
    async haveFinished(count) {
      await client.call('stopHost', { tasks: 'keep' });
      await until('the database is closed', () => !existsSync(hostFilePath(home.home)));
      copyLastTask(join(home.home, 'queue.db'), count);
      client = await startHost();
    },
    async haveWaiting(count) {
      const holder = await add(client, { project, category: 'bulk' });
      await running(client, holder.id);
      for (let task = 0; task < count; task += 1) await add(client, { project, category: 'bulk' });
    },
    add: (file) => ({
      program: process.execPath,
      args: [bge2e, 'add', 'stamp', '--project', project],
      env: { ...env, JOB: stamp(file)[2] },
    }),
    status: () => ({ program: process.execPath, args: [bge2e, 'status', '--json'], env }),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

/** So many tasks that have ended as the last one did, each under an id and a number of its own. */
function copyLastTask(path: string, count: number): void {
  const database = new DatabaseSync(path);
  const columns = database
    .prepare('SELECT name FROM pragma_table_info(?)')
    .all('tasks')
    .map(({ name }) => String(name));
  const last = database.prepare('SELECT * FROM tasks WHERE ended_at IS NOT NULL ORDER BY number DESC LIMIT 1').get();
  if (!last) throw new Error('No task has ended, so there is none to copy.');
  const insert = database.prepare(`INSERT INTO tasks (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  const task: { id: string; number: number } = JSON.parse(String(last.json));
  database.exec('BEGIN');
  for (let copy = 1; copy <= count; copy += 1) {
    const id = `${task.id.slice(0, -8)}${randomBytes(4).toString('hex')}`;
    const number = task.number + copy;
    const row: typeof last = { ...last, id, number, json: JSON.stringify({ ...task, id, number }) };
    insert.run(...columns.map((column) => row[column] ?? null));
  }
  database.exec('COMMIT');
  database.close();
}
