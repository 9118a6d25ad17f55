import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SocketClient } from '../../client/socket.ts';
import { cookieOf } from '../../contract/ids.ts';
import { nextAttemptAt } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { isAlive } from '../../supervisor/identity.ts';
import { readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { add, ended, running, TestHome, taskThat, until } from '../support/home.ts';

/** A suite that counts aloud, goes on only when a file lets it, and ends with the exit code in that file. */
const PATIENT_SUITE = `
import { existsSync, readFileSync } from 'node:fs';
let n = 0;
const timer = setInterval(() => {
  console.log('line ' + ++n);
  if (!existsSync('go')) return;
  clearInterval(timer);
  console.log('the end');
  process.exitCode = Number(readFileSync('go', 'utf8'));
}, 20);
`;
const PATIENT = {
  'background-e2e.yaml': 'categories:\n  smoke: { command: [node, suite.mjs], verdict_from: exit_code }\n',
  'suite.mjs': PATIENT_SUITE,
};

test('a suite whose host is killed is finished by the next host, with the right exit code and the whole log', async () => {
  await using home = new TestHome();
  const project = home.project(PATIENT);
  const task = await add(await home.connect(), { project, category: 'smoke' });
  await running(await home.connect(), task.id);
  await until('it has said something', () => home.logOf(task).includes('line 2\n'));

  await home.killHost();
  writeFileSync(join(project, 'go'), '3');
  await until('the tests are over, with no host there', () => readStatus(runFolder(home.folderOf(task)))?.phase === 'ended');

  const result = await ended(await home.connect(), task.id);
  expect(result.state.status).toBe('failed');
  expect(result.attempts.map(({ end }) => end?.exitCode)).toEqual([3]);
  const lines = home.logOf(task).trimEnd().split('\n');
  expect(lines.at(-1)).toBe('the end');
  expect(lines.slice(0, -1)).toEqual(lines.slice(0, -1).map((_, index) => `line ${index + 1}`));
});

test('the next host goes on following a suite that still runs', async () => {
  await using home = new TestHome();
  const project = home.project(PATIENT);
  const task = await add(await home.connect(), { project, category: 'smoke' });
  const { attempts } = await running(await home.connect(), task.id);
  await home.killHost();

  const client = await home.connect();
  const again = await running(client, task.id);
  expect(again.attempts[0]?.pid).toBe(attempts[0]?.pid);
  writeFileSync(join(project, 'go'), '0');
  const result = await ended(client, task.id);
  expect(result).toMatchObject({ verdict: 'passed', state: { status: 'completed' } });
  expect(result.attempts).toHaveLength(1);
});

test('a suite whose supervisor is killed is ended, whole tree, and recorded as failed with that reason', async () => {
  await using home = new TestHome();
  const project = home.project(PATIENT);
  const client = await home.connect();
  const task = await add(client, { project, category: 'smoke' });
  await running(client, task.id);
  const status = readStatus(runFolder(home.folderOf(task)));
  if (!status?.tests) throw new Error('The tests have no process.');

  process.kill(status.supervisor.pid, 'SIGKILL');
  const result = await ended(client, task.id);
  expect(result.state.status).toBe('failed');
  expect(result.error).toContain('The supervisor of this attempt was killed');
  expect(isAlive(status.tests)).toBe('gone');
});

test('a task that was recorded as starting, but whose supervisor never came, is started by the next host', async () => {
  await using home = new TestHome();
  const project = home.project(PATIENT);
  const task = await add(await home.connect(), { project, category: 'smoke' });
  // At whatever point of the start this hits: the task must run once, and end.
  await home.killHost();
  writeFileSync(join(project, 'go'), '0');
  const result = await ended(await home.connect(), task.id);
  expect(result).toMatchObject({ verdict: 'passed', state: { status: 'completed' } });
  expect(home.logOf(task).match(/the end/g)).toHaveLength(1);
});

test('a cancel that the host could not deliver any more is delivered by the next one', async () => {
  await using home = new TestHome();
  const project = home.project(PATIENT);
  const first = await home.connect();
  const task = await add(first, { project, category: 'smoke' });
  await running(first, task.id);
  await Promise.all([first.call('cancelTasks', { tasks: [task.id] }).catch(() => {}), home.killHost()]);
  const client = await home.connect();
  await client.call('cancelTasks', { tasks: [task.id] });
  expect((await ended(client, task.id)).state.status).toBe('cancelled');
});

/** Writes down that it ran, and fails as long as it has run less often than asked. */
const STUBBORN = {
  'background-e2e.yaml': `categories:
  red: { command: [node, red.mjs], verdict_from: exit_code }
`,
  'red.mjs': `
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync('ran', 'x');
console.log('run ' + readFileSync('ran', 'utf8').length);
process.exitCode = readFileSync('ran', 'utf8').length > Number(process.env.FAILS) ? 0 : 1;
`,
};
const waitsForNextAttempt = (client: SocketClient, id: string) => taskThat(client, id, (task) => nextAttemptAt(task) !== null);

test('a host that is killed between two attempts is followed by one that makes the next attempt, once and not too early', async () => {
  await using home = new TestHome();
  const project = home.project(STUBBORN);
  const client = await home.connect();
  const request = { project, category: 'red', maxRetries: 2, retryDelaySeconds: 3, envVars: { FAILS: '1' } };
  const task = await add(client, request);
  const waiting = await waitsForNextAttempt(client, task.id);
  await home.killHost();
  const result = await ended(await home.connect(), task.id);
  expect(result).toMatchObject({ verdict: 'flaky', decidedBy: 2, state: { status: 'completed' } });
  expect(result.attempts.map(({ end }) => end?.exitCode)).toEqual([1, 0]);
  expect(result.attempts[1]?.startedAt).toBeGreaterThanOrEqual(nextAttemptAt(waiting) ?? Number.POSITIVE_INFINITY);
  expect([home.logOf(task, 1), home.logOf(task, 2)]).toEqual(['run 1\n', 'run 2\n']);
});

test('a host that is killed as soon as an attempt has ended makes no attempt twice and leaves none out', async () => {
  await using home = new TestHome();
  const project = home.project(STUBBORN);
  const connectAndKill = async () => {
    const client = await home.connect();
    client.on('taskChanged', ({ type }) => {
      if (type === 'attempt_ended') process.kill(client.host.pid, 'SIGKILL');
    });
    await client.call('subscribe', { after: null, epoch: null });
    return client;
  };
  const request = { project, category: 'red', maxRetries: 3, retryDelaySeconds: 0, envVars: { FAILS: '9' } };
  let client = await connectAndKill();
  const task = await add(client, request);
  let kills = 0;
  let result: Task | null = null;
  while (result === null) {
    const gone = new Promise<null>((resolve) => client.onClose(() => resolve(null)));
    result = await Promise.race([gone, ended(client, task.id).catch(() => gone)]);
    if (result !== null) break;
    kills += 1;
    client = await connectAndKill();
  }
  expect(kills).toBeGreaterThan(0);
  expect(result).toMatchObject({ verdict: 'failed', decidedBy: 4, state: { status: 'failed' } });
  expect(result.attempts.map(({ end }) => end?.exitCode)).toEqual([1, 1, 1, 1]);
  expect(readFileSync(join(project, 'ran'), 'utf8')).toBe('xxxx');
}, 60_000);

test('a task that is cancelled between two attempts ends at once, also under the next host, and keeps its slot until then', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const project = home.project(STUBBORN);
  const request = { project, category: 'red', maxRetries: 1, retryDelaySeconds: 300, envVars: { FAILS: '9' } };
  const first = await home.connect();
  const task = await add(first, request);
  await waitsForNextAttempt(first, task.id);
  await home.killHost();

  const client = await home.connect();
  const next = await add(client, { ...request, maxRetries: 0 });
  expect(await client.call('getTask', { task: task.id })).toMatchObject({ task: { state: { status: 'running' } }, process: null });
  expect((await client.call('getTask', { task: next.id })).waiting).toContain('slot');
  const [cancelled] = await client.call('cancelTasks', { tasks: [task.id] });
  expect(cancelled).toMatchObject({ state: { status: 'cancelled' }, verdict: 'none', decidedBy: null });
  expect((await ended(client, next.id)).state.status).toBe('failed');
  const result = await taskThat(client, task.id, ({ resultFile }) => resultFile !== null);
  expect(result.attempts.map(({ end }) => end?.exitCode)).toEqual([1]);
  expect(readFileSync(join(project, 'ran'), 'utf8')).toBe('xx');
}, 40_000);

test('the environment of the submitter stays in a file of its own, for nobody else to read', async () => {
  await using home = new TestHome();
  const project = home.project({ ...PATIENT, go: '0' });
  const client = await home.connect();
  process.env.SECRET_OF_THE_TEST = 'hush-4711';
  const task = await add(client, { project, category: 'smoke' });
  delete process.env.SECRET_OF_THE_TEST;
  await ended(client, task.id);
  const databaseFiles = ['queue.db', 'queue.db-wal'].map((name) => join(home.home, name)).filter(existsSync);
  for (const path of databaseFiles) expect(readFileSync(path).includes('hush-4711')).toBe(false);
  expect(readFileSync(join(home.home, 'runs', task.id, 'environment.json'), 'utf8')).toContain('hush-4711');
  expect(cookieOf(task.id, 1)).toMatch(/^BGE2E_ATTEMPT_[0-9a-z]{12}_1$/);
});
