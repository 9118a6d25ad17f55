import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readHostFile } from '../client/host-file.ts';
import { connectSocket } from '../client/socket.ts';
import { connectOrStart } from '../client/start-host.ts';
import { nextAttemptAt } from '../contract/status.ts';
import type { TaskEvent } from '../contract/views.ts';
import { add, ended, running, TestHome, taskThat, until } from '../e2e/support/home.ts';
import { identityOf, isAlive } from '../supervisor/identity.ts';

/** Suites that end as their arguments say. */
const PROJECT = {
  'background-e2e.yaml': `categories:
  quick: { command: [node, -e, "console.log('done')"], verdict_from: exit_code }
  waits: { command: [node, wait.mjs], verdict_from: exit_code }
  alone: { command: [node, wait.mjs], verdict_from: exit_code, exclusive: [staging-db] }
  second_time: { command: [node, second-time.mjs], verdict_from: exit_code, max_retries: 2 }
`,
  // Waits until the file go is there; SIGTERM ends it.
  'wait.mjs': "import { existsSync } from 'node:fs'; setInterval(() => existsSync('go') && process.exit(0), 10);",
  'second-time.mjs':
    "import { existsSync, writeFileSync } from 'node:fs'; const again = existsSync('seen'); console.log(again ? 'again' : 'first'); writeFileSync('seen', ''); process.exitCode = again ? 0 : 1;",
};

test('clients that come at once get one and the same host', async () => {
  await using home = new TestHome();
  const clients = await Promise.all(Array.from({ length: 8 }, () => home.connect()));
  expect(new Set(clients.map(({ host }) => host.pid)).size).toBe(1);
});

test('nothing is answered before hello, and a wrong token is refused', async () => {
  await using home = new TestHome();
  await home.connect();
  const file = readHostFile(home.home);
  if (!file) throw new Error('There is no host.json.');
  await expect(connectSocket({ ...file, token: '0'.repeat(64) }, 'stranger')).rejects.toMatchObject({ kind: 'unauthorized' });

  const socket = connect(file.address);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hostStatus', params: {} });
  socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  await until('the host has answered', () => answer.endsWith('}'));
  socket.destroy();
  expect(answer).toContain('has not said hello');
});

test('a repeated request queues its task once, also when both come at the same time', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const params = {
    requestId: 'the-same-request',
    request: { project: home.project(PROJECT), category: 'quick' },
    environment: { PATH: process.env.PATH ?? '' },
  };
  const [first, second] = await Promise.all([client.call('addTask', params), client.call('addTask', params)]);
  const third = await client.call('addTask', params);
  expect([second.id, third.id]).toEqual([first.id, first.id]);
  await ended(client, first.id);
  expect((await client.call('listResults', { limit: 10 })).tasks).toHaveLength(1);
});

test('a failed attempt is retried with a log of its own, and the task that then passes is flaky', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const task = await ended(client, (await add(client, { project: home.project(PROJECT), category: 'second_time' })).id);
  expect(task).toMatchObject({ verdict: 'flaky', state: { status: 'completed' } });
  expect(task.attempts.map(({ attempt, end, verdict }) => [attempt, end?.exitCode, verdict])).toEqual([
    [1, 1, 'failed'],
    [2, 0, 'passed'],
  ]);
  expect([home.logOf(task, 1), home.logOf(task, 2)]).toEqual(['first\n', 'again\n']);
  const file = JSON.parse(readFileSync(task.resultFile ?? '', 'utf8'));
  expect(file).toMatchObject({
    task_id: task.id,
    status: 'completed',
    verdict: 'flaky',
    exit_code: 0,
    attempts: [{ exit_code: 1 }, { exit_code: 0 }],
  });
  expect(readFileSync(join(task.resultFile ?? '', '..', '.gitignore'), 'utf8')).toBe('*\n');
});

/** Fails at first; passes when it ran before, or when it was edited. */
const MENDED = {
  'background-e2e.yaml':
    'categories:\n  cart: { command: [node, cart.mjs], reports: [junit.xml], max_retries: 1, retry_delay_seconds: 2 }\n',
  'cart.mjs': `
import { existsSync, writeFileSync } from 'node:fs';
const red = !existsSync('junit.xml');
writeFileSync('junit.xml', '<testsuite name="cart"><testcase name="adds"/><testcase name="pays">' + (red ? '<failure message="no"/>' : '') + '</testcase></testsuite>');
process.exitCode = red ? 1 : 0;
`,
};

test('each attempt keeps its own tests and what it tested; passing later is flaky only where the code is the same', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const project = home.project(MENDED);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], { cwd: project, encoding: 'utf8' }).trim();
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  const task = await ended(client, (await add(client, { project, category: 'cart' })).id);
  expect(task).toMatchObject({
    verdict: 'flaky',
    decidedBy: 2,
    counts: { passed: 2, failed: 0 },
    failedTests: [],
    flakyTests: ['cart › pays'],
  });
  expect(task.attempts.map((attempt) => attempt.git?.commit)).toEqual([git('rev-parse', 'HEAD'), git('rev-parse', 'HEAD')]);
  const testsOf = async (attempt: number) =>
    (await client.call('getTests', { task: task.id, attempt })).tests.map(({ name, status }) => `${name} ${status}`).toSorted();
  expect(await testsOf(1)).toEqual(['adds passed', 'pays failed']);
  expect(await testsOf(2)).toEqual(['adds passed', 'pays passed']);
  expect(JSON.parse(readFileSync(task.resultFile ?? '', 'utf8'))).toMatchObject({
    decided_by_attempt: 2,
    flaky_tests: ['cart › pays'],
    max_retries: 1,
    attempts: [
      { verdict: 'failed', next_attempt_at: expect.stringMatching(/Z$/) },
      { verdict: 'passed', next_attempt_at: null },
    ],
  });

  rmSync(join(project, 'junit.xml'));
  const { id } = await add(client, { project, category: 'cart' });
  await taskThat(client, id, (one) => nextAttemptAt(one) !== null);
  writeFileSync(join(project, 'cart.mjs'), `${MENDED['cart.mjs']}// mended`);
  const mended = await ended(client, id);
  expect(mended).toMatchObject({ verdict: 'passed', decidedBy: 2, flakyTests: [], git: { changedFiles: 2 } });
  expect(mended.attempts[1]?.warnings.join()).toContain('The project changed between the attempts');
}, 40_000);

test('as many tasks run as there are slots; a foreground one runs besides, and the others say why they wait', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const client = await home.connect();
  const project = home.project(PROJECT);
  const first = await add(client, { project, category: 'waits' });
  const second = await add(client, { project, category: 'waits' });
  const urgent = await add(client, { project, category: 'waits', priority: 1 });
  const foreground = await add(client, { project, category: 'waits' }, true);
  await running(client, first.id);
  await running(client, foreground.id);
  const active = await client.call('listActive', {});
  expect(active.map(({ task, waiting }) => [task.id, waiting])).toEqual([
    [first.id, null],
    [foreground.id, null],
    [urgent.id, 'Waits for the slot to become free.'],
    [second.id, 'Waits for the slot to become free.'],
  ]);
  writeFileSync(join(project, 'go'), '');
  const ends = await Promise.all([first, second, urgent].map(({ id }) => ended(client, id)));
  const startOf = (index: number) => {
    const state = ends[index]?.state;
    return state?.status === 'completed' ? state.startedAt : Number.NaN;
  };
  expect(startOf(2)).toBeLessThan(startOf(1));
});

test('two tasks with one exclusive key never run together', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 4 }');
  const client = await home.connect();
  const project = home.project(PROJECT);
  const first = await add(client, { project, category: 'alone' });
  await running(client, first.id);
  const second = await add(client, { project, category: 'alone' });
  expect((await client.call('getTask', { task: second.id })).waiting).toMatch(
    /^Waits for exclusive key staging-db, which #1 has held for .+\.$/,
  );
  writeFileSync(join(project, 'go'), '');
  await ended(client, second.id);
});

test('cancelling ends what runs and what waits, answers at once, and asking again changes nothing', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const client = await home.connect();
  const project = home.project(PROJECT);
  const first = await add(client, { project, category: 'waits' });
  const second = await add(client, { project, category: 'waits' });
  const { attempts } = await running(client, first.id);
  const process = identityOf(attempts[0]?.pid ?? 0);
  const answer = await client.call('cancelTasks', { all: true });
  expect(answer.map(({ id }) => id)).toEqual([first.id, second.id]);
  expect(answer[1]?.state.status).toBe('cancelled');
  expect((await ended(client, first.id)).state.status).toBe('cancelled');
  expect(isAlive(process)).toBe('gone');
  const before = await client.call('getTask', { task: first.id });
  await client.call('cancelTasks', { tasks: [first.id] });
  expect(await client.call('getTask', { task: first.id })).toEqual(before);
});

test('one unknown id in a cancel leaves all the others alone', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const task = await add(client, { project: home.project(PROJECT), category: 'waits' });
  await running(client, task.id);
  await expect(client.call('cancelTasks', { tasks: [task.id, 'task_nosuchtask00'] })).rejects.toMatchObject({ kind: 'not_found' });
  expect((await client.call('getTask', { task: task.id })).task.cancelRequestedAt).toBeNull();
});

test('a client that reconnects gets the events that it missed, each once', async () => {
  await using home = new TestHome();
  const first = await home.connect();
  const project = home.project(PROJECT);
  const before = await first.call('subscribe', { after: null, epoch: null });
  expect(before.reset).not.toBeNull();
  const live: TaskEvent[] = [];
  first.on('taskChanged', (event) => live.push(event));
  const task = await add(first, { project, category: 'quick' });
  await ended(first, task.id);
  const second = await home.connect();
  const missed = await second.call('subscribe', { after: before.seq, epoch: before.epoch });
  expect(missed.reset).toBeNull();
  expect(missed.events.map(({ seq, type }) => [seq, type])).toEqual(live.map(({ seq, type }) => [seq, type]));
  expect(missed.events.map(({ type }) => type)).toEqual(['added', 'starting', 'running', 'ended']);
  expect((await second.call('subscribe', { after: before.seq, epoch: 'another database' })).reset).not.toBeNull();
});

test('a client that needs no picture of everything is sent none, whatever its cursor', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const task = await add(client, { project: home.project(PROJECT), category: 'quick' });
  await ended(client, task.id);
  for (const cursor of [
    { after: null, epoch: null },
    { after: 1, epoch: 'another database' },
  ]) {
    const answer = await client.call('subscribe', { ...cursor, snapshot: false });
    expect(answer).toMatchObject({ reset: null, events: [] });
    expect(answer.seq).toBeGreaterThanOrEqual(4);
  }
});

test('a host that hands over refuses writes and frees the home; the next one finishes what runs', async () => {
  await using home = new TestHome();
  const project = home.project(PROJECT);
  const old = await home.connect();
  const task = await add(old, { project, category: 'waits' });
  await running(old, task.id);
  const gone = new Promise<void>((resolve) => old.onClose(resolve));
  const handOver = old.call('handOver', { version: '9.9.9' });
  // Listened to from the beginning: it may be refused before the hand-over is answered.
  const late = expect(add(old, { project, category: 'quick' })).rejects.toMatchObject({ kind: expect.stringMatching(/moved|no_host/) });
  await handOver;
  await late;
  await gone;
  const next = await home.connect();
  expect(next.host.pid).not.toBe(old.host.pid);
  writeFileSync(join(project, 'go'), '');
  expect((await ended(next, task.id)).verdict).toBe('passed');
});

test('who asks a host to end decides what becomes of its tasks; who asks after that is told so', async () => {
  await using home = new TestHome();
  const project = home.project({
    'background-e2e.yaml': `categories:
  slow: { command: [sh, -c, "trap '[ -e go ] && exit 3; touch asked' TERM; echo begun; while [ ! -e go ]; do sleep 0.05; done"], verdict_from: exit_code }
`,
  });
  const [first, second] = [await home.connect(), await home.connect()];
  const task = await add(first, { project, category: 'slow' });
  await running(first, task.id);
  await until('the tests are ready', () => home.logOf(task) === 'begun\n');
  expect(await first.call('stopHost', { tasks: 'cancel' })).toEqual({ tasks: 'cancel' });
  await until('the tests are being ended', () => existsSync(join(project, 'asked')));
  expect(await second.call('stopHost', { tasks: 'keep' })).toEqual({ tasks: 'cancel' });
  writeFileSync(join(project, 'go'), '');
  expect((await ended(await home.connect(), task.id)).state.status).toBe('cancelled');
});

test('a task that is just being added as the host is stopped with all tasks is ended, too', async () => {
  await using home = new TestHome();
  const project = home.project({ 'background-e2e.yaml': 'categories:\n  long: { command: [sleep, "600"], verdict_from: exit_code }\n' });
  const client = await home.connect();
  const [task] = await Promise.all([add(client, { project, category: 'long' }), client.call('stopHost', { tasks: 'cancel' })]);
  expect((await ended(await home.connect(), task.id)).state.status).toBe('cancelled');
});

test('a headless host without work and clients ends itself and takes host.json with it', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "idle_minutes": 0.01 }');
  const client = await home.connect();
  const host = identityOf(client.host.pid);
  const task = await add(client, { project: home.project(PROJECT), category: 'quick' });
  await ended(client, task.id);
  client.close();
  await until('the host has ended', () => isAlive(host) === 'gone');
  expect(existsSync(join(home.home, 'host.json'))).toBe(false);
  writeFileSync(join(home.home, 'settings.json'), '{}');
});

test('settings that cannot be used keep the host from starting, with a sentence that names the file', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 0 }');
  await expect(connectOrStart(home.home, 'test')).rejects.toThrow(/settings\.json: .*slots/);
  writeFileSync(join(home.home, 'settings.json'), '{}');
});

test('the cursor of a page and every parameter are checked before anything is done', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  await expect(client.call('listResults', { limit: 0 })).rejects.toMatchObject({ kind: 'invalid', issues: [{ field: 'limit' }] });
  await expect(client.call('listResults', { limit: 5, before: 'x; DROP TABLE tasks' })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(
    client.call('addTask', { requestId: 'request-0001', request: { project: '/nowhere/at/all', category: 'quick' } }),
  ).rejects.toMatchObject({
    kind: 'invalid',
    issues: [{ field: 'project' }],
  });
  expect((await client.call('hostStatus', {})).queued).toBe(0);
});

test('a task in whose project nothing can be written keeps its result in the home and says so', async () => {
  await using home = new TestHome();
  const client = await home.connect();
  const project = home.project({ ...PROJECT, test_reports: 'a file where the folder should be' });
  const task = await taskThat(client, (await add(client, { project, category: 'quick' })).id, ({ resultFile }) => resultFile !== null);
  expect(task.resultFile).toBe(join(home.home, 'results', `${task.id}.json`));
  expect(task.attempts[0]?.warnings.join()).toContain('the project cannot be written to');
});
