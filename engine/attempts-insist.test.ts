import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { attemptIdOf } from '../contract/ids.ts';
import type { Task } from '../contract/task.ts';
import { isAlive } from '../supervisor/identity.ts';
import { readProcess } from '../supervisor/proc.ts';
import { readStatus, runFolder } from '../supervisor/run-folder.ts';
import { eventually } from '../supervisor/test-support.ts';
import { attemptFolder, type HomePaths, socketPath } from './home.ts';
import { answersAt } from './insistence.ts';
import { afterFirstWord, afterTaking, carriers, HANG, removeHomes, setUpAttempts } from './testing/attempts.ts';

vi.setConfig({ testTimeout: 120_000 });
afterAll(removeHomes);

/** Long enough for a supervisor that lives to answer on a busy machine; nobody who hangs does. */
const SHORT = { answerMs: 1000, recordMs: 1000 };
/** A supervisor that hangs for good once it is told to. */
const HANGS_WHEN_TOLD = { hook: `process.on('SIGUSR2', () => { ${HANG} });` };
const HANGS_LATER = { node: () => HANGS_WHEN_TOLD, patience: SHORT, graceMs: 500 };
const HANGS_AT_ONCE = { hook: afterTaking(HANG) };

const statusIn = (paths: HomePaths, task: Task) => readStatus(runFolder(attemptFolder(paths, task.id, 1)));

async function hang(paths: HomePaths, task: Task) {
  const status = statusIn(paths, task);
  if (!status) throw new Error('There is no supervisor.');
  process.kill(status.supervisor.pid, 'SIGUSR2');
  return status.supervisor;
}

test.concurrent('a supervisor that hangs does not keep a cancelled attempt: it is killed, its tests are ended, and the end says so', async () => {
  const { paths, suite, attempts, newTask, running, endsOf } = setUpAttempts(HANGS_LATER);
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await running(task);
  const supervisor = await hang(paths, task);
  attempts.cancel(task.id);
  attempts.cancel(task.id);
  expect(await endsOf(task)).toMatchObject([
    {
      cause: 'cancelled',
      message: 'The supervisor of this attempt did not answer, so it was killed and its tests were ended.',
      survivors: [],
    },
  ]);
  expect(isAlive(supervisor)).toBe('gone');
  expect(carriers(task)).toEqual([]);
  expect(existsSync(socketPath(paths, attemptIdOf(task.id, 1)))).toBe(false);
  await attempts.release();
  expect(await endsOf(task)).toHaveLength(1);
});

test.concurrent('whoever stops a supervisor again and again does not keep a cancelled attempt either', async () => {
  const { paths, suite, attempts, newTask, running, endsOf } = setUpAttempts({ patience: SHORT, graceMs: 500 });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await running(task);
  const supervisor = statusIn(paths, task)?.supervisor;
  if (!supervisor) throw new Error('There is no supervisor.');
  const stop = () => isAlive(supervisor) === 'alive' && process.kill(supervisor.pid, 'SIGSTOP');
  stop();
  const again = setInterval(stop, 1);
  attempts.cancel(task.id);
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled', survivors: [] }]);
  clearInterval(again);
  expect(isAlive(supervisor)).toBe('gone');
  expect(carriers(task)).toEqual([]);
  await attempts.release();
});

test.concurrent('a supervisor that hangs at the shutdown of the machine does not keep the host', async () => {
  const { paths, suite, attempts, newTask, running, endsOf } = setUpAttempts(HANGS_LATER);
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await running(task);
  await hang(paths, task);
  await attempts.shutDown();
  expect(await endsOf(task)).toMatchObject([
    { cause: 'stopped', message: expect.stringMatching(/^The machine was shut down.* did not answer/) },
  ]);
  expect(carriers(task)).toEqual([]);
});

test.concurrent('tests whose supervisor hangs end at their timeout, and a next host sees to that as well', async () => {
  const { paths, suite, attempts, host, newTask, running, endsOf } = setUpAttempts(HANGS_LATER);
  const task = await newTask({ timeoutMinutes: 0.05 });
  await attempts.launch(task, suite, 1);
  await running(task);
  const supervisor = await hang(paths, task);
  await attempts.release();
  const next = host();
  await next.adopt(task, suite, 1);
  expect(await endsOf(task)).toMatchObject([
    { cause: 'timeout', message: expect.stringMatching(/longer than the timeout of 3 s\. .* did not answer/), survivors: [] },
  ]);
  expect(isAlive(supervisor)).toBe('gone');
  expect(carriers(task)).toEqual([]);
  await next.release();
});

test.concurrent('a supervisor that hangs before its first word is ended in time, and at once where its task is cancelled', async () => {
  const { suite, attempts, newTask, supervisorOf, endsOf, hasRun } = setUpAttempts({
    node: () => HANGS_AT_ONCE,
    patience: { ...SHORT, firstStatusMs: 5000 },
  });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = await supervisorOf(task);
  expect(await endsOf(task)).toMatchObject([
    { cause: 'supervisor_lost', message: 'The supervisor of this attempt did not begin, so it was killed. No test was run.' },
  ]);
  expect(isAlive(supervisor)).toBe('gone');

  const cancelled = await newTask();
  await attempts.launch(cancelled, suite, 1);
  const other = await supervisorOf(cancelled);
  attempts.cancel(cancelled.id);
  expect(await endsOf(cancelled)).toMatchObject([{ cause: 'cancelled', survivors: [] }]);
  expect(isAlive(other)).toBe('gone');
  expect(hasRun()).toBe(false);
  await attempts.release();
});

test.concurrent('the next host finds a supervisor that hangs before its first word, and ends it', async () => {
  const { suite, attempts, host, newTask, supervisorOf, endsOf, hasRun } = setUpAttempts({
    node: () => HANGS_AT_ONCE,
    patience: { ...SHORT, firstStatusMs: 5000 },
  });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = await supervisorOf(task);
  await attempts.release();
  const next = host();
  await next.adopt(task, suite, 1);
  expect(await endsOf(task)).toMatchObject([{ cause: 'supervisor_lost' }]);
  expect(isAlive(supervisor)).toBe('gone');
  expect(hasRun()).toBe(false);
  await next.release();
});

test.concurrent('the next host ends a supervisor that hangs between its first word and the start of its tests', async () => {
  const { paths, suite, attempts, host, newTask, endsOf, hasRun } = setUpAttempts({
    node: () => ({ hook: afterFirstWord(HANG) }),
    patience: SHORT,
    graceMs: 500,
  });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  const supervisor = await eventually('it has said that it begins', () => statusIn(paths, task)?.supervisor, 60_000);
  await attempts.release();
  const next = host({ firstStatusMs: 1000 });
  await next.adopt(task, suite, 1);
  expect(await endsOf(task)).toMatchObject([
    { cause: 'supervisor_lost', message: expect.stringContaining('did not answer, so it was killed') },
  ]);
  expect(isAlive(supervisor)).toBe('gone');
  expect(hasRun()).toBe(false);
  await next.release();
});

/** No room for a status until the file `room` is there. */
const fullDisk = (home: string) => ({
  hook: `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { openSync, existsSync, writeFileSync } = fs;
    fs.openSync = (path, ...rest) => {
      if (String(path).endsWith('status.json.next') && !existsSync('${home}/room')) {
        writeFileSync('${home}/tried', '');
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      }
      return openSync(path, ...rest);
    };
    syncBuiltinESMExports();`,
});

test.concurrent('a supervisor that waits for room on a full disk before its first word is not given up, but a cancel ends it', async () => {
  const { home, paths, suite, attempts, newTask, supervisorOf, running, endsOf, hasRun } = setUpAttempts({
    node: fullDisk,
    patience: SHORT,
  });
  const [cancelled, patient] = [await newTask(), await newTask()];
  await attempts.launch(cancelled, suite, 1);
  const supervisor = await supervisorOf(cancelled);
  await eventually('it waits for room', () => existsSync(join(home, 'tried')));
  attempts.cancel(cancelled.id);
  expect(await endsOf(cancelled)).toMatchObject([{ cause: 'cancelled' }]);
  expect(isAlive(supervisor)).toBe('gone');
  expect(hasRun()).toBe(false);

  rmSync(join(home, 'tried'));
  await attempts.launch(patient, suite, 1);
  await eventually('it waits for room', () => existsSync(join(home, 'tried')));
  expect(await answersAt(socketPath(paths, attemptIdOf(patient.id, 1)), 10_000)).toBe(true); // so nobody takes it for one that hangs
  writeFileSync(join(home, 'room'), '');
  await running(patient);
  attempts.cancel(patient.id);
  expect(await endsOf(patient)).toMatchObject([{ cause: 'cancelled', message: null }]);
  await attempts.release();
});

test.concurrent('a supervisor whose socket was removed is asked by a signal: its tests may clean up, and the end is the one asked for', async () => {
  const { project, paths, suite, attempts, newTask, running, endsOf } = setUpAttempts({
    suite: { command: ['sh', '-c', 'trap "touch clean; exit 3" TERM; touch ready; while :; do sleep 0.05; done'] },
    patience: { answerMs: 300, recordMs: 30_000 },
  });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await running(task);
  await eventually('the tests are ready', () => existsSync(join(project, 'ready')));
  await attempts.release();
  rmSync(socketPath(paths, attemptIdOf(task.id, 1)));
  await attempts.adopt(task, suite, 1);
  attempts.cancel(task.id);
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled', exitCode: 3, message: null, survivors: [] }]);
  expect(existsSync(join(project, 'clean'))).toBe(true);
  await attempts.release();
});

test.concurrent('a status that cannot be read ends a lost attempt with a sentence that names it', async () => {
  const { paths, suite, attempts, host, newTask, running, endsOf } = setUpAttempts({ graceMs: 500 });
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await running(task);
  const supervisor = statusIn(paths, task)?.supervisor;
  if (!supervisor) throw new Error('There is no supervisor.');
  await attempts.release();
  process.kill(supervisor.pid, 'SIGKILL');
  await eventually('it is gone', () => isAlive(supervisor) === 'gone');
  const { status } = runFolder(attemptFolder(paths, task.id, 1));
  rmSync(status);
  mkdirSync(status); // reading it fails, whoever asks
  const next = host();
  await next.adopt(task, suite, 1);
  expect(await endsOf(task)).toMatchObject([
    {
      cause: 'supervisor_lost',
      message: `What the supervisor of this attempt has written (${status}) cannot be read; its tests were ended.`,
    },
  ]);
  expect(carriers(task)).toEqual([]);
  expect(readProcess(supervisor.pid)?.startTicks).not.toBe(supervisor.startTicks);
  await next.release();
});

test.concurrent('a run folder that somebody has removed keeps nobody waiting: a cancel ends the tests and is told', async () => {
  const { home, suite, attempts, newTask, running, endsOf } = setUpAttempts();
  const task = await newTask();
  await attempts.launch(task, suite, 1);
  await running(task);
  rmSync(join(home, 'runs', task.id), { recursive: true });
  attempts.cancel(task.id);
  expect(await endsOf(task)).toMatchObject([{ cause: 'cancelled', message: null, survivors: [] }]);
  expect(carriers(task)).toEqual([]);
  await attempts.release();
});
