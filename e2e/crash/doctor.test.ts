import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { run } from '../../cli/testing/commands.ts';
import { readHostFile } from '../../client/host-file.ts';
import { DoctorReport } from '../../contract/doctor.ts';
import { toCamelCase } from '../../contract/json.ts';
import type { Task } from '../../contract/task.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';
import { readProcess } from '../../supervisor/proc.ts';
import { readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { add, ended, running, TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Leaves a child in a session of its own, and says its pid. */
const PROJECT = {
  'background-e2e.yaml': 'categories:\n  smoke: { command: [sh, suite.sh], verdict_from: exit_code }\n',
  'suite.sh': "setsid sh -c 'echo $$ > stray.new; mv stray.new stray; exec sleep 600' & sleep 600\n",
};

async function doctor(home: TestHome): Promise<{ code: number | undefined; report: DoctorReport }> {
  const { code, out, err } = await run(['doctor', '--json'], { home: home.home, cwd: home.home });
  if (out === '') throw new Error(err);
  return { code, report: DoctorReport.parse(toCamelCase(JSON.parse(out))) };
}

async function started(home: TestHome): Promise<{ task: Task; stray: number; supervisor: number; tests: number }> {
  const project = home.project(PROJECT);
  const client = await home.connect();
  const task = await add(client, { project, category: 'smoke' });
  await running(client, task.id);
  await until('the stray is there', () => existsSync(join(project, 'stray')));
  const status = readStatus(runFolder(home.folderOf(task)));
  if (!status?.tests) throw new Error('The tests have no process.');
  return { task, stray: Number(readFileSync(join(project, 'stray'), 'utf8')), supervisor: status.supervisor.pid, tests: status.tests.pid };
}

async function kill(...pids: number[]): Promise<void> {
  const identities = pids.map(identityOf);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await until('they are gone', () => identities.every((identity) => isAlive(identity) !== 'alive'));
}

/** A process with a cookie of another home. */
async function stranger(): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, BGE2E_ATTEMPT_000000000000_1: '1' },
  });
  await once(child, 'spawn');
  return child;
}

test('all is well in a home without a host, in one whose host answers, and in one whose tests run on without it', async () => {
  await using home = new TestHome();
  expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true, findings: [] } });
  const { supervisor } = await started(home);
  expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true, findings: [] } });
  expect((await run(['host', 'stop', '--keep'], { home: home.home, cwd: home.home })).code).toBe(0);
  expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true, findings: [] } });
  expect(isAlive(identityOf(supervisor))).toBe('alive');
  expect(readHostFile(home.home)).toBeNull(); // it has started none
});

test('what a killed host and a killed supervisor have left is named, and ended by force; a stranger is not', async () => {
  await using home = new TestHome();
  const { task, stray, supervisor, tests } = await started(home);
  const other = await stranger();
  try {
    await kill(readHostFile(home.home)?.pid ?? 0, supervisor);
    const { code, report } = await doctor(home);
    expect(code).toBe(1);
    expect(report.findings.map(({ kind }) => kind)).toEqual(['dead_host', 'leftover']);
    const leftover = report.findings[1];
    expect(leftover).toMatchObject({ taskId: task.id, attempt: 1 });
    expect(leftover?.processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining([stray, tests]));
    expect([stray, tests].map((pid) => readProcess(pid)?.state !== 'Z')).toEqual([true, true]); // named, not touched

    const identities = [stray, tests].map(identityOf);
    const { code: stopped, out } = await run(['host', 'stop', '--force'], { home: home.home, cwd: home.home });
    expect(stopped).toBe(0);
    expect(out).toContain(`Ended ${stray}  sleep 600`);
    expect(out).toContain('host.json');
    expect(identities.map(isAlive)).toEqual(['gone', 'gone']);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true } });
    // The task's end is still told, once, by the next host.
    expect((await ended(await home.connect(), task.id)).attempts[0]?.end?.cause).toBe('supervisor_lost');
  } finally {
    other.kill('SIGKILL');
  }
});

test('a host that is mute is named with its pid and ended by force; its tests go on', async () => {
  await using home = new TestHome();
  const { task, tests, supervisor } = await started(home);
  const pid = readHostFile(home.home)?.pid ?? 0;
  const [host, suite] = [identityOf(pid), identityOf(tests)];
  process.kill(pid, 'SIGSTOP');
  const { code, report } = await doctor(home);
  expect(code).toBe(1);
  expect(report.findings).toMatchObject([{ kind: 'mute_host', message: expect.stringContaining(`pid ${pid}`), processes: [{ pid }] }]);
  const { out } = await run(['host', 'stop', '--force', '--json'], { home: home.home, cwd: home.home });
  expect(JSON.parse(out)).toMatchObject({ ended: [{ pid }], survivors: [] });
  expect([host, suite, identityOf(supervisor)].map(isAlive)).toEqual(['gone', 'alive', 'alive']);
  const client = await home.connect();
  expect((await running(client, task.id)).attempts).toHaveLength(1);
});

test('a supervisor of which the queue knows nothing is named, and ended with its tests', async () => {
  await using home = new TestHome();
  const { stray, supervisor } = await started(home);
  await kill(readHostFile(home.home)?.pid ?? 0);
  for (const name of ['queue.db', 'queue.db-wal', 'queue.db-shm']) rmSync(join(home.home, name), { force: true });
  const { report } = await doctor(home);
  expect(report.findings.map(({ kind }) => kind)).toEqual(['dead_host', 'orphaned_supervisor']);
  const identities = [stray, supervisor].map(identityOf);
  await run(['host', 'stop', '--force'], { home: home.home, cwd: home.home });
  expect(identities.map(isAlive)).toEqual(['gone', 'gone']);
});

test('a supervisor that hangs before its first word is named and ended by force, and so are sockets that killed ones have left', async () => {
  await using home = new TestHome();
  const { task, supervisor } = await started(home);
  const client = await home.connect();
  const attempts = join(home.home, 'runs', task.id);
  await client.call('cancelTasks', { tasks: [task.id] });
  await ended(client, task.id);
  await until('its supervisor is gone', () => isAlive(identityOf(supervisor)) !== 'alive');
  // As the supervisor of a next attempt that is stopped before it has read what to do.
  const folder = join(realpathSync(attempts), '2');
  mkdirSync(folder);
  writeFileSync(join(folder, 'hangs.mjs'), 'setInterval(() => {}, 1000);');
  const hanging = spawn(process.execPath, [join(folder, 'hangs.mjs'), folder], { cwd: folder, stdio: 'ignore', detached: true });
  await once(hanging, 'spawn');
  hanging.kill('SIGSTOP');
  await until('it is stopped', () => readProcess(hanging.pid ?? 0)?.state === 'T');
  const socket = join(dirname(readHostFile(home.home)?.address ?? ''), 'task_000000000000.1.sock');
  writeFileSync(socket, '');

  const { code, report } = await doctor(home);
  expect(code).toBe(1);
  expect(report.findings).toMatchObject([
    { kind: 'mute_supervisor', taskId: task.id, attempt: 2, processes: [{ pid: hanging.pid }] },
    { kind: 'stale_sockets' },
  ]);
  const { out } = await run(['host', 'stop', '--force', '--json'], { home: home.home, cwd: home.home });
  expect(JSON.parse(out)).toMatchObject({ ended: [{ pid: hanging.pid }], survivors: [], removed: [socket] });
  expect(existsSync(socket)).toBe(false);
  expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true } });
});

test('a supervisor that somebody has stopped is named with its tests, and ended by force; its end is recorded', async () => {
  await using home = new TestHome();
  const { task, stray, supervisor, tests } = await started(home);
  process.kill(supervisor, 'SIGSTOP');
  const { code, report } = await doctor(home);
  expect(code).toBe(1);
  expect(report.findings).toMatchObject([
    { kind: 'mute_supervisor', taskId: task.id, attempt: 1, message: expect.stringContaining(`(pid ${supervisor}) is stopped (SIGSTOP)`) },
  ]);
  expect(report.findings[0]?.processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining([supervisor, stray, tests]));
  expect(report.findings[0]?.whatToDo).toContain(`kill -CONT ${supervisor}`);
  const identities = [supervisor, stray, tests].map(identityOf);
  expect((await run(['host', 'stop', '--force'], { home: home.home, cwd: home.home })).code).toBe(0);
  expect(identities.map(isAlive)).toEqual(['gone', 'gone', 'gone']);
  expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true } });
  expect((await ended(await home.connect(), task.id)).attempts).toMatchObject([{ end: { cause: 'stopped', survivors: [] } }]);
});

test('a supervisor whose socket is gone is named, and a cancel ends it all the same', async () => {
  await using home = new TestHome();
  writeFileSync(join(home.home, 'settings.json'), '{ "grace_seconds": 2 }');
  const { task, supervisor } = await started(home);
  await home.killHost(); // its connection would stay
  rmSync(join(dirname(readHostFile(home.home)?.address ?? ''), `${task.id}.1.sock`));
  const client = await home.connect();
  const { report } = await doctor(home);
  expect(report.findings).toMatchObject([
    { kind: 'mute_supervisor', taskId: task.id, message: expect.stringContaining(`(pid ${supervisor}) does not answer`) },
  ]);
  await client.call('cancelTasks', { tasks: [task.id] });
  expect((await ended(client, task.id, 60_000)).attempts).toMatchObject([{ end: { cause: 'cancelled', message: null, survivors: [] } }]);
  expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true } });
});

test('processes whose run folder is gone are known by their cookie: named, and ended by force; those of another home are not', async () => {
  await using home = new TestHome();
  const { task, stray, supervisor, tests } = await started(home);
  const other = await stranger();
  const folder = realpathSync(home.folderOf(task));
  try {
    await kill(readHostFile(home.home)?.pid ?? 0);
    rmSync(dirname(folder), { recursive: true });
    const { code, report } = await doctor(home);
    expect(code).toBe(1);
    expect(report.findings.map(({ kind }) => kind)).toEqual(['dead_host', 'leftover']);
    expect(report.findings[1]).toMatchObject({ taskId: task.id, attempt: 1, message: expect.stringContaining('its run folder is gone') });
    expect(report.findings[1]?.processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining([supervisor, stray, tests]));
    const identities = [supervisor, stray, tests].map(identityOf);
    const { out } = await run(['host', 'stop', '--force'], { home: home.home, cwd: home.home });
    expect(out).toContain(`Ended ${stray}  sleep 600`);
    expect(identities.map(isAlive)).toEqual(['gone', 'gone', 'gone']);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    expect(await doctor(home)).toMatchObject({ code: 0, report: { ok: true } });
  } finally {
    other.kill('SIGKILL');
  }
  const lost = await ended(await home.connect(), task.id);
  expect(lost.attempts).toMatchObject([
    {
      end: {
        cause: 'supervisor_lost',
        message: `The run folder of this attempt (${folder}) was removed while it ran; its tests were ended.`,
      },
    },
  ]);
});
