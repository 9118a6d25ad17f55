import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readProcess } from './proc.ts';
import { StatFiles } from './stat-files.ts';
import { eventually } from './test-support.ts';

const openFiles = () => readdirSync('/proc/self/fd').length;

test('a file that is kept tells what the process does now, until it has ended', async () => {
  const child = spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const files = new StatFiles();
  const before = openFiles();
  const first = files.read(pid);
  files.keep(first ? [first] : []);
  expect(openFiles()).toBe(before + 1);
  await eventually('it has used more CPU', () => (files.read(pid)?.cpuTicks ?? 0) > (first?.cpuTicks ?? 0));
  child.kill('SIGSTOP');
  await eventually('it stands still', () => files.read(pid)?.state === 'T');
  expect(files.read(pid)).toEqual(readProcess(pid));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(files.read(pid)).toBeNull();
  expect(openFiles()).toBe(before);
});

test('files of processes that are kept no longer are closed', () => {
  const files = new StatFiles();
  const before = openFiles();
  const own = readProcess(process.pid);
  files.keep(own ? [own] : []);
  expect(openFiles()).toBe(before + 1);
  files.keep([]);
  expect(openFiles()).toBe(before);
});
