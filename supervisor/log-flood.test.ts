import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startOfLogPart } from './log-parts.ts';
import { cleanUp, eventually, running, startAttempt, type TestAttempt } from './test-support.ts';

afterEach(cleanUp);
vi.setConfig({ testTimeout: 60_000 });

const CAP = 4_000_000;
const FLOOD = 200_000_000;
/** Node's own heap and buffers on their way; a log that is kept in memory would be far beyond. */
const MORE_MEMORY = 16 * 1024;

/** The most memory that a process ever had, in KiB (proc_pid_status(5)). */
function mostMemory(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function filesOf({ files }: TestAttempt) {
  const sized = readdirSync(files.folder).flatMap((name) => {
    const size = statSync(join(files.folder, name), { throwIfNoEntry: false })?.size; // the oldest parts go
    return size === undefined ? [] : [{ name, size }];
  });
  const parts = sized.flatMap(({ name, size }) => {
    const from = startOfLogPart(name);
    return from === null ? [] : [{ path: join(files.folder, name), from, to: from + size }];
  });
  parts.sort((a, b) => a.from - b.from);
  return { parts, written: parts.at(-1)?.to ?? 0, onDisk: sized.reduce((sum, { size }) => sum + size, 0) };
}

test.each([
  { what: 'lines without end', script: 'echo begin; yes "a line of the flood"', unit: 'a line of the flood\n' },
  { what: 'one line without end', script: 'echo begin; tr "\\0" x < /dev/zero', unit: 'x' },
])('$what fill neither the memory nor the disk, and beginning and end are kept', async ({ script, unit }) => {
  const attempt = startAttempt({ argv: ['sh', '-c', script], logCapBytes: CAP, graceMs: 2000 });
  await running(attempt);
  await eventually('some output', () => filesOf(attempt).written > CAP);
  const before = mostMemory(attempt.supervisor.pid);
  await eventually('a flood', () => filesOf(attempt).written > FLOOD, 50_000);
  const after = mostMemory(attempt.supervisor.pid);
  attempt.supervisor.kill('SIGTERM');
  expect((await attempt.ended()).end).toMatchObject({ cause: 'stopped', survivors: [] });
  expect(after - before).toBeLessThan(MORE_MEMORY);

  const { parts, onDisk } = filesOf(attempt);
  expect(onDisk).toBeLessThan(CAP * 1.2);
  const [head, ...tail] = parts.map(({ path }) => readFileSync(path, 'latin1'));
  const flood = `begin\n${unit.repeat(CAP / unit.length)}`;
  expect(head === flood.slice(0, CAP / 2)).toBe(true);
  // The end goes on at the offset that its first part says.
  const phase = ((parts[1]?.from ?? 0) - 'begin\n'.length) % unit.length;
  const end = tail.join('');
  expect(end.length).toBeGreaterThan((CAP * 3) / 8 - 1);
  expect(end === unit.repeat(CAP / unit.length).slice(phase, phase + end.length)).toBe(true);
});
