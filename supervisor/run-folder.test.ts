import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AttemptStatus } from '../contract/attempt.ts';
import { identityOf } from './identity.ts';
import { hostPidOf, type RunFolder, readKnownProcesses, readStatus, runFolder, writeStatus } from './run-folder.ts';

let home: string;
let files: RunFolder;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bge2e-folder-'));
  files = runFolder(join(home, 'runs', 'task_1', '1'));
  mkdirSync(files.folder, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const status = (): AttemptStatus => ({
  schema: 1,
  taskId: 'task_1',
  attempt: 1,
  phase: 'running',
  supervisor: identityOf(process.pid),
  tests: { ...identityOf(process.pid), pid: 4711, startTicks: '1' },
  startedAt: 1,
  endedAt: null,
  durationMs: null,
  end: null,
  limits: [],
  stoppedMs: 0,
});

test('a reader never sees a status that is not whole, even when the writer is killed', async () => {
  writeStatus(files, status());
  const script = `
    const { runFolder, readStatus, writeStatus } = await import(${JSON.stringify(join(import.meta.dirname, 'run-folder.ts'))});
    const files = runFolder(${JSON.stringify(files.folder)});
    const status = readStatus(files);
    for (let i = 0; ; i++) {
      writeStatus(files, { ...status, attempt: i + 2, taskId: 'x'.repeat((i % 50) * 1000) });
      if (i === 20) console.log('busy');
    }`;
  const writer = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const busy = once(writer.stdout, 'data');
  const exit = once(writer, 'exit');
  const seen = new Set<number>();
  const look = () => seen.add(AttemptStatus.parse(readStatus(files)).attempt);
  const looking = setInterval(look, 1);
  try {
    await busy;
    for (let i = 0; i < 200; i++) look();
  } finally {
    clearInterval(looking);
    writer.kill('SIGKILL');
    await exit;
  }
  look();
  expect(seen.size).toBeGreaterThan(3);
});

test('there is no status before the first one', () => {
  expect(readStatus(files)).toBeNull();
  expect(readKnownProcesses(files)).toEqual([]);
});

test('known processes are read back as identities, without a last line that was cut off', () => {
  writeStatus(files, status());
  writeFileSync(files.processes, '{"pid":5,"startTicks":"50","name":"a"}\n');
  appendFileSync(files.processes, '{"pid":6,"startTi');
  const { bootId, pidNamespace } = identityOf(process.pid);
  expect(readKnownProcesses(files)).toEqual([
    { pid: 4711, startTicks: '1', bootId, pidNamespace },
    { pid: 5, startTicks: '50', bootId, pidNamespace },
  ]);
});

test("the host of a folder is that of its home's host.json", () => {
  expect(hostPidOf(files.folder)).toBeNull();
  writeFileSync(join(home, 'host.json'), '{"pid":123}');
  expect(hostPidOf(files.folder)).toBe(123);
  expect(hostPidOf(join(home, 'elsewhere'))).toBeNull();
});
