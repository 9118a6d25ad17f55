import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { identityOf } from './identity.ts';
import { readProcess } from './proc.ts';
import { endTree, sweepTree } from './terminate.ts';
import { lives } from './test-support.ts';

const COOKIE = `BGE2E_ATTEMPT_sweep${process.pid}`;
const started: { child: ChildProcess; exit: Promise<unknown[]> }[] = [];
const sleeper = async (env: Record<string, string> = {}) => {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH, ...env } });
  const exit = once(child, 'exit');
  started.push({ child, exit });
  await once(child, 'spawn');
  return { pid: child.pid ?? 0, exit };
};
afterEach(async () => {
  for (const { child, exit } of started.splice(0)) {
    child.kill('SIGKILL');
    await exit;
  }
});

test('a sweep touches nothing where it can not tell who is who', async () => {
  const { pid } = await sleeper({ [COOKIE]: '1' });
  const group = { ...identityOf(pid), pidNamespace: 'pid:[1]' };
  expect(await sweepTree({ cookie: COOKIE, known: [], group, graceMs: 0 })).toEqual({ checked: false, survivors: [], notChecked: [] });
  expect(lives(pid)).toBe(true);
});

test('a sweep after a reboot leaves alone whoever has the old pids now', async () => {
  const { pid } = await sleeper();
  const group = { ...identityOf(pid), bootId: 'the boot before' };
  expect(await sweepTree({ cookie: COOKIE, known: [group], group, graceMs: 0 })).toEqual({ checked: true, survivors: [], notChecked: [] });
  expect(lives(pid)).toBe(true);
});

test('a sweep leaves alone a process that got the pid, or the group number, of one of the tests', async () => {
  const { pid } = await sleeper();
  const group = { ...identityOf(pid), startTicks: '1' };
  await sweepTree({ cookie: COOKIE, known: [group], group, graceMs: 0 });
  expect(lives(pid)).toBe(true);
});

test('a sweep that knows nothing but the cookie finds what carries it', async () => {
  const marked = await sleeper({ [COOKIE]: '1' });
  const stranger = await sleeper({ [`${COOKIE}0`]: '1' });
  expect(await sweepTree({ cookie: COOKIE, known: [], group: null, graceMs: 5000 })).toMatchObject({ checked: true, survivors: [] });
  expect((await marked.exit)[1]).toBe('SIGTERM');
  expect(lives(stranger.pid)).toBe(true);
});

test('what survives SIGKILL is named', async () => {
  const own = readProcess(process.pid);
  if (own === null) throw new Error('This test needs /proc');
  // A process that can't be killed can't be made here; this one is never signalled, because its start is another.
  const ghost = { ...own, startTicks: '1' };
  const tree = {
    leader: null,
    scan: () => ({ members: [ghost], dead: [], doubtful: [] }),
    newcomers: () => ({ members: [], missed: false }),
  };
  const { survivors } = await endTree(tree, 0, { killMs: 100 });
  expect(survivors).toEqual([{ pid: process.pid, command: expect.stringContaining('node') }]);
});
