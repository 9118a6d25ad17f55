import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readHostFile } from '../../client/host-file.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';
import { readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { add, ended, running, TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 120_000 });

const PROJECT = {
  'background-e2e.yaml':
    'categories:\n  smoke: { command: [sh, -c, "echo begun; exec sleep 600"], verdict_from: exit_code, max_retries: 2 }\n',
};

/** Runs `work` where the machine says that it shuts down, whichever init it has. */
async function whileShuttingDown<T>(home: TestHome, work: () => Promise<T>): Promise<T> {
  const folder = join(home.home, 'init');
  mkdirSync(folder);
  writeFileSync(join(folder, 'systemctl'), '#!/bin/sh\necho stopping\nexit 1\n', { mode: 0o755 });
  writeFileSync(join(folder, 'runlevel'), '#!/bin/sh\necho 5 0\n', { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  try {
    return await work();
  } finally {
    process.env.PATH = PATH;
  }
}

test('at the shutdown of the machine what runs is ended and says so, is not retried, and what waits is kept', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{"slots": 1}');
  const project = home.project(PROJECT);
  const client = await whileShuttingDown(home, () => home.connect());
  const first = await add(client, { project, category: 'smoke' });
  await running(client, first.id);
  const second = await add(client, { project, category: 'smoke' });
  const host = identityOf(readHostFile(home.home)?.pid ?? 0);
  process.kill(host.pid, 'SIGTERM');
  await until('the host is gone', () => isAlive(host) !== 'alive', 60_000);
  const status = readStatus(runFolder(home.folderOf(first)));
  expect(status).toMatchObject({ phase: 'ended', end: { cause: 'stopped', survivors: [] } });

  const next = await home.connect();
  const stopped = await ended(next, first.id);
  expect(stopped).toMatchObject({ state: { status: 'failed', reason: 'The machine was shut down, so the tests were ended.' } });
  expect(stopped.attempts).toHaveLength(1);
  expect((await running(next, second.id)).attempts).toHaveLength(1);
});

test('a supervisor that is asked to end ends its tests; the task fails with that reason and is not tried again', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const task = await add(client, { project: home.project(PROJECT), category: 'smoke' });
  await running(client, task.id);
  const status = readStatus(runFolder(home.folderOf(task)));
  process.kill(status?.supervisor.pid ?? 0, 'SIGTERM');
  const stopped = await ended(client, task.id);
  expect(stopped.attempts).toMatchObject([{ end: { cause: 'stopped', survivors: [] } }]);
  expect(stopped.state).toMatchObject({ status: 'failed', reason: expect.stringContaining('SIGTERM') });
});

test('a host that gets SIGTERM on a machine that goes on lets its tests go on', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const task = await add(client, { project: home.project(PROJECT), category: 'smoke' });
  const { attempts } = await running(client, task.id);
  const host = identityOf(readHostFile(home.home)?.pid ?? 0);
  process.kill(host.pid, 'SIGTERM');
  await until('the host is gone', () => isAlive(host) !== 'alive', 60_000);
  const again = await running(await home.connect(), task.id);
  expect(again.attempts.map(({ pid }) => pid)).toEqual(attempts.map(({ pid }) => pid));
});
