import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { listPids, readProcess } from './proc.ts';
import type { RunFolder } from './run-folder.ts';
import { FOLDER_FD, SPARE } from './spare.ts';
import { nothingInherited, Supervisors } from './start.ts';
import { ENTRY, eventually, lives, prepareAttempt, statusOf } from './test-support.ts';

const supervisors = new Supervisors({ node: process.execPath, entry: ENTRY });
afterEach(() => supervisors.close());

/** Children that wait for a folder. */
const spares = (keeper: number | undefined = process.pid) =>
  (listPids() ?? []).filter((pid) => readProcess(pid)?.parent === keeper && argvOf(pid).at(-1) === SPARE && readsFolder(pid));
/** It waits in read(2) of that descriptor (proc(5), /proc/pid/syscall). */
const readsFolder = (pid: number) => readFileSync(`/proc/${pid}/syscall`, 'utf8').split(' ')[1] === `0x${FOLDER_FD}`;
const argvOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
};

const endOf = (files: RunFolder) =>
  eventually('it has ended', () => existsSync(files.status) && statusOf(files).phase === 'ended' && statusOf(files));

test('a supervisor is started in a session of its own, with little environment, and runs the attempt', async () => {
  const { root, files } = prepareAttempt({ argv: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.05; done; exit 4'] });
  process.env.SECRET_OF_THE_HOST = 'x';
  try {
    const pid = await supervisors.start(files.folder);
    expect(readProcess(pid)?.session).toBe(pid);
    await eventually('it runs', () => readdirSync(files.folder).includes('status.json') && statusOf(files).phase === 'running');
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter(Boolean)
      .map((entry) => entry.split('=')[0] ?? '');
    expect(
      names.filter((name) => !['PATH', 'HOME', 'LANG', 'TMPDIR', 'TEMP', 'MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_'].includes(name)),
    ).toEqual([]);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(files.folder);
    const { spec } = prepared(files.folder);
    await once(spawn('touch', ['go'], { cwd: spec.cwd }), 'exit');
    const status = await endOf(files);
    expect(status.end?.exitCode).toBe(4);
    expect(status.supervisor.pid).toBe(pid);
    await eventually('the supervisor is gone', () => !lives(pid));
  } finally {
    delete process.env.SECRET_OF_THE_HOST;
    rmSync(root, { recursive: true, force: true });
  }
});

const prepared = (folder: string): { spec: { cwd: string } } => ({ spec: JSON.parse(readFileSync(`${folder}/spec.taken.json`, 'utf8')) });

test('a supervisor that comes after its spec was given up runs nothing', async () => {
  const { root, files } = prepareAttempt({ argv: ['touch', 'ran'] });
  renameSync(files.spec, `${files.folder}/spec.abandoned.json`);
  try {
    const pid = await supervisors.start(files.folder);
    await eventually('the supervisor is gone', () => !lives(pid));
    expect(readdirSync(files.folder)).not.toContain('status.json');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('after a start a spare supervisor waits, works in the folder of the next attempt, and runs it', async () => {
  const first = prepareAttempt({ argv: ['true'] });
  const second = prepareAttempt({ argv: ['sh', '-c', 'readlink /proc/$$/fd/0; readlink /proc/$$/fd/3; exit 3'] });
  try {
    await supervisors.start(first.files.folder);
    const spare = await eventually('a spare waits', () => spares()[0]);
    expect(await supervisors.start(second.files.folder)).toBe(spare);
    const status = await endOf(second.files);
    expect(status.end).toMatchObject({ cause: 'exited', exitCode: 3 });
    expect(status.supervisor.pid).toBe(spare);
    expect(readFileSync(second.files.log, 'utf8')).toBe('/dev/null\n');
    await eventually('the supervisor is gone', () => !lives(spare));
  } finally {
    for (const { root } of [first, second]) rmSync(root, { recursive: true, force: true });
  }
});

test('where the spare was killed, another supervisor runs the attempt', async () => {
  const first = prepareAttempt({ argv: ['true'] });
  const second = prepareAttempt({ argv: ['sh', '-c', 'exit 3'] });
  try {
    await supervisors.start(first.files.folder);
    const spare = await eventually('a spare waits', () => spares()[0]);
    process.kill(spare, 'SIGKILL');
    await eventually('it is gone', () => readProcess(spare) === null);
    await supervisors.start(second.files.folder);
    const status = await endOf(second.files);
    expect(status.end?.exitCode).toBe(3);
  } finally {
    for (const { root } of [first, second]) rmSync(root, { recursive: true, force: true });
  }
});

/** A process of its own that starts a supervisor, and then does as told by `after`. */
function startKeeper(folder: string, after: string) {
  const program = `
    import { Supervisors } from ${JSON.stringify(join(import.meta.dirname, 'start.ts'))};
    const supervisors = new Supervisors(${JSON.stringify({ node: process.execPath, entry: ENTRY })});
    await supervisors.start(${JSON.stringify(folder)});
    ${after}`;
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
}
const spareOf = (keeper: ChildProcess) => eventually('a spare waits', () => spares(keeper.pid)[0]);

test('a spare ends with whoever keeps it, also where that is killed', async () => {
  const { root, files } = prepareAttempt({ argv: ['true'] });
  const keeper = startKeeper(files.folder, 'process.stdin.resume();');
  try {
    const spare = await spareOf(keeper);
    keeper.kill('SIGKILL');
    await eventually('it is gone', () => !lives(spare));
  } finally {
    keeper.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
});

test('whoever closes waits for the spare’s end, also with nothing else to do', async () => {
  const { root, files } = prepareAttempt({ argv: ['true'] });
  const keeper = startKeeper(
    files.folder,
    "process.stdin.once('data', async () => { process.stdin.destroy(); await supervisors.close(); console.log('closed'); });",
  );
  try {
    const spare = await spareOf(keeper);
    const said = text(keeper.stdout);
    keeper.stdin.write('close');
    expect(await said).toBe('closed\n');
    expect(lives(spare)).toBe(false);
  } finally {
    keeper.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
});

test('a spare that somebody has stopped holds up nobody who closes', async () => {
  const { root, files } = prepareAttempt({ argv: ['true'] });
  try {
    await supervisors.start(files.folder);
    const spare = await eventually('a spare waits', () => spares()[0]);
    process.kill(spare, 'SIGSTOP');
    await supervisors.close();
    expect(lives(spare)).toBe(false);
  } finally {
    for (const spare of spares()) process.kill(spare, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
});

test('a spare that somebody has stopped goes on with the attempt that it gets', async () => {
  const first = prepareAttempt({ argv: ['true'] });
  const second = prepareAttempt({ argv: ['sh', '-c', 'exit 3'] });
  try {
    await supervisors.start(first.files.folder);
    const spare = await eventually('a spare waits', () => spares()[0]);
    process.kill(spare, 'SIGSTOP');
    await eventually('it is stopped', () => readProcess(spare)?.state === 'T');
    expect(await supervisors.start(second.files.folder)).toBe(spare);
    expect((await endOf(second.files)).end?.exitCode).toBe(3);
    await eventually('the supervisor is gone', () => !lives(spare));
  } finally {
    for (const { root } of [first, second]) rmSync(root, { recursive: true, force: true });
  }
});

test('a Node that is not there is named', async () => {
  const { root, files } = prepareAttempt({ argv: ['true'] });
  await expect(new Supervisors({ node: '/no/such/node', entry: ENTRY }).start(files.folder)).rejects.toThrow('/no/such/node');
  rmSync(root, { recursive: true, force: true });
});

test('a child that inherits nothing has /dev/null on every descriptor of its parent', async () => {
  const { stdio, close } = nothingInherited(true);
  const child = spawn('sleep', ['600'], { stdio, env: { PATH: process.env.PATH } });
  close();
  try {
    await once(child, 'spawn');
    const targets = await eventually('sleep runs', () => {
      const { pid } = child;
      return (
        pid !== undefined &&
        readProcess(pid)?.name === 'sleep' &&
        readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
      );
    });
    expect(targets.length).toBeGreaterThan(3);
    // sleep itself may have a file open while it starts
    expect(targets.filter((target) => target !== '/dev/null' && !target.endsWith('.so.6') && !target.includes('locale'))).toEqual([]);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
