import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identityOf, isAlive } from './identity.ts';
import { readProcess } from './proc.ts';
import { eventually } from './test-support.ts';

test('this process is alive, and an equal pid with another start is not', () => {
  const own = identityOf(process.pid);
  expect(isAlive(own)).toBe('alive');
  expect(isAlive({ ...own, startTicks: String(Number(own.startTicks) - 1) })).toBe('gone');
});

test('another boot means gone; another pid namespace, or nothing known, means that nobody can tell', () => {
  const own = identityOf(process.pid);
  expect(isAlive({ ...own, bootId: 'another' })).toBe('gone');
  expect(isAlive({ ...own, pidNamespace: 'pid:[1]' })).toBe('unknown');
  expect(isAlive({ ...own, pidNamespace: null })).toBe('unknown');
  expect(isAlive({ ...own, startTicks: null })).toBe('unknown');
  expect(isAlive({ ...own, bootId: null })).toBe('unknown');
});

test('a zombie is gone, although signals still reach it', async () => {
  // The shell becomes a sleep, which never asks how its child ended: so a child that ends after that stays a zombie.
  const child = `sh -c 'until grep -q sleep /proc/$0/comm; do :; done' $$`;
  const parent = spawn('sh', ['-c', `${child} & echo $!; exec sleep 600`], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    const [line] = await once(parent.stdout, 'data');
    const zombie = identityOf(Number(String(line)));
    await eventually('the child is a zombie', () => readProcess(zombie.pid)?.state === 'Z');
    expect(process.kill(zombie.pid, 0)).toBe(true);
    expect(isAlive(zombie)).toBe('gone');
  } finally {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  }
});
