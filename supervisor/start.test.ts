import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readProcess } from './proc.ts';
import { nothingInherited, spawnSupervisor } from './start.ts';
import { ENTRY, eventually, prepareAttempt, statusOf } from './test-support.ts';

test('a supervisor is started in a session of its own, with little environment, and runs the attempt', async () => {
  const { root, files } = prepareAttempt({ argv: ['sh', '-c', 'while [ ! -e go ]; do sleep 0.05; done; exit 4'] });
  process.env.SECRET_OF_THE_HOST = 'x';
  try {
    const pid = await spawnSupervisor({ node: process.execPath, entry: ENTRY, folder: files.folder });
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
    const status = await eventually('it has ended', () => statusOf(files).phase === 'ended' && statusOf(files));
    expect(status.end?.exitCode).toBe(4);
    expect(status.supervisor.pid).toBe(pid);
    await eventually('the supervisor is gone', () => (readProcess(pid)?.state ?? 'Z') === 'Z');
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
    const pid = await spawnSupervisor({ node: process.execPath, entry: ENTRY, folder: files.folder });
    await eventually('the supervisor is gone', () => (readProcess(pid)?.state ?? 'Z') === 'Z');
    expect(readdirSync(files.folder)).not.toContain('status.json');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test('a Node that is not there is named', async () => {
  const { root, files } = prepareAttempt({ argv: ['true'] });
  await expect(spawnSupervisor({ node: '/no/such/node', entry: ENTRY, folder: files.folder })).rejects.toThrow('/no/such/node');
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
