import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { add, ended, running, TestHome, until } from '../e2e/support/home.ts';
import { identityOf, isAlive } from '../supervisor/identity.ts';
import { readStatus, runFolder } from '../supervisor/run-folder.ts';

const SUITE = {
  'background-e2e.yaml': `categories:
  waits: { command: [node, -e, "setInterval(() => require('fs').existsSync('go') && process.exit(3), 10)"], verdict_from: exit_code }
`,
};

test('a status that a broken disk has damaged costs nothing while the supervisor lives: it is asked', async () => {
  await using home = new TestHome();
  const project = home.project(SUITE);
  const task = await add(await home.connect(), { project, category: 'waits' });
  await running(await home.connect(), task.id);
  await home.killHost();
  writeFileSync(join(home.folderOf(task), 'status.json'), '{"torn');

  const client = await home.connect();
  writeFileSync(join(project, 'go'), '');
  expect((await ended(client, task.id)).attempts.map(({ end }) => end?.exitCode)).toEqual([3]);
});

test('with a damaged status and a dead supervisor the tests are ended, and the task fails', async () => {
  await using home = new TestHome();
  const project = home.project(SUITE);
  const task = await add(await home.connect(), { project, category: 'waits' });
  const { attempts } = await running(await home.connect(), task.id);
  const tests = identityOf(attempts[0]?.pid ?? 0);
  const supervisor = readStatus(runFolder(home.folderOf(task)))?.supervisor;
  if (!supervisor) throw new Error('There is no supervisor.');
  await home.killHost();
  process.kill(supervisor.pid, 'SIGKILL');
  await until('the supervisor is gone', () => isAlive(supervisor) === 'gone');
  writeFileSync(join(home.folderOf(task), 'status.json'), '\0\0\0');

  const result = await ended(await home.connect(), task.id);
  expect(result.state.status).toBe('failed');
  expect(result.verdict).toBe('failed');
  expect(isAlive(tests)).toBe('gone');
});

test('a project that was removed while its suite ran is not made again: the result is kept in the home', async () => {
  await using home = new TestHome();
  const project = home.project(SUITE);
  const client = await home.connect();
  const task = await add(client, { project, category: 'waits' });
  await running(client, task.id);
  rmSync(project, { recursive: true });
  await client.call('cancelTasks', { tasks: [task.id] });
  const result = await ended(client, task.id);
  expect(result.resultFile).toBe(join(home.home, 'results', `${task.id}.json`));
  expect(existsSync(join(home.home, 'results', `${task.id}.json`))).toBe(true);
  expect(existsSync(project)).toBe(false);
});
