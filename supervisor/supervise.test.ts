import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Sample } from '../contract/attempt.ts';
import { isAlive } from './identity.ts';
import { readProcess } from './proc.ts';
import { readKnownProcesses } from './run-folder.ts';
import { sweepTree } from './terminate.ts';
import { cleanUp, ENTRY, eventually, listen, lives, pidIn, running, startAttempt, statusOf, type TestAttempt } from './test-support.ts';

afterEach(cleanUp);
vi.setConfig({ testTimeout: 20_000 });

const sh = (script: string) => ['sh', '-c', script];
const node = (script: string) => [process.execPath, '-e', script];
const samplesOf = ({ files }: TestAttempt) =>
  existsSync(files.samples)
    ? readFileSync(files.samples, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => Sample.parse(JSON.parse(line)))
    : [];

describe('the end of the tests', () => {
  test('the exit code is recorded', async () => {
    const attempt = startAttempt({ argv: sh('exit 7') });
    const status = await attempt.ended();
    expect(status).toMatchObject({ phase: 'ended', end: { cause: 'exited', exitCode: 7, signal: null, message: null, survivors: [] } });
    expect(status.tests?.pid).toBeGreaterThan(0);
    expect(status.durationMs).toBeLessThan(5000);
    expect(existsSync(attempt.spec.socket)).toBe(false);
    expect(existsSync(attempt.files.reserve)).toBe(false);
    expect(statSync(attempt.files.status).mode & 0o777).toBe(0o600);
  });

  test('space for the last status is set aside before an attempt is said to run', async () => {
    const attempt = startAttempt({ argv: sh('sleep 600') });
    await running(attempt);
    const writtenAt = (path: string) => statSync(path, { bigint: true }).mtimeNs;
    expect(writtenAt(attempt.files.reserve)).toBeLessThanOrEqual(writtenAt(attempt.files.status));
    attempt.supervisor.kill('SIGTERM');
    await attempt.ended();
  });

  test('a signal that came from elsewhere is recorded as such', async () => {
    const status = await startAttempt({ argv: sh('kill -KILL $$') }).ended();
    expect(status.end).toMatchObject({ cause: 'exited', exitCode: null, signal: 'SIGKILL' });
    expect(status.end?.message).toContain('memory');
  });

  test('a program that is not there is named, with the folder', async () => {
    const attempt = startAttempt({ argv: ['no-such-program'] });
    const status = await attempt.ended();
    expect(status).toMatchObject({ phase: 'ended', tests: null, end: { cause: 'spawn_failed', exitCode: null, signal: null } });
    expect(status.end?.message).toContain('no-such-program');
    expect(status.end?.message).toContain(attempt.spec.cwd);
  });

  test('a folder that is not there is named', async () => {
    const status = await startAttempt({ argv: ['ls'], cwd: '/no/such/folder' }).ended();
    expect(status.end?.message).toBe('The folder /no/such/folder does not exist, so ls could not be started there.');
  });

  test('a file that is no program is named', async () => {
    const status = await startAttempt({ argv: ['/etc/passwd'] }).ended();
    expect(status.end).toMatchObject({ cause: 'spawn_failed', message: expect.stringContaining('/etc/passwd') });
  });

  test('the tests get exactly the environment of the spec', async () => {
    const attempt = startAttempt({ argv: ['/usr/bin/env'], env: { COLOUR: 'green apple' } });
    await attempt.ended();
    const names = attempt
      .log()
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(attempt.log()).toContain('COLOUR=green apple');
    expect(names.toSorted()).toEqual(['COLOUR', 'PATH', attempt.spec.cookie].toSorted());
  });

  test('an attempt that was started before is not run again', async () => {
    const attempt = startAttempt({ argv: sh('echo once >> ran') });
    await attempt.ended();
    const [code] = await once(spawn(process.execPath, [ENTRY, attempt.files.folder], { stdio: 'ignore' }), 'exit');
    expect(code).toBe(75);
    expect(readFileSync(attempt.path('ran'), 'utf8')).toBe('once\n');
  });
});

describe('the log', () => {
  test('holds the bytes of both streams in order of arrival, and the index says which is which', async () => {
    // Each line waits until the one before has arrived, so there is one right order.
    const script = `
      const { writeSync, readFileSync } = require('node:fs');
      const wait = (n) => { while (readFileSync(process.env.LOG, { flag: 'a+' }).length < n); };
      writeSync(1, 'one\\n'); wait(4); writeSync(2, Buffer.from([0xff, 0x00, 0x0a])); wait(7); writeSync(1, 'three\\n');`;
    const attempt = startAttempt({
      argv: sh('LOG="$(cat log-path)" exec "$NODE" -e "$SCRIPT"'),
      env: { NODE: process.execPath, SCRIPT: script },
    });
    writeFileSync(attempt.path('log-path'), attempt.files.log);
    await attempt.ended();
    expect([...readFileSync(attempt.files.log)]).toEqual([...Buffer.from('one\n'), 0xff, 0, 0x0a, ...Buffer.from('three\n')]);
    const index: number[][] = readFileSync(attempt.files.logIndex, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(index.map(([offset, , stream]) => [offset, stream])).toEqual([
      [0, 1],
      [4, 2],
      [7, 1],
    ]);
    const times = index.map(([, ms = -1]) => ms);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('takes megabytes without losing one', async () => {
    const attempt = startAttempt({ argv: node(`for (let i = 0; i < 400; i++) process.stdout.write(String(i % 10).repeat(10000))`) });
    await attempt.ended();
    expect(attempt.log()).toBe(Array.from({ length: 400 }, (_, i) => String(i % 10).repeat(10_000)).join(''));
  });

  test('a daemon that holds the output open does not delay the end, and is ended', async () => {
    const attempt = startAttempt({ argv: sh('setsid sleep 600 & echo $! > daemon; echo started') });
    const status = await attempt.ended();
    expect(status.end).toMatchObject({ cause: 'exited', exitCode: 0, survivors: [] });
    expect(status.durationMs).toBeLessThan(2000);
    expect(attempt.log()).toBe('started\n');
    expect(lives(await pidIn(attempt.path('daemon')))).toBe(false);
  });

  test('what a child prints after the first process has ended is still read', async () => {
    const attempt = startAttempt({ argv: sh('(while kill -0 $$ 2> /dev/null; do sleep 0.05; done; echo late) & exit 0') });
    await attempt.ended();
    expect(attempt.log()).toBe('late\n');
  });
});

describe('ending the tests', () => {
  test('an attempt that takes too long ends as a timeout', async () => {
    const status = await startAttempt({ argv: sh('exec sleep 600'), timeoutMs: 300 }).ended();
    expect(status.end).toMatchObject({ cause: 'timeout', exitCode: null, signal: 'SIGTERM', survivors: [] });
    expect(status.end?.message).toContain('0.3 s');
    expect(status.durationMs).toBeGreaterThanOrEqual(300);
  });

  test('an attempt that prints nothing for too long ends with that reason', async () => {
    const attempt = startAttempt({ argv: sh('echo begun; exec sleep 600'), noOutputMs: 700 });
    const status = await attempt.ended();
    expect(status.end).toMatchObject({ cause: 'no_output', exitCode: null, signal: 'SIGTERM', survivors: [] });
    expect(status.end?.message).toBe('No output for 0.7 s, so the tests were ended.');
    expect(status.durationMs).toBeGreaterThanOrEqual(700);
    expect(attempt.log()).toBe('begun\n');
  });

  test('stderr and the runner’s live channel are output, too', async () => {
    const activityFile = join(mkdtempSync(join(tmpdir(), 'bge2e-activity-')), 'live.ndjson');
    const script = `
      const { appendFileSync } = require('node:fs');
      let n = 0;
      setInterval(() => {
        if (++n <= 40) console.error(n);
        else if (n <= 80) appendFileSync(process.env.LIVE, n + '\\n');
      }, 100);`;
    const attempt = startAttempt({ argv: node(script), env: { LIVE: activityFile }, noOutputMs: 3000, activityFile });
    const status = await attempt.ended();
    rmSync(dirname(activityFile), { recursive: true });
    expect(status.end?.cause).toBe('no_output');
    expect(status.durationMs).toBeGreaterThanOrEqual(11_000);
  }, 40_000);

  test('time in which the supervisor itself was stopped is neither silence nor running time', async () => {
    const attempt = startAttempt({ argv: sh('while [ ! -e go ]; do sleep 0.05; done'), timeoutMs: 9000, noOutputMs: 9000 });
    await running(attempt);
    attempt.supervisor.kill('SIGSTOP');
    await pause(10_000);
    attempt.supervisor.kill('SIGCONT');
    writeFileSync(attempt.path('go'), '');
    const { end, durationMs, startedAt, endedAt } = await attempt.ended();
    expect(end).toMatchObject({ cause: 'exited', exitCode: 0, message: null });
    expect(durationMs).toBeLessThan(9000);
    expect((endedAt ?? 0) - startedAt).toBeGreaterThanOrEqual(10_000);
  }, 40_000);

  test('a cancelled suite may clean up, and its exit code counts', async () => {
    const attempt = startAttempt({
      argv: node(
        `process.on('SIGTERM', () => { console.log('clean'); process.exit(3); }); setInterval(() => {}, 1000); console.log('ready')`,
      ),
    });
    await eventually('ready', () => attempt.log().includes('ready'));
    (await listen(attempt)).send('{"type":"cancel"}');
    const status = await attempt.ended();
    expect(status.end).toMatchObject({ cause: 'cancelled', exitCode: 3, signal: null, survivors: [] });
    expect(attempt.log()).toBe('ready\nclean\n');
  });

  test('a suite that ignores SIGTERM is killed after the grace', async () => {
    const attempt = startAttempt({ argv: sh('trap "" TERM; echo ready; while :; do sleep 1; done'), graceMs: 400 });
    await eventually('ready', () => attempt.log().includes('ready'));
    const asked = Date.now();
    attempt.supervisor.kill('SIGTERM');
    const status = await attempt.ended();
    expect(status.end).toMatchObject({ cause: 'stopped', exitCode: null, signal: 'SIGKILL', survivors: [] });
    expect(status.end?.message).toContain('SIGTERM');
    expect(Date.now() - asked).toBeGreaterThanOrEqual(400);
  });

  test('children that left group and session are ended, and a stranger is not', async () => {
    const stranger = spawn('sleep', ['600'], { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH } });
    try {
      const attempt = startAttempt({
        argv: sh(`
          setsid sh -c 'echo $$ > session; exec sleep 600' &
          (nohup sh -c 'trap "" TERM; echo $$ > nohup; while :; do sleep 1; done' > /dev/null 2>&1 &)
          setsid sh -c '(setsid sh -c "echo \\$\\$ > daemon; exec sleep 600" &)'
          wait`),
        graceMs: 1000,
      });
      const pids = await Promise.all(['session', 'nohup', 'daemon'].map((name) => pidIn(attempt.path(name))));
      expect(pids.map(lives)).toEqual([true, true, true]);
      (await listen(attempt)).send('{"type":"cancel"}');
      const status = await attempt.ended();
      expect(status.end).toMatchObject({ cause: 'cancelled', survivors: [], notChecked: [] });
      expect(pids.map(lives)).toEqual([false, false, false]);
      expect(stranger.pid !== undefined && lives(stranger.pid)).toBe(true);
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  test('an orphan without cookie, group and session of its own, is ended because it was seen before', async () => {
    const attempt = startAttempt({
      argv: sh(
        `sh -c 'env -i X=1 setsid sh -c "echo \\$\\$ > orphan; exec /bin/sleep 600" & while [ ! -e go ]; do sleep 0.05; done; echo x > gone'; exec sleep 600`,
      ),
      graceMs: 500,
    });
    const pid = await pidIn(attempt.path('orphan'));
    await eventually(
      'it was sampled',
      () => existsSync(attempt.files.processes) && readFileSync(attempt.files.processes, 'utf8').includes(`{"pid":${pid},`),
    );
    const parent = readProcess(pid)?.parent;
    writeFileSync(attempt.path('go'), '');
    await eventually('it is an orphan', () => readProcess(pid)?.parent !== parent);
    (await listen(attempt)).send('{"type":"cancel"}');
    expect((await attempt.ended()).end).toMatchObject({ cause: 'cancelled', survivors: [] });
    expect(lives(pid)).toBe(false);
  });

  test('an orphan that hides its environment is named as not checked, and left alone', async () => {
    const attempt = startAttempt({
      argv: sh(
        `(env -i setsid sh -c 'echo $$ > orphan; exec env -i /bin/sleep 600' > /dev/null 2>&1 &) ; while [ ! -s orphan ]; do :; done`,
      ),
    });
    const pid = await pidIn(attempt.path('orphan'));
    try {
      const status = await attempt.ended();
      // Where the machine was too slow for the chain to break before the first look, it was seen and so ended: right, too.
      if (lives(pid)) expect(status.end?.notChecked).toContainEqual({ pid, command: '/bin/sleep 600' });
      else expect(status.end).toMatchObject({ survivors: [], notChecked: [] });
    } finally {
      if (lives(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});

describe('what others see', () => {
  test('each client is told the status at once and at each change, whatever another client does', async () => {
    const attempt = startAttempt({ argv: sh('echo ready; while [ ! -e go ]; do sleep 0.05; done') });
    await running(attempt);
    const mute = connect(attempt.spec.socket);
    await once(mute, 'connect');
    mute.pause();
    const broken = await listen(attempt);
    broken.send('no json');
    broken.send('{"type":"surprise"}\n[1]\nnull');
    const client = await listen(attempt);
    await eventually('the first message', () => client.phases().length === 1);
    writeFileSync(attempt.path('go'), '');
    await client.closed;
    expect(client.phases()).toEqual(['running', 'ended']);
    expect((await attempt.ended()).end).toMatchObject({ cause: 'exited', exitCode: 0 });
    mute.destroy();
  });

  test('samples tell what a busy suite uses', async () => {
    const attempt = startAttempt({ argv: node(`require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' }); for (;;);`) });
    await eventually('three samples', () => samplesOf(attempt).length >= 3);
    attempt.supervisor.kill('SIGTERM');
    await attempt.ended();
    const samples = samplesOf(attempt);
    const busiest = Math.max(...samples.map(({ cpu }) => cpu));
    expect(busiest).toBeGreaterThan(15); // of one core, on a machine that others use too
    expect(busiest).toBeLessThan(120);
    for (const { memory, memoryKind, processes } of samples.slice(0, 3)) {
      expect(memory).toBeGreaterThan(5);
      expect(memory).toBeLessThan(200);
      expect({ memoryKind, processes }).toEqual({ memoryKind: 'pss', processes: 2 });
    }
  });

  test('tests outlive a supervisor that is killed, and a sweep ends them from what it had written', async () => {
    const attempt = startAttempt({
      argv: sh(`sh -c 'env -i X=1 setsid sh -c "echo \\$\\$ > hidden; exec /bin/sleep 600" & sleep 600' & exec sleep 600`),
    });
    const hidden = await pidIn(attempt.path('hidden'));
    await eventually(
      'it was sampled',
      () => existsSync(attempt.files.processes) && readFileSync(attempt.files.processes, 'utf8').includes(`{"pid":${hidden},`),
    );
    attempt.supervisor.kill('SIGKILL');
    await once(attempt.supervisor, 'exit');
    const { tests, phase } = statusOf(attempt.files);
    expect(phase).toBe('running');
    expect([tests && isAlive(tests), lives(hidden)]).toEqual(['alive', true]);
    const known = readKnownProcesses(attempt.files);
    expect(known.length).toBeGreaterThanOrEqual(4);
    const result = await sweepTree({ cookie: attempt.spec.cookie, known, group: tests, graceMs: 2000 });
    expect(result).toEqual({ checked: true, survivors: [], notChecked: [] });
    expect(known.map(isAlive)).toEqual(known.map(() => 'gone'));
  });
});
