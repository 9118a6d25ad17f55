import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, getPriority } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Sample } from '../../contract/attempt.ts';
import { readProcess, TICK_MS } from '../proc.ts';
import { readKnownProcesses } from '../run-folder.ts';
import { spawnTests } from '../spawn-tests.ts';
import { sweepTree } from '../terminate.ts';
import {
  cleanUp,
  eventually,
  listen,
  lives,
  pidIn,
  prepareAttempt,
  running,
  startAttempt,
  statusOf,
  type TestAttempt,
} from '../test-support.ts';

// Limits with real processes: ladder.test.ts holds the choice between the means.

afterEach(cleanUp);
vi.setConfig({ testTimeout: 90_000 });

const sh = (script: string) => ['sh', '-c', script];
const node = (script: string) => [process.execPath, '-e', script];
const samplesOf = ({ files }: TestAttempt) =>
  readFileSync(files.samples, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Sample.parse(JSON.parse(line)));

const cancel = async (attempt: TestAttempt) => {
  (await listen(attempt)).send('{"type":"cancel"}');
  return attempt.ended();
};

describe('CPU', () => {
  test('a hog on all cores is held to its share of the machine over 10 s, children that left its session included', async () => {
    const percent = 20;
    const cores = availableParallelism();
    const hog = (file: string) => `sh -c 'echo $$ > ${file}; while :; do :; done'`;
    const attempt = startAttempt({
      argv: sh(`${Array.from({ length: cores }, (_, i) => `${hog(`group${i}`)} &`).join(' ')} setsid ${hog('session')} & wait`),
      limits: { cpuPercent: percent },
      timeoutMs: 10_000,
    });
    const names = ['session', ...Array.from({ length: cores }, (_, i) => `group${i}`)];
    const pids = await Promise.all(names.map((name) => pidIn(attempt.path(name))));
    // Read by itself, until the hogs are gone: what the cycle measures must not be what judges it.
    const used = new Map<number, number>();
    const timer = setInterval(() => {
      for (const pid of pids) used.set(pid, readProcess(pid)?.cpuTicks ?? used.get(pid) ?? 0);
    }, 20);
    const status = await attempt.ended();
    clearInterval(timer);
    const ms = [...used.values()].reduce((sum, ticks) => sum + ticks * TICK_MS, 0);
    const seconds = (status.durationMs ?? 0) / 1000;
    expect(status.end).toMatchObject({ cause: 'timeout', survivors: [] });
    expect(ms / 10 / seconds / cores).toBeLessThan(percent + 10);
    // A machine that is busy with other things gives it less than its share. But for each moment that it was stopped, it had used its share before.
    expect(ms).toBeGreaterThan(0.6 * status.stoppedMs * (percent / 100) * cores);
    expect(status.stoppedMs > 0 || ms / 10 / seconds / cores < percent).toBe(true);
    expect(status.limits).toEqual([{ kind: 'cpu', asked: percent, enforcedBy: 'duty-cycle', notEnforcedBecause: null }]);
  });

  test('a tree that uses less than its share is not stopped', async () => {
    const status = await startAttempt({ argv: sh('sleep 1.5'), limits: { cpuPercent: 50 } }).ended();
    expect(status).toMatchObject({ end: { exitCode: 0 }, stoppedMs: 0 });
  });

  const POLITE = `
    const { spawn } = require('node:child_process');
    const { writeFileSync } = require('node:fs');
    process.on('SIGTERM', () => { writeFileSync('clean', ''); process.exit(3); });
    const child = spawn('sh', ['-c', 'echo $$ > child; while :; do :; done'], { detached: true });
    setInterval(() => { for (const end = Date.now() + 30; Date.now() < end; ); }, 1);`;
  const stopped = (pid: number | undefined) => pid !== undefined && readProcess(pid)?.state === 'T';

  test('a stopped tree goes on to be ended, and may clean up', async () => {
    const attempt = startAttempt({ argv: node(POLITE), limits: { cpuPercent: 2 } });
    const { tests } = await running(attempt);
    const child = await pidIn(attempt.path('child'));
    await eventually('both are stopped', () => stopped(tests?.pid) && stopped(child), 60_000);
    const status = await cancel(attempt);
    expect(status.end).toMatchObject({ cause: 'cancelled', exitCode: 3, signal: null, survivors: [] });
    expect(existsSync(attempt.path('clean'))).toBe(true);
    expect([tests?.pid, child].map((pid) => pid !== undefined && lives(pid))).toEqual([false, false]);
  });

  test('what a killed supervisor left stopped is ended by the sweep, in order', async () => {
    const attempt = startAttempt({ argv: node(POLITE), limits: { cpuPercent: 2 } });
    const { tests } = await running(attempt);
    const child = await pidIn(attempt.path('child'));
    await eventually(
      'both are stopped',
      () => {
        if (!stopped(tests?.pid) || !stopped(child)) return false;
        attempt.supervisor.kill('SIGKILL');
        return true;
      },
      60_000,
    );
    await once(attempt.supervisor, 'exit').catch(() => {});
    const swept = await sweepTree({ cookie: attempt.spec.cookie, known: readKnownProcesses(attempt.files), group: tests, graceMs: 20_000 });
    expect(swept).toEqual({ checked: true, survivors: [], notChecked: [] });
    expect(existsSync(attempt.path('clean'))).toBe(true);
    expect(lives(child)).toBe(false);
  });

  test('a process that the tests have stopped themselves stays stopped', async () => {
    const attempt = startAttempt({
      argv: sh(`sleep 600 & echo $! > sleeper; kill -STOP $!; (while :; do :; done) & echo $! > hog; wait`),
      limits: { cpuPercent: 5 },
    });
    const [sleeper, hog] = [await pidIn(attempt.path('sleeper')), await pidIn(attempt.path('hog'))];
    for (let round = 0; round < 3; round += 1) {
      await eventually('the hog is stopped', () => stopped(hog));
      await eventually('the hog goes on', () => !stopped(hog));
      expect(stopped(sleeper)).toBe(true);
    }
    expect((await cancel(attempt)).end).toMatchObject({ cause: 'cancelled', survivors: [] });
    expect(lives(sleeper)).toBe(false);
  });
});

describe('memory', () => {
  test('a tree that grows by 100 MB/s is ended at its second reading over the limit, which names the largest process', async () => {
    const limitMib = 300;
    const grow = `const held = []; setInterval(() => held.push(Buffer.alloc(10e6, 1)), 100);`;
    const attempt = startAttempt({
      argv: node(`require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grow)}]); setInterval(() => {}, 1000);`),
      limits: { memoryGb: limitMib / 1024 },
    });
    const status = await attempt.ended();
    expect(status.end).toMatchObject({ cause: 'memory_limit', survivors: [] });
    expect(status.end?.message).toMatch(/^memory limit exceeded \(300 MiB; the largest was node, \d+ MiB\)$/);
    const samples = samplesOf(attempt);
    expect(samples.map(({ memory }) => memory > limitMib)).toEqual(samples.map((_, i) => i >= samples.length - 2));
    expect(status.limits).toEqual([{ kind: 'memory', asked: limitMib / 1024, enforcedBy: 'memory-watch', notEnforcedBecause: null }]);
  });

  test('a tree below its limit runs to its end', async () => {
    const status = await startAttempt({ argv: sh('sleep 1.5; exit 4'), limits: { memoryGb: 1 } }).ended();
    expect(status.end).toMatchObject({ cause: 'exited', exitCode: 4, message: null });
  });
});

describe('priority', () => {
  test('the tests are nice and idle from their first instruction on, and the supervisor is not', async () => {
    const attempt = startAttempt({ argv: sh('nice; ionice; sleep 600'), limits: { nice: 5, idleIo: true } });
    await eventually('both were told', () => attempt.log().split('\n').length > 2);
    expect(attempt.log()).toBe(`${Math.min(19, getPriority() + 5)}\nidle\n`);
    expect(getPriority(attempt.supervisor.pid)).toBe(getPriority());
    expect(statusOf(attempt.files).limits).toEqual([
      { kind: 'priority', asked: 'nice 5, idle I/O', enforcedBy: 'nice, ionice', notEnforcedBecause: null },
    ]);
    expect((await cancel(attempt)).end).toMatchObject({ cause: 'cancelled', survivors: [] });
  });

  test.each([
    ['is not there', (folder: string) => join(folder, 'missing'), 'there is no such file'],
    [
      'names an interpreter that is not there',
      (folder: string) => {
        const file = join(folder, 'script');
        writeFileSync(file, '#!/no/such/interpreter\n');
        chmodSync(file, 0o755);
        return file;
      },
      'the interpreter its first line names was not found',
    ],
  ])('a program that %s is named as without limits', async (_, make, sentence) => {
    const { work, spec } = prepareAttempt({ argv: ['x'], limits: { nice: 5 } });
    expect(await spawnTests({ ...spec, argv: [make(work)] }, ['/usr/bin/nice', '-n', '5'])).toEqual({
      failure: expect.stringContaining(sentence),
    });
  });
});
