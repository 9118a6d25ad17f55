import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readHostFile } from '../../client/host-file.ts';
import { connectIfRunning } from '../../client/start-host.ts';
import { add, TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 90_000 });

const SUITE = { 'background-e2e.yaml': 'categories:\n  broken: { command: ["false"], verdict_from: exit_code }\n' };
const ENTRY = join(import.meta.dirname, '..', 'support', 'noting-host.ts');

test.each([
  { killAt: 'ended', told: 1, when: 'after the end was recorded and before anybody was told: the next host tells it' },
  { killAt: 'notified', told: 0, when: 'between recording that the user was told and telling: never told twice' },
  { killAt: 'never', told: 1, when: 'after telling: never told twice' },
])('a host is killed $when', async ({ killAt, told }) => {
  await using home = new TestHome();
  const project = home.project(SUITE);
  const file = join(home.home, 'notices.ndjson');
  const notices = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  const startHost = async (kill: string) => {
    const host = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ENTRY, home.home, file, kill], { stdio: 'ignore' });
    await until('the host is ready', () => readHostFile(home.home)?.pid === host.pid, 40_000);
    return { host, gone: once(host, 'exit') };
  };

  const first = await startHost(killAt);
  const client = await connectIfRunning(home.home, 'test');
  if (!client) throw new Error('The host does not answer.');
  await add(client, { project, category: 'broken' });
  if (killAt === 'never') {
    await until('it is told', () => notices().length === 1);
    first.host.kill('SIGKILL');
  }
  await first.gone;
  for (let again = 0; again < 2; again += 1) {
    const { host, gone } = await startHost('never');
    // A host that is asked to end has told what it had to tell.
    const next = await connectIfRunning(home.home, 'test');
    expect((await next?.call('listResults', { limit: 5 }))?.tasks.map(({ verdict }) => verdict)).toEqual(['failed']);
    expect(notices()).toHaveLength(told);
    await next?.call('stopHost', { tasks: 'keep' });
    await gone;
    expect(host.exitCode).toBe(0);
  }
  expect(notices()).toHaveLength(told);
});
