import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SocketClient } from '../client/socket.ts';
import { add, ended, running, TestHome, taskThat } from '../e2e/support/home.ts';

const PROJECT = {
  'background-e2e.yaml': `categories:
  quick: { command: [node, -e, "console.log('done')"], verdict_from: exit_code }
  red: { command: [node, -e, "process.exit(1)"], verdict_from: exit_code }
  waits: { command: [node, wait.mjs], verdict_from: exit_code }
`,
  // Waits until the file go is there; SIGTERM ends it.
  'wait.mjs': "import { existsSync } from 'node:fs'; setInterval(() => existsSync('go') && process.exit(0), 10);",
};

async function oneSlot(home: TestHome): Promise<{ client: SocketClient; project: string }> {
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  return { client: await home.connect(), project: home.project(PROJECT) };
}

const order = async (client: SocketClient) => (await client.call('getQueue', { limit: 100 })).active.map(({ task }) => task.number);

test('a paused queue starts nothing, also after its host was killed; resumed it goes on', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  await client.call('pauseQueue', { all: true });
  await client.call('pauseQueue', { category: 'red' });
  const { id } = await add(client, { project, category: 'quick' });
  await home.killHost();
  const next = await home.connect();
  expect((await next.call('getTask', { task: id })).waiting).toBe('Waits because the queue is paused.');
  expect((await next.call('hostStatus', {})).paused).toEqual({ all: true, categories: ['red'] });
  const paused = await next.call('pauseQueue', { tasks: [id] });
  expect(paused.tasks.map((task) => task.pausedAt)).toEqual([expect.any(Number)]);
  expect(await next.call('resumeQueue', { all: true })).toMatchObject({
    paused: { all: false, categories: [] },
    tasks: [{ id, pausedAt: null }],
  });
  expect((await ended(next, id)).verdict).toBe('passed');
  await expect(next.call('pauseQueue', { tasks: [id] })).rejects.toThrow(
    '#1 quick has ended (completed); only a waiting task can be paused.',
  );
});

test('waiting tasks are moved, and a wrong move changes nothing', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  await running(client, (await add(client, { project, category: 'waits' })).id);
  for (const priority of [1, 3, 5]) await add(client, { project, category: 'quick', priority });
  await client.call('moveTask', { task: '#4', first: true });
  expect(await order(client)).toEqual([1, 4, 2, 3]);
  await client.call('moveTask', { task: '#2', after: '#3' });
  expect(await order(client)).toEqual([1, 4, 3, 2]);
  await expect(client.call('moveTask', { task: '#1', first: true })).rejects.toThrow('#1 waits runs already');
  await expect(client.call('moveTask', { task: '#2', before: '#2' })).rejects.toThrow('itself');
  await expect(client.call('moveTask', { task: '#2', before: '#9' })).rejects.toThrow('There is no task #9');
  expect(await order(client)).toEqual([1, 4, 3, 2]);
  writeFileSync(join(project, 'go'), '');
});

test('a task follows the end of another; one that needs it green is cancelled with the reason', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  const red = await add(client, { project, category: 'red', startAt: Date.now() + 500 });
  const anyway = await add(client, { project, category: 'quick', after: ['last'] });
  const green = await add(client, { project, category: 'quick', after: [red.id], afterNeeds: 'passed' });
  const late = await add(client, { project, category: 'quick', after: [red.id], afterNeeds: 'passed', priority: 1 });
  expect((await client.call('getTask', { task: anyway.id })).waiting).toBe('Waits for #1 to end.');
  const [first, second, third, fourth] = await Promise.all([red, anyway, green, late].map(({ id }) => ended(client, id)));
  expect([first?.verdict, second?.verdict]).toEqual(['failed', 'passed']);
  for (const task of [third, fourth]) {
    expect(task?.state.status).toBe('cancelled');
    expect(task?.error).toBe('It was to start after #1 had passed, but #1 failed.');
  }
  await expect(add(client, { project, category: 'quick', after: ['#77'] })).rejects.toThrow('after is "#77": There is no task #77.');
});

test('a task that may not wait longer times out unstarted, with what it waited for', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  await running(client, (await add(client, { project, category: 'waits' })).id);
  const task = await ended(client, (await add(client, { project, category: 'quick', queueTimeoutMinutes: 0.01 })).id);
  expect(task.state).toMatchObject({
    status: 'timeout',
    startedAt: null,
    reason: 'It did not start within its queue timeout of 0.01 min. It waited for the slot to become free.',
  });
  const { resultFile } = await taskThat(client, task.id, (one) => one.resultFile !== null);
  expect(existsSync(resultFile ?? '')).toBe(true);
  writeFileSync(join(project, 'go'), '');
});

test('the same work is not queued twice where that is asked for: waiting or running, on the same files', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  writeFileSync(join(project, '.gitignore'), 'go\n');
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], { cwd: project, stdio: 'ignore' });
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  const dedupe = (more: Record<string, unknown> = {}, requestId: string = crypto.randomUUID()) =>
    client.call('addTask', {
      requestId,
      request: { project, category: 'waits', ...more },
      environment: { PATH: process.env.PATH ?? '' },
      dedupe: true,
    });
  const [first, twin] = await Promise.all([dedupe(), dedupe()]);
  expect([first.id === twin.id, first.deduplicated !== twin.deduplicated]).toEqual([true, true]);
  await running(client, first.id);
  const requestId = crypto.randomUUID();
  expect(await dedupe({}, requestId)).toMatchObject({ id: first.id, deduplicated: true });
  expect(await dedupe({}, requestId)).toMatchObject({ id: first.id, deduplicated: true });
  expect(await dedupe({ priority: 1 }), 'urgency changes nothing of what runs').toMatchObject({ id: first.id });
  expect((await dedupe({ additionalArgs: ['--grep', 'x'] })).deduplicated).toBe(false);
  writeFileSync(join(project, 'wait.mjs'), `${PROJECT['wait.mjs']} // changed`);
  const changed = await dedupe();
  expect(changed.deduplicated).toBe(false);
  expect(await dedupe()).toMatchObject({ id: changed.id, deduplicated: true });
  writeFileSync(join(project, 'go'), '');
});

test('submitters take turns, however many tasks the first one queued', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  const by = (name: string) =>
    client.call('addTask', {
      requestId: crypto.randomUUID(),
      request: { project, category: 'waits' },
      environment: { PATH: process.env.PATH ?? '' },
      client: name,
    });
  for (const name of ['ana', 'ana', 'ana', 'ben']) await by(name);
  expect(await order(client)).toEqual([1, 4, 2, 3]);
  writeFileSync(join(project, 'go'), '');
});

test('claims beyond the machine are refused with both figures', async () => {
  await using home = new TestHome();
  const { client, project } = await oneSlot(home);
  await expect(add(client, { project, category: 'quick', cpuClaimCores: 5000, memoryClaimGb: 1e6 })).rejects.toThrow(
    /cpu_claim_cores is 5000: this machine has \d+ cores?; claim at most that\nmemory_claim_gb is 1000000: this machine has [\d.]+ GiB/,
  );
});
