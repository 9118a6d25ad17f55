import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readHostFile } from '../client/host-file.ts';
import { nextAttemptAt } from '../contract/status.ts';
import { running, TestHome, taskThat, until } from '../e2e/support/home.ts';
import { PROJECT, run, start } from './testing/commands.ts';

// Each of these starts many commands, and a busy machine takes its time for each.
vi.setConfig({ testTimeout: 180_000 });

const TASK_ID = /task_[0-9a-z]{12}/;
const idIn = (text: string) => TASK_ID.exec(text)?.[0] ?? 'no id';

test('a suite is queued at once, waited for, and listed; green is 0 and red is 1 with its failed test', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const added = await run(['add', 'quick', '--', '--grep', 'a b'], { ...at, env: { GREETING: 'hello' } });
  expect(added).toMatchObject({ code: 0, err: '' });
  expect(added.out).toMatch(/^Queued quick as #1, task_[0-9a-z]{12}\.\n$/);
  const waited = await run(['wait', '#1'], at);
  expect(waited).toMatchObject({ code: 0, err: '' });
  expect(waited.out).toMatch(/^passed {2}#1 quick of \S+ · 2 passed · \d:\d\d · task_/);
  expect(waited.out).toContain(join('test_reports', 'background_e2e', `${idIn(added.out)}.json`));
  expect((await run(['logs', 'last'], at)).out).toBe('["--grep","a b"] hello\n');

  await run(['add', 'red'], at);
  const red = await run(['wait', 'last'], at);
  expect(red.code).toBe(1);
  expect(red.out).toMatch(/^failed {2}#2 red of .* · 1 failed, 1 passed · .*\n {2}cart › pays: expected 3, got 4\n/);
  const results = (await run(['results'], at)).out.split('\n');
  expect(results[1]).toMatch(/^2 +failed +red +\S+ +1 failed, 1 passed /);
  expect(results[2]).toMatch(/^1 +passed +quick /);
  expect(results[4]).toBe('#2  cart › pays: expected 3, got 4');
  expect((await run(['results', '1', '--json'], at)).out).not.toContain('"quick"');
});

test('each end has its exit code, and of several the gravest is told', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 4 }');
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const add = async (...args: string[]) => idIn((await run(['add', ...args], at)).out);
  const silent = await add('silent');
  expect((await run(['wait', silent], at)).code).toBe(5);
  const slow = await add('waits', '--timeout', '0.005');
  const late = await run(['wait', slow], at);
  expect(late.code).toBe(124);
  expect(late.out).toMatch(/^timed out {2}#2 /);
  const waits = await add('waits');
  const early = await run(['wait', waits, '--timeout', '0'], at);
  expect(early).toMatchObject({ code: 6, out: '' });
  expect(early.err).toBe(`${waits} did not end within 0 s and goes on.\n`);
  expect(await run(['cancel', waits], at)).toMatchObject({ code: 0, out: expect.stringMatching(/^Cancelling #3 waits of /) });
  expect((await run(['wait', waits], at)).code).toBe(130);
  expect((await run(['cancel', waits], at)).out).toMatch(/had ended already: cancelled\.\n$/);
  expect((await run(['wait', silent, slow], at)).code).toBe(124);
  expect((await run(['wait', silent, slow, waits], at)).code).toBe(130);
  expect(await run(['wait', waits, 'task_000000000000'], at)).toMatchObject({ code: 4, out: '' });
});

const RESULT_KEYS = [
  'task_id',
  'category',
  'status',
  'exit_code',
  'duration_seconds',
  'test_counts',
  'error_message',
  'verdict',
  'attempts',
  'result_file',
];

test('--json has the same keys at every time, in snake_case', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const json = async (...args: string[]) => JSON.parse((await run([...args, '--json'], at)).out);
  expect(await json('status')).toEqual({
    agent_running: false,
    queued_tasks: 0,
    active_tasks: 0,
    queued_by_category: {},
    active_task_ids: [],
    paused: { all: false, categories: [] },
    tasks: [],
  });
  const first = await json('add', 'waits');
  expect(first).toMatchObject({ number: 1, status: 'queued', category: 'waits', created_at: expect.stringMatching(/^\d{4}-.*Z$/) });
  const second = await json('add', 'red', '--priority', 'high', '--retries', '0');
  const client = await home.connect();
  await running(client, first.task_id);
  expect(await json('status')).toMatchObject({
    agent_running: true,
    queued_tasks: 1,
    active_tasks: 1,
    queued_by_category: { red: 1 },
    active_task_ids: [first.task_id],
    tasks: [{ status: 'running' }, { status: 'queued', waiting: 'Waits for the slot to become free.', priority: 1 }],
  });
  const status = await json('status', '#1');
  expect(status.process_info).toMatchObject({
    pid: expect.any(Number),
    running: true,
    duration_seconds: expect.any(Number),
    resource_usage: {},
  });
  expect(Object.keys(status.process_info.resource_usage)).toEqual(['cpu_percent', 'memory_mb']);
  expect(await json('cancel', '#1')).toMatchObject([{ task_id: first.task_id, status: 'running' }]);
  const ended = await json('wait', '#1', '#2');
  expect(ended).toMatchObject([
    { task_id: first.task_id, status: 'cancelled', test_counts: { total: null, passed: null, failed: null, skipped: null } },
    {
      task_id: second.task_id,
      status: 'failed',
      verdict: 'failed',
      exit_code: 1,
      test_counts: { total: 2, passed: 1, failed: 1, skipped: 0 },
      error_message: 'cart › pays: expected 3, got 4',
    },
  ]);
  for (const document of [first, status, ...ended]) expect(Object.keys(document)).toEqual(expect.arrayContaining(RESULT_KEYS));
  expect(await json('results')).toEqual(expect.arrayContaining(ended));
  expect(await json('logs', '#2')).toEqual({
    task_id: second.task_id,
    attempt: 1,
    text: '["red"] \n',
    offset: 0,
    next_offset: 9,
    dropped: null,
    size: 9,
    ended: true,
  });
  expect(await json('host', 'status')).toMatchObject({
    agent_running: true,
    pid: client.host.pid,
    mode: 'headless',
    slots: 1,
    queued_tasks: 0,
    active_tasks: 0,
    started_at: expect.any(String),
  });
  const wrong = await run(['status', 'nothing_of_it', '--json'], at);
  expect(wrong).toMatchObject({ code: 4, out: '' });
  expect(JSON.parse(wrong.err)).toEqual({
    error: { kind: 'not_found', message: expect.stringContaining('"nothing_of_it" names no task'), issues: [] },
  });
});

test('bad input gets a sentence that names the field and the value, exit code 2, and queues nothing', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  const empty = home.project({ 'readme.md': '' });
  const broken = home.project({ 'background-e2e.yaml': 'categories:\n  e2e:\n    command: [node]\n    timeout_minutes: soon\n' });
  const cases: [string[], RegExp][] = [
    [['add', 'quik'], /category is "quik": .* did you mean quick\?/],
    [['add', 'quick', '--project', '/nowhere/at/all'], /project is "\/nowhere\/at\/all": there is no such folder/],
    [['add', 'quick', '--project', empty], /holds no suite/],
    [['add', 'e2e', '--project', broken], /background-e2e\.yaml:4.*timeout_minutes is "soon"/],
    [['add', 'quick', '--timeout', '-5'], /timeout_minutes is -5: it must be a number greater than 0/],
    [['add', 'quick', '--timeout', '99999'], /timeout_minutes is 99999: .* at most 1440/],
    [['add', 'quick', '--timeout', 'NaN'], /--timeout is "NaN": it must be a number of minutes/],
    [['add', 'quick', '--timeout', '1e999'], /--timeout is "1e999"/],
    [['add', 'quick', '--timeout', ''], /--timeout is "": it must be a number/],
    [['add', 'quick', '--retries', '1.5'], /max_retries is 1\.5: it must be a whole number from 0 to 10/],
    [['add', 'quick', '--retry-on', 'crsh,timeout'], /--retry-on is "crsh,timeout": it must be failure, timeout, crash, or several/],
    [['add', 'quick', '--retry-delay', '301'], /retry_delay_seconds is 301: it must be a number of seconds from 0/],
    [['add', 'quick', '--no-output-timeout', '-1'], /no_output_timeout_minutes is -1: it must be a number from 0 \(never\)/],
    [['add', 'quick', '--no-output-timeout', 'off'], /--no-output-timeout is "off": it must be a number of minutes/],
    [['add', 'quick', '--priority', 'urgent'], /--priority is "urgent": it must be high, medium, low, or/],
    [['add', 'quick', '--priority', '0'], /priority is 0: it must be a whole number from 1/],
    [['add', 'quick', '--env', 'no such'], /environment is "no such"/],
    [['add', 'quick', 'more'], /Too many arguments for 'add'.* What is meant for the tests follows --\./],
    [['add'], /Missing required argument 'category'\./],
    [['add', 'quick', '--projekt', 'x'], /Unknown option '--projekt'\. \(Did you mean --project\?\)/],
    [['ad', 'quick'], /Unknown command 'ad'\. \(Did you mean add\?\)/],
    [['status', '--', 'x'], /status runs no tests, so nothing may follow --: x/],
    [['wait'], /Missing required argument 'id'\. To a shell, # begins a comment: write '#42' in quotes\./],
    [['cancel'], /cancel needs the tasks to cancel/],
    [['cancel', 'last', '--all'], /not both: last/],
    [['results', '0'], /results is "0": it must be a whole number from 1/],
    [['wait', 'last', '--timeout', '-1'], /--timeout is "-1"/],
  ];
  for (const [args, sentence] of cases) {
    const { code, out, err } = await run(args, at);
    expect([args.join(' '), code, out]).toEqual([args.join(' '), 2, '']);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\n\s+at /);
  }
  const { err } = await run(['add', 'quick', '--timeout', '-5', '--retries', '99', '--json'], at);
  expect(JSON.parse(err).error).toMatchObject({ kind: 'invalid', issues: [{ field: 'timeout_minutes' }, { field: 'max_retries' }] });
  const client = await home.connect();
  expect(await client.call('listActive', {})).toEqual([]);
  expect((await client.call('listResults', { limit: 10 })).tasks).toEqual([]);
});

test('questions to a home that never had a host are answered without starting one', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.home };
  expect(await run(['status'], at)).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing runs and nothing waits\./) });
  expect(await run(['results', '--json'], at)).toMatchObject({ code: 0, out: '[]\n' });
  expect((await run(['wait', 'last'], at)).code).toBe(4);
  expect((await run(['logs', 'last'], at)).code).toBe(4);
  expect(await run(['cancel', '--all'], at)).toMatchObject({ code: 0, out: 'Nothing runs and nothing waits.\n' });
  expect(await run(['host', 'status'], at)).toMatchObject({ code: 3, out: expect.stringMatching(/^No host runs for /) });
  expect(await run(['host', 'stop'], at)).toMatchObject({ code: 0, out: 'No host runs.\n' });
  expect(existsSync(join(home.home, 'host.json'))).toBe(false);
});

test('a host that accepts and never answers is given up after 5 s, with exit code 3', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const server = createServer(() => {});
  const address = join(cwd, 'mute.sock');
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const file = join(home.home, 'host.json');
  writeFileSync(
    file,
    JSON.stringify({ schema: 1, pid: process.pid, version: '0.1.0', mode: 'headless', address, token: 'x', startedAt: 0 }),
  );
  const started = performance.now();
  const ends = await Promise.all([
    run(['add', 'quick'], { home: home.home, cwd }),
    run(['host', 'status', '--json'], { home: home.home, cwd }),
  ]);
  const took = performance.now() - started;
  server.close();
  writeFileSync(file, '');
  expect(ends[0]).toEqual({
    code: 3,
    out: '',
    err: expect.stringContaining(`The host (pid ${process.pid}) did not answer within 5 s. Try again;`),
  });
  expect(JSON.parse(ends[1].err).error.kind).toBe('no_answer');
  expect(took).toBeGreaterThan(4900);
  expect(took).toBeLessThan(12_000);
});

test('wait lives through the death of the host and tells the right end', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  const id = idIn((await run(['add', 'waits'], at)).out);
  await running(await home.connect(), id);
  const waiting = start(['wait', id], { ...at, env: { LOGLEVEL: 'DEBUG' } });
  const client = await home.connect();
  await until('wait is connected twice', async () => (await client.call('hostStatus', {})).clients >= 4);
  await home.killHost();
  writeFileSync(join(cwd, 'go'), '');
  const { exitCode, stdout } = await waiting;
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^passed {2}#1 waits/);
});

test('the log is followed over attempts and the death of the host, each byte once', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  const retried = idIn((await run(['add', 'second_time'], at)).out);
  const followed = await run(['logs', retried, '-f'], at);
  expect(followed.code).toBe(0);
  // Followed from the start or only from the second attempt on, as time would have it.
  expect(['first ✗\nsecond ✓\n', 'second ✓\n']).toContain(followed.out);
  expect((await run(['logs', retried, '-f', '--attempt', '1'], at)).out).toBe('first ✗\n');
  expect((await run(['logs', retried, '--attempt', '2'], at)).out).toBe('second ✓\n');
  expect(await run(['logs', retried, '--attempt', '3'], at)).toMatchObject({
    code: 4,
    err: expect.stringContaining('the task had 2 attempts'),
  });

  const waits = idIn((await run(['add', 'waits'], at)).out);
  const following = start(['logs', waits, '--follow'], at);
  let out = '';
  following.stdout.on('data', (data) => {
    out += data;
  });
  await until('the first line is there', () => out === 'begun\n');
  await home.killHost();
  writeFileSync(join(cwd, 'go'), '');
  expect((await following).exitCode).toBe(0);
  expect(out).toBe('begun\n');
});

test('run streams, takes no slot, and has the exit code of its task', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "slots": 1 }');
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const first = idIn((await run(['add', 'waits'], at)).out);
  await running(await home.connect(), first);
  const retried = await run(['run', 'second_time'], at);
  expect(retried).toMatchObject({ code: 0, out: 'first ✗\nsecond ✓\n' });
  expect(retried.err).toMatch(
    /— attempt 1 of 2 failed, next attempt in [01] s —\n— attempt 2 of 2 —\nflaky {2}#2 second_time .* · attempt 2 of 2 · /,
  );
  const red = await run(['run', 'red', '--json'], at);
  expect(red.code).toBe(1);
  expect(JSON.parse(red.out)).toMatchObject({ verdict: 'failed', failed_tests: ['cart › pays'] });
  expect(red.err).toContain('["red"]');
});

test('between two attempts status and wait tell when the next one comes, and a cancel ends the task at once', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const client = await home.connect();
  const added = await run(['add', 'red', '--retries', '2', '--retry-on', 'failure,crash', '--retry-delay', '300', '--json'], at);
  await taskThat(client, JSON.parse(added.out).task_id, (task) => nextAttemptAt(task) !== null);
  expect((await run(['status', 'last'], at)).out).toMatch(/^running {2}#1 red .*\n {2}attempt 1 of 3 failed, next attempt in \d:\d\d\n/);
  expect(JSON.parse((await run(['status', 'last', '--json'], at)).out)).toMatchObject({
    status: 'running',
    next_attempt_at: expect.stringMatching(/Z$/),
    decided_by_attempt: null,
    attempts: [{ attempt: 1, verdict: 'failed' }],
    max_retries: 2,
    retry_on: ['failure', 'crash'],
    process_info: { pid: null, running: false },
  });
  const waited = await run(['wait', 'last', '--timeout', '3'], at);
  expect(waited.code).toBe(6);
  expect(waited.err).toMatch(/^#1 red of \S+: attempt 1 of 3 failed, next attempt in \d:\d\d\.\ntask_/);
  expect((await run(['logs', 'last'], at)).out).toBe('["red"] \n');
  expect((await run(['cancel', 'last'], at)).out).toMatch(/^Cancelled #1 red .*, which was between two attempts\.\n$/);
  expect(await run(['wait', 'last'], at)).toMatchObject({ code: 130, out: expect.stringMatching(/^cancelled {2}#1 red/) });
});

test('silence that lasts too long has exit code 124 and its own sentence', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const { code, out, err } = await run(['run', 'waits', '--no-output-timeout', '0.01'], at);
  expect([code, out]).toEqual([124, 'begun\n']);
  expect(err).toMatch(/\ntimed out {2}#1 waits of .*\n {2}No output for 0\.6 s, so the tests were ended\.\n/);
});

test('Ctrl-C cancels what runs in the foreground', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const foreground = start(['run', 'waits'], at);
  await new Promise((resolve) => foreground.stdout.once('data', resolve));
  foreground.kill('SIGINT');
  const { exitCode, stderr } = await foreground;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/Cancelling, .*\ncancelled {2}#1 waits/);
});

test('a stopped host leaves the running task alone, and the next one tells its end', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  const id = idIn((await run(['add', 'waits'], at)).out);
  const client = await home.connect();
  await running(client, id);
  client.close();
  const stopped = await run(['host', 'stop'], at);
  expect(stopped).toMatchObject({
    code: 0,
    err: '',
    out: `The host (pid ${client.host.pid}) has ended. 1 running task goes on; the next host finds it.\n`,
  });
  expect(readHostFile(home.home)).toBeNull();
  expect((await run(['host', 'status', '--json'], at)).code).toBe(3);
  writeFileSync(join(cwd, 'go'), '');
  expect((await run(['wait', id], at)).code).toBe(0);
});

test('a host in the foreground serves, refuses a second one beside it, and ends by SIGTERM', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  const host = start(['host', 'run'], at);
  await new Promise<void>((resolve) => host.stderr.on('data', (data) => String(data).includes('is ready') && resolve()));
  const { pid } = JSON.parse((await run(['host', 'status', '--json'], at)).out);
  expect(await run(['host', 'run'], at)).toMatchObject({ code: 1, err: expect.stringContaining('A host of this home runs already') });
  host.kill('SIGTERM');
  expect((await host).exitCode).toBe(0);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});

test('open --web prints an address that opens at the task', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT), env: { DISPLAY: '', WAYLAND_DISPLAY: '' } };
  const id = idIn((await run(['add', 'quick'], at)).out);
  const { code, out, err } = await run(['open', '--web', 'last', '--json'], at);
  if (code === 2) return void expect(err).toContain('npm run build'); // the window is not built
  expect(JSON.parse(out)).toEqual({
    opened: 'web',
    url: expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/#token=[0-9a-f]+&page=/runs/${id}$`)),
  });
});

test('help and version are no errors; a bare bge2e prints the help', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.home };
  expect(await run(['--version'], at)).toMatchObject({ code: 0, err: '' });
  expect(await run(['add', '--help'], at)).toMatchObject({ code: 0, out: expect.stringContaining('What follows -- goes to the tests') });
  expect(await run([], at)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('Exit codes: 0 passed or flaky') });
});

test('an empty --project, such as an unset variable of a shell, is not the folder here', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  expect(await run(['add', 'quick', '--project', ''], at)).toEqual({ code: 2, out: '', err: 'project is "": it must name a folder\n' });
});

test.each([
  ['file', 'it is not a folder'],
  ['file/below', 'a part of this path is not a folder'],
])('a BGE2E_HOME that can be no folder is refused with its name: %s', async (name, why) => {
  await using home = new TestHome();
  const cwd = home.project({ ...PROJECT, file: '' });
  const path = join(cwd, name);
  const expected = { code: 2, out: '', err: `BGE2E_HOME is "${path}": ${why}. Set BGE2E_HOME to a folder that you may write to.\n` };
  for (const command of [['add', 'quick'], ['status'], ['host', 'status']])
    expect(await run(command, { home: path, cwd })).toEqual(expected);
});

test.each([
  [
    'settings.json',
    '{ "slots": "two", "grace": 1 }',
    'slots is "two": it must be a whole number from 1 to 64; grace is unknown; did you mean grace_seconds? Correct or remove it.',
  ],
  ['settings.json', '{', 'is not JSON: '],
  ['host.lock', 'no lock', 'host.lock cannot be used as a lock: file is not a database. Remove it, then try again. Its log is '],
])('a damaged %s is named in a sentence: %s', async (name, text, sentence) => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const path = join(home.home, name);
  writeFileSync(path, text);
  const { code, err } = await run(['add', 'quick'], { home: home.home, cwd });
  expect(code).toBe(3);
  expect(err).toContain(sentence);
  expect(err).not.toMatch(/\n.+/);
  rmSync(path);
});
