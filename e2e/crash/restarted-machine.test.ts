import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { AttemptStatus, Identity } from '../../contract/attempt.ts';
import type { Task } from '../../contract/task.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';
import { readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { add, ended, running, TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 60_000 });

const SUITE = {
  'background-e2e.yaml': `categories:
  waits: { command: [node, -e, "setInterval(() => require('fs').existsSync('go') && process.exit(0), 10)"], verdict_from: exit_code }
`,
};

const kill = (pid: number) => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it went with the others
  }
};

/** Kills host, supervisor and tests of a running task at once, as a machine that loses its power does. */
async function loseAll(home: TestHome, task: Task): Promise<AttemptStatus> {
  const status = readStatus(runFolder(home.folderOf(task)));
  if (!status?.tests) throw new Error('The tests have no process.');
  const { tests, supervisor } = status;
  await home.killHost();
  for (const { pid } of [supervisor, tests]) kill(pid);
  await until('all are gone', () => [supervisor, tests].every((identity) => isAlive(identity) === 'gone'));
  return { ...status, tests };
}

const rewrite = (home: TestHome, task: Task, status: AttemptStatus, change: (identity: Identity) => Identity) =>
  writeFileSync(
    join(home.folderOf(task), 'status.json'),
    JSON.stringify({ ...status, supervisor: change(status.supervisor), tests: status.tests && change(status.tests) }),
  );

test('after a restart of the machine what ran has failed with that reason, is retried as asked, and the queue goes on', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const project = home.project(SUITE);
  const first = await home.connect();
  const task = await add(first, { project, category: 'waits', maxRetries: 1, retryDelaySeconds: 0 });
  const next = await add(first, { project, category: 'waits' });
  await running(first, task.id);
  const status = await loseAll(home, task);
  const long = 8 * 3600_000; // it was off for a night
  rewrite(home, task, { ...status, startedAt: status.startedAt }, (identity) => ({ ...identity, bootId: 'another-boot' }));
  writeFileSync(join(project, 'go'), '');

  const client = await home.connect();
  const result = await ended(client, task.id);
  expect(result.attempts[0]).toMatchObject({
    verdict: 'failed',
    error: 'The machine was restarted while the tests ran.',
    end: { cause: 'supervisor_lost', message: 'The machine was restarted while the tests ran.', survivors: [] },
  });
  expect(result.attempts[0]?.durationMs).toBeLessThan(long);
  expect(result.attempts[1]?.end?.exitCode).toBe(0);
  expect((await ended(client, next.id)).verdict).toBe('passed');
});

test('a pid that was given to a stranger meanwhile is no process of ours: it is left alone, and the attempt is lost', async () => {
  const stranger = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  try {
    await using home = new TestHome();
    const project = home.project(SUITE);
    const first = await home.connect();
    const task = await add(first, { project, category: 'waits' });
    await running(first, task.id);
    const status = await loseAll(home, task);
    const { pid } = stranger;
    if (pid === undefined) throw new Error('There is no stranger.');
    rewrite(home, task, status, (identity) => ({ ...identity, pid }));

    const result = await ended(await home.connect(), task.id);
    expect(result).toMatchObject({
      state: { status: 'failed' },
      error: 'The supervisor of this attempt was killed, so its tests were ended.',
    });
    expect(isAlive(identityOf(pid))).toBe('alive');
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('with host and supervisor killed the next host ends the tests that are left, and the task has failed', async () => {
  await using home = new TestHome();
  const project = home.project(SUITE);
  const first = await home.connect();
  const task = await add(first, { project, category: 'waits' });
  await running(first, task.id);
  const status = readStatus(runFolder(home.folderOf(task)));
  if (!status?.tests) throw new Error('The tests have no process.');
  await home.killHost();
  kill(status.supervisor.pid);
  expect(existsSync(first.host.pid ? join(home.home, 'host.json') : '')).toBe(true); // stale, as its socket is
  const result = await ended(await home.connect(), task.id);
  expect(result.error).toContain('The supervisor of this attempt was killed');
  expect(isAlive(status.tests)).toBe('gone');
});
