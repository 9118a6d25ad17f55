import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { add, ended, TestHome, until } from '../e2e/support/home.ts';
import { run } from './testing/commands.ts';

vi.setConfig({ testTimeout: 120_000 });

const SHOP = join(import.meta.dirname, '..', 'e2e', 'suites', 'shop');

const PROJECT = {
  'background-e2e.yaml': `categories:
  unit: { command: [node, --test, --test-reporter=junit, --test-reporter-destination=junit.xml, cart.test.mjs, pay.test.mjs], reports: [junit.xml] }
  own: { command: [node, own.mjs], reports: [own.xml], rerun_failed: [node, own.mjs, "--only={names:,}"] }
  any: { command: [node, own.mjs], reports: [own.xml] }
`,
  'cart.test.mjs': `import { test } from 'node:test';
test('adds up', () => { if (process.env.MENDED === undefined) throw new Error('1 + 1 is 3'); });
test('pays (twice)', () => { throw new Error('no card'); });
test('is empty', () => {});`,
  'pay.test.mjs': "import { test } from 'node:test';\ntest('ships', () => {});",
  'own.mjs': `import { writeFileSync } from 'node:fs';
writeFileSync('own.xml', '<testsuite name="s"><testcase name="one"><failure message="no"/></testcase><testcase name="two"/></testsuite>');
console.log(process.argv.slice(2).join(' '));
process.exitCode = 1;`,
};

test('what failed runs again alone, as a task of its own that tells both as one story', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: home.project(PROJECT) };
  await run(['add', 'unit', '--priority', '2'], at);
  expect((await run(['wait', 'last'], at)).code).toBe(1);

  const queued = await run(['retry', '#1', '--failed'], { ...at, env: { MENDED: '1' } });
  expect(queued.out).toMatch(/^Queued unit as #2, task_\w{12}: 2 failed tests of #1\.\n$/);
  const waited = await run(['wait', 'last'], at);
  expect(waited.out).toContain('rerun of the failed tests of #1 (2 failed): 1 fixed, 1 still fails\n');
  const [second, first] = JSON.parse((await run(['results', '2', '--json'], at)).out);
  expect(second).toMatchObject({
    category: 'unit',
    priority: 2,
    verdict: 'failed',
    test_counts: { total: 2, passed: 1, failed: 1 },
    rerun_of: first.task_id,
    rerun_only: 'failed',
    rerun: { of: first.task_id, failed: 2, fixed: ['test › adds up'], new_failures: [], not_run: [] },
  });
  expect(second.rerun.still_failing).toEqual(['test › pays (twice)']);
  expect(first).toMatchObject({ rerun_of: null, rerun: null });
  expect(JSON.parse(readFileSync(second.result_file, 'utf8')).rerun).toEqual(second.rerun);

  const all = JSON.parse((await run(['retry', '#1', '--json', '--', '--test-concurrency=1'], at)).out);
  expect(all).toMatchObject({ number: 3, rerun_of: first.task_id, rerun_only: null });
  expect(all.command).toMatch(/ --test-concurrency=1$/);
});

test("the project's own template says how to run what failed, also where it was written after the failure", async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  await run(['add', 'own'], at);
  await run(['add', 'any'], at);
  await run(['wait', '#1', '#2'], at);
  const refused = await run(['retry', '#2', '--failed'], at);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('categories.any.rerun_failed');
  const yaml = join(cwd, 'background-e2e.yaml');
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('any: { ', 'any: { rerun_failed: [node, own.mjs, --any, "{names}"], '));
  for (const name of ['#1', '#2']) await run(['retry', name, '--failed'], at);
  await run(['wait', '#3', '#4'], at);
  expect((await run(['logs', '#3'], at)).out).toBe('--only=one\n');
  expect((await run(['logs', '#4'], at)).out).toBe('--any one\n');
});

test('a rerun in which nothing ran of what had failed is not green', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const at = { home: home.home, cwd };
  await run(['add', 'own'], at);
  await run(['wait', '#1'], at);
  const other = '<testsuite name="s"><testcase name="two"/></testsuite>';
  writeFileSync(join(cwd, 'own.mjs'), `import { writeFileSync } from 'node:fs'; writeFileSync('own.xml', '${other}');`);
  await run(['retry', '#1', '--failed'], at);
  expect(await run(['wait', '#2'], at)).toMatchObject({
    code: 5,
    out: expect.stringContaining('None of the tests that had failed in #1 ran again'),
  });
  await run(['retry', '#1'], at);
  expect(await run(['wait', '#3'], at)).toMatchObject({ code: 0 });
});

test('what has not ended, has not failed or does not exist is not queued again', async () => {
  await using home = new TestHome();
  const cwd = home.project({
    'background-e2e.yaml': 'categories: { waits: { command: [node, waits.mjs], verdict_from: exit_code } }',
    'waits.mjs': "import { existsSync } from 'node:fs'; setInterval(() => existsSync('go') && process.exit(0), 10);",
  });
  const at = { home: home.home, cwd };
  expect(await run(['retry', 'last'], at)).toMatchObject({ code: 4 });
  await run(['add', 'waits'], at);
  expect(await run(['retry', '#1'], at)).toMatchObject({ code: 2, err: expect.stringContaining('#1 has not ended yet') });
  writeFileSync(join(cwd, 'go'), '');
  await run(['wait', '#1'], at);
  expect(await run(['retry', '#1', '--failed'], at)).toMatchObject({ code: 2, err: expect.stringContaining('no test results') });
});

test('a Playwright suite runs the lines of its failed tests, and is green when they are mended', async () => {
  await using home = new TestHome();
  const at = { home: home.home, cwd: SHOP };
  const env = { SHOP_FAIL: '1', SHOP_SLOW: '0' };
  await run(['add', 'e2e', '--fail-fast', '3', '--', 'tests/checkout.spec.ts'], { ...at, env });
  expect((await run(['wait', 'last'], at)).code).toBe(1);
  const { command } = JSON.parse((await run(['retry', 'last', '--failed', '--json'], at)).out);
  expect(command).toMatch(/^npx playwright test tests\/checkout\.spec\.ts:\d+$/);
  const waited = await run(['wait', 'last'], at);
  expect(waited.code).toBe(0);
  expect(waited.out).toContain('rerun of the failed tests of #1 (1 failed): 1 fixed\n');
});

/** Prints TAP, a test for each file that is there, and ends as Ctrl-C would end it. */
const TAP = {
  'background-e2e.yaml': 'categories: { tap: { command: [node, tap.mjs], reports: [tap.txt] } }',
  'tap.mjs': `import { existsSync, writeFileSync } from 'node:fs';
let text = 'TAP version 13\\n1..4\\n', n = 0;
process.stdout.write(text);
process.on('SIGINT', () => { writeFileSync('tap.txt', text); console.log('interrupted'); process.exit(1); });
setInterval(() => {
  if (!existsSync('go' + (n + 1))) return;
  n += 1;
  const line = n === 1 ? 'ok 1 - first\\n' : 'not ok ' + n + ' - test ' + n + '\\n  ---\\n  message: "boom ' + n + '"\\n  ...\\n';
  text += line;
  process.stdout.write(line);
}, 10);`,
};

test('failures are told as they happen, and end an attempt after as many as were asked for, with its report', async () => {
  await using home = new TestHome();
  const cwd = home.project(TAP);
  const at = { home: home.home, cwd };
  await run(['add', 'tap', '--fail-fast', '2'], at);
  for (const n of [1, 2]) writeFileSync(join(cwd, `go${n}`), '');
  const told = await until('a failure is told', async () => {
    const status = JSON.parse((await run(['status', 'last', '--json'], at)).out);
    return status.progress?.failed === 1 && status;
  });
  expect(told.progress).toMatchObject({
    source: 'output',
    total: 4,
    done: 2,
    percent: 50,
    failures: [{ title: 'test 2', message: 'boom 2' }],
  });
  expect((await run(['status', 'last'], at)).out).toMatch(/2 of 4, 1 failed[\s\S]*✗ test 2: boom 2/);
  writeFileSync(join(cwd, 'go3'), '');
  const waited = await run(['wait', 'last'], at);
  expect(waited.code).toBe(1);
  expect(waited.out).toContain('Ended after 2 failures, as asked (fail_fast).');
  const [result] = JSON.parse((await run(['results', '1', '--json'], at)).out);
  expect(result).toMatchObject({
    status: 'failed',
    verdict: 'failed',
    fail_fast: 2,
    attempts: [{ cause: 'fail_fast' }],
    test_counts: { failed: 2 },
  });
  expect((await run(['logs', 'last'], at)).out).toContain('interrupted');
});

test('a suite that tells nothing is told by the time that it took before', async () => {
  await using home = new TestHome();
  const cwd = home.project({
    'background-e2e.yaml': 'categories: { mute: { command: [node, mute.mjs], verdict_from: exit_code } }',
    'mute.mjs': "import { existsSync } from 'node:fs'; setInterval(() => existsSync('go') && process.exit(0), 10);",
  });
  const at = { home: home.home, cwd };
  writeFileSync(join(cwd, 'go'), '');
  await run(['add', 'mute'], at);
  await run(['wait', 'last'], at);
  rmSync(join(cwd, 'go'));
  await run(['add', 'mute'], at);
  const out = await until('it is told', async () => {
    const text = (await run(['status', 'last'], at)).out;
    return text.includes('by time') && text;
  });
  expect(out).toMatch(/about \d+ % by time/);
});

test('how far a silent suite is by time is told while it runs, without being asked', async () => {
  await using home = new TestHome();
  const project = home.project({
    'background-e2e.yaml': 'categories: { mute: { command: [node, mute.mjs], verdict_from: exit_code } }',
    'mute.mjs': "import { existsSync } from 'node:fs'; setInterval(() => existsSync('go') && process.exit(0), 10);",
  });
  const client = await home.connect();
  await client.call('subscribe', { after: null, epoch: null });
  const heard: number[] = [];
  let samples = 0;
  client.on('sample', () => samples++);
  client.on('progress', ({ progress }) => progress.source === 'time' && heard.push(Math.floor(progress.percent ?? 0)));
  const first = await add(client, { project, category: 'mute' });
  await until('it has run for some seconds', () => samples >= 4);
  writeFileSync(join(project, 'go'), '');
  await ended(client, first.id);
  expect(heard).toEqual([]);

  rmSync(join(project, 'go'));
  const second = await add(client, { project, category: 'mute' });
  await until('it is told twice', () => heard.length >= 2);
  writeFileSync(join(project, 'go'), '');
  await ended(client, second.id);
  expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
});
