import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readHostFile } from '../../client/host-file.ts';
import { add, ended, running, startBundledHost, TestHome, until } from '../support/home.ts';

vi.setConfig({ testTimeout: 90_000 });

/** A disk of 6 MB. Only who may mount one can have it; the stores' own tests hold the same with a database that may not grow. */
const disk = mkdtempSync(join(tmpdir(), 'bge2e-disk-'));
let mounted = false;
try {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'bge2e-test', disk], { stdio: 'ignore' });
  execFileSync('umount', [disk]);
  mounted = true;
} catch {
  rmSync(disk, { recursive: true });
}

beforeEach(() => {
  if (mounted) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'bge2e-test', disk]);
});
afterEach(() => {
  if (mounted) execFileSync('umount', ['-l', disk]);
});

const PROJECT = {
  'background-e2e.yaml': `categories:
  waits: { command: [node, -e, "setInterval(() => require('fs').existsSync('go') && process.exit(3), 10)"], verdict_from: exit_code }
  prints: { command: [sh, -c, "yes 'a line' | head -c 20000000; echo the end"], verdict_from: exit_code }
`,
};

/** Leaves no byte. Answers what makes room again. */
function fillDisk(): () => void {
  const path = join(disk, 'filler');
  for (let size = 1_000_000; size >= 1; size = Math.floor(size / 10)) {
    try {
      for (;;) writeFileSync(path, new Uint8Array(size), { flag: 'a' });
    } catch {
      // full for pieces of this size
    }
  }
  return () => rmSync(path);
}

test.runIf(mounted)(
  'a task that ends on a full disk ends as it did, as soon as there is room; what cannot be queued is refused whole',
  async () => {
    await using home = new TestHome({ home: join(disk, 'home') });
    const project = home.project(PROJECT);
    const client = await home.connect();
    const task = await add(client, { project, category: 'waits' });
    await running(client, task.id);
    const makeRoom = fillDisk();

    await expect(add(client, { project, category: 'waits' })).rejects.toThrow(
      `Nothing was queued: there is no room on the disk of ${home.home}. Make some, then try again.`,
    );
    expect(readdirSync(join(home.home, 'runs'))).toEqual([task.id]);
    writeFileSync(join(project, 'go'), '');
    await until('the end is in the attempt', () => home.phaseOf(task) === 'ended');
    expect(await client.call('listActive', {})).toHaveLength(1); // the host lives, and waits for room

    makeRoom();
    const result = await ended(client, task.id);
    expect(result.attempts.map(({ end }) => end?.exitCode)).toEqual([3]);
    expect((await add(client, { project, category: 'waits' })).number).toBe(task.number + 1);
  },
);

test.runIf(existsSync('/dev/full'))('a host that finds no room for its own log goes on', async () => {
  await using home = new TestHome();
  const full = openSync('/dev/full', 'w'); // each write says ENOSPC (full(4))
  const host = startBundledHost(home.home, full);
  closeSync(full);
  await until('the host is there', () => readHostFile(home.home) !== null);
  const client = await home.connect();
  expect(client.host.pid).toBe(host.pid);
  // Twice, because the console itself takes care of a stream's first error.
  for (const _ of [1, 2]) {
    const project = home.project(PROJECT);
    const task = await add(client, { project, category: 'waits' });
    await running(client, task.id);
    const record = join(home.home, 'runs', task.id, 'task.json');
    rmSync(record);
    mkdirSync(join(record, 'in the way'), { recursive: true }); // the record cannot be written, which the log is told
    writeFileSync(join(project, 'go'), '');
    expect((await ended(client, task.id)).attempts.map(({ end }) => end?.exitCode)).toEqual([3]);
  }
  expect((await client.call('hostStatus', {})).pid).toBe(host.pid);
});

test.runIf(mounted)('output that a full disk does not take costs neither the exit code nor the host', async () => {
  await using home = new TestHome({ home: join(disk, 'home') });
  const project = home.project(PROJECT);
  const client = await home.connect();
  const task = await add(client, { project, category: 'prints' });
  await until('the disk is full', () => statfsSync(disk).bavail === 0 || home.phaseOf(task) === 'ended');
  await until('the tests are over', () => home.phaseOf(task) === 'ended');
  rmSync(join(home.folderOf(task), 'output.log'));
  const result = await ended(client, task.id);
  expect(result.attempts[0]?.end).toMatchObject({
    cause: 'exited',
    exitCode: 0,
    message: expect.stringMatching(/bytes of output could not be written/),
  });
});
