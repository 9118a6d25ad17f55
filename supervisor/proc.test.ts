import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carriesVariable, commandOf, listProcesses, parseStat, readProcess } from './proc.ts';

test('a program name with spaces, brackets and line ends does not shift the fields', () => {
  const tail = Array.from({ length: 40 }, (_, i) => 1000 + i);
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), fc.nat(), (name, ticks) => {
      const fields = ['S', '11', '22', '33', ...tail.slice(0, 15), ticks, ...tail];
      expect(parseStat(`42 (${name}) ${fields.join(' ')}\n`)).toEqual({
        pid: 42,
        name,
        state: 'S',
        parent: 11,
        group: 22,
        session: 33,
        startTicks: String(ticks),
        cpuTicks: 1007 + 1008,
        reapedTicks: 1009 + 1010,
        residentPages: 1001,
      });
    }),
  );
});

test('a stat that is not whole is no process', () => {
  expect(parseStat('')).toBeNull();
  expect(parseStat('42 (node) S 1 2')).toBeNull();
});

test('a process is found with its parent and command, and its variables are seen', async () => {
  const child = spawn('sleep', ['600'], { env: { PATH: process.env.PATH, MARK_1: 'x' } });
  try {
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const entry = listProcesses()?.find((one) => one.pid === pid);
    expect(entry).toMatchObject({ pid, parent: process.pid });
    if (entry) expect(commandOf(entry)).toBe('sleep 600');
    expect(carriesVariable(pid, 'MARK_1')).toBe('yes');
    expect(carriesVariable(pid, 'MARK_')).toBe('no');
    expect(carriesVariable(pid, 'ARK_1')).toBe('no');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(readProcess(child.pid ?? 0)).toBeNull();
  expect(carriesVariable(child.pid ?? 0, 'MARK_1')).toBe('foreign');
});
