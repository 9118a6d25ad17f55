// The demo: a real Playwright suite of a small web shop is queued twice, runs in the background, and is reported.
// Everything it shows is what the commands themselves print. Its exit code is 0 when all went as a user should see it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup/paths.mjs';

const bge2e = join(root, 'dist', 'bge2e.js');
const shop = join(root, 'e2e', 'suites', 'shop');
const agentModule = join(root, 'dist', 'agent.js');
for (const file of [bge2e, agentModule, join(root, 'dist', 'host.js'), join(root, 'dist', 'supervisor.js')]) {
  if (existsSync(file)) continue;
  console.error(`${relative(root, file)} is not there. Run "npm run demo", which builds it.`);
  process.exit(1);
}

// Neither the user's own queue nor an earlier demo is touched. It stays afterwards: the files that are named below are in it.
const home = mkdtempSync(join(tmpdir(), 'bge2e-demo-'));
process.env.BGE2E_HOME = home;

/** The test that SHOP_FAIL=1 lets fail. */
const FAILING = 'adds delivery to the order total';
const LOOK_AGAIN_MS = 300;
const isTerminal = process.stdout.isTTY === true;
const hasColours = isTerminal && !process.env.NO_COLOR;
const paint = (code, text) => (hasColours ? `\u001b[${code}m${text}\u001b[0m` : text);
const say = (text = '') => console.log(text);
const heading = (text) => say(`\n${paint(1, text)}`);

/** An argument as a shell needs it: to a shell, # begins a comment. */
const asTyped = (arg) => (arg === shop ? relative(process.cwd(), shop) || '.' : arg.startsWith('#') ? `'${arg}'` : arg);

/** Runs a command as a user would, showing it; gives its exit code. `variables` come to the environment of the tests. */
function show(args, variables = {}) {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value} `);
  say(paint(2, `$ ${set.join('')}bge2e ${args.map(asTyped).join(' ')}`));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bge2e, ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...variables },
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Rewrites one line on a terminal; elsewhere (a CI's log) writes a new one, for every fifth test and each failure. */
function liveLine() {
  let last = '';
  let said = '';
  return {
    show(text, key) {
      if (text === last) return;
      last = text;
      if (isTerminal) process.stdout.write(`\r\u001b[K${text.slice(0, Math.max(20, (process.stdout.columns || 80) - 1))}`);
      else if (key !== said) say(text);
      said = key;
    },
    end() {
      if (isTerminal) process.stdout.write('\r\u001b[K');
    },
  };
}

function progressOf(task) {
  const { progress, status } = task;
  if (status === 'queued') return { text: `  waiting: ${task.waiting ?? 'it starts in a moment.'}`, key: 'queued' };
  if (!progress || progress.total === null) return { text: '  starting', key: 'starting' };
  const failed = progress.failed > 0 ? `, ${progress.failed} failed` : '';
  const now = isTerminal && progress.current ? ` · ${progress.current}` : '';
  return { text: `  ${progress.done} of ${progress.total}${failed}${now}`, key: `${Math.floor(progress.done / 5)} ${progress.failed}` };
}

/** Shows how a task goes on until it has ended; gives its last status. */
async function watch(agent, id) {
  const line = liveLine();
  for (;;) {
    const task = await agent.getTaskStatus(id);
    if (['completed', 'failed', 'timeout', 'cancelled'].includes(task.status)) {
      line.end();
      return task;
    }
    const { text, key } = progressOf(task);
    line.show(text, key);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** What a user should have seen, as sentences where it was otherwise. */
function surprises(green, red) {
  const found = [];
  const expect = (is, sentence) => is || found.push(sentence);
  expect(
    green.verdict === 'passed',
    `The first run should have passed, but it is ${green.verdict ?? green.status}: ${green.error_message ?? 'no message'}`,
  );
  expect((green.test_counts.total ?? 0) >= 20, `The first run should have at least 20 tests, but it has ${green.test_counts.total}.`);
  expect(
    red.verdict === 'failed',
    `The second run should have failed, but it is ${red.verdict ?? red.status}: ${red.error_message ?? 'no message'}`,
  );
  const { failed, flaky, skipped } = red.test_counts;
  expect(
    failed === 1 && flaky === 1 && skipped === 1,
    `The second run should have 1 failed, 1 flaky and 1 skipped test, but it has ${failed}, ${flaky} and ${skipped}.`,
  );
  const failing = red.failed_tests.length === 1 && red.failed_tests[0].includes(FAILING);
  expect(failing, `The failed test should be "${FAILING}" alone, but it is: ${red.failed_tests.join(', ') || 'none'}.`);
  for (const { task_id, result_file } of [green, red])
    expect(result_file !== null && existsSync(result_file), `The result file of ${task_id} is not there.`);
  return found;
}

async function demo(agent) {
  heading('Two runs of the same Playwright suite are queued. This terminal is free again at once.');
  await show(['add', 'e2e', '--project', shop]);
  await show(['add', 'e2e', '--project', shop], { SHOP_FAIL: '1', SHOP_FLAKY: '1', SHOP_SKIP: '1' });
  await show(['status']);
  const { tasks } = await agent.getQueueStatus();
  const [first, second] = tasks.map(({ task_id }) => task_id);
  if (first === undefined || second === undefined) return ['Two tasks should be in the queue, but there are not.'];

  heading('The shop as it is:');
  const green = await watch(agent, first);
  await show(['wait', '#1']);
  heading('The shop with a bug, a flaky test, and one that is skipped:');
  const red = await watch(agent, second);
  await show(['wait', '#2']);
  heading('What was kept:');
  await show(['results']);

  const log = join(home, 'runs', second, String(red.attempts.length), 'output.log');
  say(`\nThe test that failed:  ${red.failed_tests.join(', ')}`);
  say(`What it says:          ${(red.error_message ?? '').replace(`${red.failed_tests[0]}: `, '')}`);
  say(`Its result:            ${red.result_file}`);
  say(`Its output:            ${log}`);
  say(`All that was kept:     ${home}`);
  return surprises(green, red);
}

function sayNext() {
  const own = `BGE2E_HOME=${home} node ${relative(process.cwd(), bge2e)}`;
  heading('Next:');
  const lines = [
    [`${own} logs '#2'`, 'what the failed run printed'],
    [`${own} open --web`, 'the same in a browser'],
    ['npm start', 'the tray app, with your own queue'],
    [
      `node ${relative(process.cwd(), bge2e)} add e2e --project DIR`,
      'a project of yours that has a Playwright config; README.md tells of others',
    ],
  ];
  const longest = Math.max(...lines.map(([command]) => command.length));
  for (const [command, what] of lines) say(`  ${command.padEnd(longest)}  ${paint(2, what)}`);
}

/** Ends the demo's host, and what still runs at an early end. */
const stopHost = () => spawnSync(process.execPath, [bge2e, 'host', 'stop', '--cancel'], { stdio: ['ignore', 'ignore', 'inherit'] });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopHost();
    process.exit(130);
  });
}

const { BackgroundE2EAgent } = await import(pathToFileURL(agentModule).href);
const agent = new BackgroundE2EAgent({ project: shop, home, clientName: 'demo' });
let wrong;
try {
  wrong = await demo(agent);
} catch (error) {
  wrong = [error instanceof Error ? error.message : String(error)];
} finally {
  await agent.stop();
  stopHost();
}
if (wrong.length === 0) sayNext();
else console.error(`\nThe demo did not go as it should:\n${wrong.map((sentence) => `  ${sentence}\n`).join('')}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
