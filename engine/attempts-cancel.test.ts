import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { identityOf, isAlive } from '../supervisor/identity.ts';
import { readProcess } from '../supervisor/proc.ts';
import { eventually, pidIn } from '../supervisor/test-support.ts';
import { attemptFolder } from './home.ts';
import { afterTaking, carriers, removeHomes, setUpAttempts } from './testing/attempts.ts';

vi.setConfig({ testTimeout: 120_000 });
afterEach(removeHomes);

const STOPS = afterTaking("process.kill(process.pid, 'SIGSTOP');");

test('an attempt that is cancelled before its supervisor has taken it is over at once, and its tests never run', async () => {
  const { home, paths, project, suite, attempts, newTask, endsOf } = setUpAttempts({
    node: (home) => ({ shell: `while [ ! -e '${home}/go' ]; do sleep 0.05; done` }),
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
  const { hasRun, suite, attempts, newTask, endsOf } = setUpAttempts();
  const task = await newTask();
  const launched = attempts.launch(task, suite, 1);
  attempts.cancel(task.id);
  await launched;
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled' }]);
  expect(hasRun()).toBe(false);
});

test('at whatever moment of its start an attempt is cancelled, it ends once, as cancelled, and nothing of it is left', async () => {
  const { paths, suite, attempts, newTask, endsOf } = setUpAttempts();
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
  const { suite, attempts, newTask, endsOf } = setUpAttempts();
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await attempts.shutDown();
  expect(await endsOf(task)).toMatchObject([
    { cause: 'stopped', message: 'The machine was shut down, so the tests were ended.', survivors: [] },
  ]);
  expect(attempts.isIdle).toBe(true);
  expect(carriers(task)).toEqual([]);
});

test('a supervisor that was stopped after it took the spec, and before it said anything, hears of a cancel', async () => {
  const { home, paths, suite, attempts, newTask, endsOf } = setUpAttempts({ node: () => ({ hook: STOPS }) });
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
  // One that the next host does not find: its command line ends as no other does.
  const { home, hasRun, suite, attempts, host, newTask, endsOf } = setUpAttempts({ node: () => ({ hook: STOPS, more: 'unknown' }) });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = identityOf(await pidIn(join(home, 'supervisor')));
  await eventually('it is stopped', () => readProcess(supervisor.pid)?.state === 'T');
  await attempts.release();
  const next = host();
  await next.adopt(task, suite, 1);
  expect(await endsOf(task)).toMatchObject([{ cause: 'supervisor_lost' }]);
  process.kill(supervisor.pid, 'SIGCONT');
  await eventually('the supervisor has seen that it comes too late', () => isAlive(supervisor) === 'gone', 60_000);
  expect(hasRun()).toBe(false);
  expect(await endsOf(task)).toHaveLength(1);
  await next.release();
});
