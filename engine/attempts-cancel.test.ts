import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { AttemptEnd } from '../contract/attempt.ts';
import { cookieOf, newTaskId } from '../contract/ids.ts';
import type { Task } from '../contract/task.ts';
import { aTask } from '../contract/testing/a-task.ts';
import { identityOf, isAlive } from '../supervisor/identity.ts';
import { listPids, readProcess, variablesOf } from '../supervisor/proc.ts';
import { eventually, pidIn } from '../supervisor/test-support.ts';
import { Attempts, keepEnvironment } from './attempts.ts';
import { attemptFolder, openHome } from './home.ts';
import { aSuite } from './testing/a-suite.ts';

vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, '..');
const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

/** Attempts of tests that sleep, under a Node that may be a script of the test's own. */
function setUp(node?: (home: string) => string) {
  const home = mkdtempSync(join(tmpdir(), 'bge2e-cancel-'));
  const paths = openHome(home);
  homes.push(home, paths.sockets);
  const project = join(home, 'project');
  mkdirSync(project);
  const suite = aSuite({ command: ['sh', '-c', 'touch ran; setsid sleep 600 & sleep 600'], verdictFrom: 'exit_code' });
  const ends = new Map<string, (AttemptEnd | null)[]>();
  const note = (taskId: string, end: AttemptEnd | null) => ends.set(taskId, [...(ends.get(taskId) ?? []), end]);
  const attempts = new Attempts(
    {
      paths,
      nodePath: node?.(home) ?? process.execPath,
      supervisorEntry: join(root, 'supervisor', 'supervise.ts'),
      reporterPath: join(root, 'engine', 'runners', 'playwright-reporter.cjs'),
      graceMs: 5000,
      logCapBytes: 1024 * 1024,
      background: { nice: 0, idleIo: false },
    },
    {
      running: () => {},
      ended: (taskId, _attempt, { end }) => note(taskId, end),
      notStarted: (taskId, _attempt, end) => note(taskId, end),
      progress: () => {},
      sample: () => {},
      log: () => {},
    },
  );
  const launch = async (): Promise<Task> => {
    const base = aTask({ id: newTaskId(Date.now()) });
    const task = { ...base, config: { ...base.config, project } };
    await keepEnvironment(paths, task.id, { PATH: process.env.PATH ?? '' });
    return task;
  };
  const endsOf = (task: Task) => eventually('it has ended', () => ends.get(task.id), 60_000);
  return { home, paths, project, suite, attempts, newTask: launch, endsOf };
}

const carriers = (task: Task) => (listPids() ?? []).filter((pid) => variablesOf(pid, cookieOf(task.id, 1)).length > 0);

test('an attempt that is cancelled before its supervisor has taken it is over at once, and its tests never run', async () => {
  const { home, paths, project, suite, attempts, newTask, endsOf } = setUp((home) => {
    const script = join(home, 'slow-node');
    writeFileSync(
      script,
      `#!/bin/sh\necho $$ > '${home}/supervisor'\nwhile [ ! -e '${home}/go' ]; do sleep 0.05; done\nexec '${process.execPath}' "$@"\n`,
    );
    chmodSync(script, 0o700);
    return script;
  });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = identityOf(await pidIn(join(home, 'supervisor')));
  attempts.cancel(task.id);
  attempts.cancel(task.id); // asking again changes nothing
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled', exitCode: null }]);
  expect(isAlive(supervisor)).toBe('alive');

  writeFileSync(join(home, 'go'), '');
  await eventually('the supervisor has seen that it comes too late', () => isAlive(supervisor) === 'gone', 60_000);
  const folder = attemptFolder(paths, task.id, 1);
  expect([join(folder, 'status.json'), join(folder, 'supervisor-error.txt'), join(project, 'ran')].map(existsSync)).toEqual([
    false,
    false,
    false,
  ]);
  expect(await endsOf(task)).toHaveLength(1);
});

test('an attempt that is cancelled while it is being launched ends once, and its tests never run', async () => {
  const { project, suite, attempts, newTask, endsOf } = setUp();
  const task = await newTask();
  const launched = attempts.launch(task, suite, 1);
  attempts.cancel(task.id);
  await launched;
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled' }]);
  expect(existsSync(join(project, 'ran'))).toBe(false);
});

test('at whatever moment of its start an attempt is cancelled, it ends once, as cancelled, and nothing of it is left', async () => {
  const { paths, suite, attempts, newTask, endsOf } = setUp();
  for (const afterMs of [0, 20, 60, 120, 200, 350, 700]) {
    const task = await newTask();
    const launched = attempts.launch(task, suite, 1);
    await delay(afterMs); // which moment that hits differs from run to run: each must do
    attempts.cancel(task.id);
    await launched;
    const ends = await endsOf(task);
    expect(ends, `after ${afterMs} ms`).toMatchObject([{ cause: 'cancelled', survivors: [] }]);
    expect(carriers(task)).toEqual([]);
    const status = join(attemptFolder(paths, task.id, 1), 'status.json');
    if (existsSync(status)) expect(JSON.parse(readFileSync(status, 'utf8'))).toMatchObject({ phase: 'ended', end: { cause: 'cancelled' } });
  }
});

test('attempts that the machine ends say so', async () => {
  const { suite, attempts, newTask, endsOf } = setUp();
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  attempts.shutDown();
  expect(await endsOf(task)).toMatchObject([
    { cause: 'stopped', message: 'The machine was shut down, so the tests were ended.', survivors: [] },
  ]);
  expect(attempts.running).toBe(0);
  expect(carriers(task)).toEqual([]);
});

/** A Node that stops itself when a supervisor has taken its spec, and has said nothing yet. */
function stoppingNode(home: string): string {
  const stops = join(home, 'stops.mjs');
  writeFileSync(
    stops,
    `import fs from 'node:fs';
     import { syncBuiltinESMExports } from 'node:module';
     const { renameSync } = fs;
     fs.renameSync = (from, to) => {
       renameSync(from, to);
       if (to.endsWith('spec.taken.json')) process.kill(process.pid, 'SIGSTOP');
     };
     syncBuiltinESMExports();`,
  );
  const script = join(home, 'stopping-node');
  writeFileSync(script, `#!/bin/sh\necho $$ > '${home}/supervisor'\nexec '${process.execPath}' --import '${stops}' "$@"\n`);
  chmodSync(script, 0o700);
  return script;
}

test('a supervisor that was stopped after it took the spec, and before it said anything, hears of a cancel', async () => {
  const { home, paths, suite, attempts, newTask, endsOf } = setUp(stoppingNode);
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = await pidIn(join(home, 'supervisor'));
  await eventually('it is stopped', () => readProcess(supervisor)?.state === 'T');
  expect(existsSync(join(attemptFolder(paths, task.id, 1), 'status.json'))).toBe(false);
  attempts.cancel(task.id);
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled', survivors: [] }]);
  expect(carriers(task)).toEqual([]);
});

test('a stopped supervisor that the next host has given up starts nothing when it goes on', async () => {
  const { home, project, suite, attempts, newTask, endsOf } = setUp(stoppingNode);
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = identityOf(await pidIn(join(home, 'supervisor')));
  await eventually('it is stopped', () => readProcess(supervisor.pid)?.state === 'T');
  await attempts.release();
  await attempts.adopt(task, suite, 1);
  expect(await endsOf(task)).toMatchObject([{ cause: 'supervisor_lost' }]);
  process.kill(supervisor.pid, 'SIGCONT');
  await eventually('the supervisor has seen that it comes too late', () => isAlive(supervisor) === 'gone', 60_000);
  expect(existsSync(join(project, 'ran'))).toBe(false);
  expect(await endsOf(task)).toHaveLength(1);
  await attempts.release();
});
