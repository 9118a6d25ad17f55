import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { run } from '../cli/testing/commands.ts';
import type { SocketClient } from '../client/socket.ts';
import type { Task } from '../contract/task.ts';
import { add, ended, running, TestHome, taskThat } from '../e2e/support/home.ts';

vi.setConfig({ testTimeout: 60_000 });

const PROJECT = {
  'background-e2e.yaml': `categories:
  reports: { command: [node, reports.mjs], reports: [out.xml], max_retries: 1 }
  waits: { command: [node, -e, "setInterval(() => require('fs').existsSync('go') && process.exit(3), 10)"], verdict_from: exit_code }
`,
  'reports.mjs': `
import { existsSync, writeFileSync } from 'node:fs';
const again = existsSync('again');
writeFileSync('again', '');
const failure = again ? '' : '<failure message="no money"/>';
writeFileSync('out.xml', '<testsuite><testcase name="adds"/><testcase name="pays">' + failure + '</testcase></testsuite>');
process.exitCode = again ? 0 : 1;
`,
};

/** One task that has ended, one that runs, one that waits, one that was cancelled. */
async function someTasks(home: TestHome, client: SocketClient) {
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const project = home.project(PROJECT);
  const over = await ended(client, (await add(client, { project, category: 'reports' })).id);
  const runs = await add(client, { project, category: 'waits' });
  await running(client, runs.id);
  const waits = await add(client, { project, category: 'reports', priority: 2 });
  const gone = await add(client, { project, category: 'reports' });
  await client.call('cancelTasks', { tasks: [gone.id] });
  return { project, over, runs, waits, gone: await taskThat(client, gone.id, ({ resultFile }) => resultFile !== null) };
}

const ofHistory = ({ notifiedAt: _, ...task }: Task) => task;

test('after the loss of the database nothing is lost: it is set aside, and the run folders tell all tasks', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const { project, over, runs, waits, gone } = await someTasks(home, await home.connect());
  await home.killHost();
  const database = join(home.home, 'queue.db');
  const bytes = readFileSync(database);
  writeFileSync(database, bytes.fill(0xa5, 0, 3000));
  writeFileSync(`${database}-wal`, readFileSync(`${database}-wal`).fill(0xa5, 0, 3000)); // it may hold each page anew

  const client = await home.connect();
  const asides = readdirSync(home.home).filter((name) => /^queue\.db\.damaged-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/.test(name));
  expect(asides).toHaveLength(1);
  expect(readFileSync(join(home.home, asides[0] ?? '')).equals(bytes)).toBe(true);
  expect((await client.call('hostStatus', {})).warnings).toEqual([expect.stringContaining(asides[0] ?? '-')]);
  const cli = await run(['status'], { home: home.home, cwd: project });
  expect(cli.err).toContain(`Warning: The database was damaged and was set aside as ${join(home.home, asides[0] ?? '')}`);

  const { tasks } = await client.call('listResults', { limit: 10 });
  expect(tasks.map(ofHistory)).toEqual([gone, over].map(ofHistory));
  expect(over).toMatchObject({ verdict: 'flaky', counts: { total: 2, passed: 2 } });
  expect(over.attempts.map(({ verdict }) => verdict)).toEqual(['failed', 'passed']);
  expect((await client.call('getTests', { task: over.id, attempt: 1 })).tests.map(({ name }) => name)).toEqual(['pays', 'adds']);
  const again = await running(client, runs.id);
  expect([again.number, again.attempts.length]).toEqual([runs.number, 1]);
  expect((await client.call('getTask', { task: waits.id })).task.state.status).toBe('queued');
  const next = await add(client, { project, category: 'waits' });
  expect(next.number).toBe(gone.number + 1);

  writeFileSync(join(project, 'go'), '');
  expect((await ended(client, runs.id)).attempts.map(({ end }) => end?.exitCode)).toEqual([3]);
  expect((await ended(client, waits.id)).verdict).toBe('passed');
  await ended(client, next.id);
});

test('what ended while there was neither host nor database is taken in', async () => {
  await using home = new TestHome();
  const project = home.project(PROJECT);
  const first = await home.connect();
  const task = await add(first, { project, category: 'waits', maxRetries: 1 });
  await running(first, task.id);
  await home.killHost();
  writeFileSync(join(project, 'go'), '');
  for (const name of readdirSync(home.home)) if (name.startsWith('queue.db')) rmSync(join(home.home, name));
  const client = await home.connect();
  const result = await ended(client, task.id);
  expect(result.attempts.map(({ end }) => end?.exitCode)).toEqual([3, 3]);
  expect((await client.call('hostStatus', {})).warnings).toEqual([]); // nothing was set aside
});

test("a task's record is for nobody else to read, and is whole", async () => {
  await using home = new TestHome();
  const project = home.project({ ...PROJECT, again: '' });
  const client = await home.connect();
  const task = await add(client, { project, category: 'reports' });
  const path = join(home.home, 'runs', task.id, 'task.json');
  expect(existsSync(path)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const result = await ended(client, task.id);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ schema: 1, task: result, suite: { category: 'reports' } });
});
