import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readHostFile } from '../../client/host-file.ts';
import { connectSocket } from '../../client/socket.ts';
import { LOCK_TAKEN_EXIT_CODE } from '../../client/start-host.ts';
import { add, ended, startBundledHost, TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 120_000 });

const MANY = 20;
const SUITE = { 'background-e2e.yaml': 'categories:\n  quick: { command: ["true"], verdict_from: exit_code }\n' };

test('of twenty hosts that are started at once exactly one wins, and twenty clients are all served by it', async () => {
  await using home = new TestHome({ bundled: true });
  const project = home.project(SUITE);
  const hosts = Array.from({ length: MANY }, () => startBundledHost(home.home));
  const ends = hosts.map(async (host) => {
    const [code] = await once(host, 'exit');
    return code;
  });
  await until('there is a host', () => readHostFile(home.home) !== null, 60_000);
  const clients = await Promise.all(Array.from({ length: MANY }, () => home.connect()));
  const [pid] = new Set(clients.map((client) => client.host.pid));
  expect(new Set(clients.map((client) => client.host.pid)).size).toBe(1);
  const tasks = await Promise.all(clients.map((client) => add(client, { project, category: 'quick' })));
  expect(tasks.map(({ number }) => number).sort((a, b) => a - b)).toEqual(tasks.map((_, index) => index + 1));
  expect(
    await Promise.all(tasks.map(async ({ id }, index) => (await ended(clients[index] ?? (await home.connect()), id)).verdict)),
  ).toEqual(tasks.map(() => 'passed'));
  const losers = ends.filter((_, index) => hosts[index]?.pid !== pid);
  expect(losers).toHaveLength(MANY - 1);
  expect(await Promise.all(losers)).toEqual(losers.map(() => LOCK_TAKEN_EXIT_CODE));
});

test('a socket that a mute process holds is given up within the deadline, with a sentence that names the process', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const file = readHostFile(home.home);
  if (!file) throw new Error('There is no host.');
  client.close();
  const path = join(home.home, 'mute.sock');
  const mute = createServer(() => {});
  mute.listen(path);
  await once(mute, 'listening');
  try {
    const begun = Date.now();
    await expect(connectSocket({ ...file, address: path, pid: 4711 }, 'test', 300)).rejects.toMatchObject({
      kind: 'no_answer',
      message: expect.stringMatching(/^The host \(pid 4711\) did not answer within 0\.3 s\..*end that process/),
    });
    expect(Date.now() - begun).toBeLessThan(10_000);
  } finally {
    mute.close();
  }
});

test('an address that nobody listens at any more costs nothing: the next host takes the home', async () => {
  await using home = new TestHome();
  const first = await home.connect();
  const file = readHostFile(home.home);
  await home.killHost();
  expect(readHostFile(home.home)).toEqual(file);
  writeFileSync(join(home.home, 'host.json'), '{"torn');
  const next = await home.connect();
  expect(next.host.pid).not.toBe(first.host.pid);
});
