import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import type { AttemptStatus } from '../contract/attempt.ts';
import { readProcess } from './proc.ts';
import { cleanUp, eventually, lives, pidIn, startAttempt, statusOf, type TestAttempt } from './test-support.ts';

afterEach(cleanUp);
vi.setConfig({ testTimeout: 90_000 });

const sh = (script: string) => ['sh', '-c', script];

async function cancel(attempt: TestAttempt): Promise<AttemptStatus> {
  attempt.supervisor.kill('SIGTERM');
  return attempt.ended();
}

test('a suite that was stopped gets its chance to clean up', async () => {
  const attempt = startAttempt({
    argv: [
      process.execPath,
      '-e',
      `process.on('SIGTERM', () => { console.log('clean'); process.exit(3); }); setInterval(() => {}, 1000); console.log('ready')`,
    ],
    graceMs: 20_000,
  });
  await eventually('ready', () => attempt.log().includes('ready'));
  const tests = statusOf(attempt.files).tests?.pid ?? 0;
  process.kill(tests, 'SIGSTOP');
  await eventually('it stands still', () => readProcess(tests)?.state === 'T');
  const status = await cancel(attempt);
  expect(status.end).toMatchObject({ exitCode: 3, signal: null, survivors: [] });
  expect(attempt.log()).toBe('ready\nclean\n');
});

/** Replaces itself without a pause: each process is gone before a scan is over, in a session of its own, with process 1 as its parent. */
const STORM = `
use POSIX;
open(my $alive, '>', 'alive');
my $end = time + 20;
for (1 .. 2) { last unless fork() }
open(my $begun, '>>', 'begun'); print $begun "x"; close $begun;
while (time < $end) { exit 0 if fork(); POSIX::setsid() }
open(my $late, '>', 'lived-to-its-end');
`;

test('processes that replace themselves faster than a scan are ended', async () => {
  const attempt = startAttempt({
    argv: sh('mkfifo alive && touch ready && while [ ! -e go ]; do sleep 0.02; done; exec perl -e "$STORM"'),
    env: { STORM },
    graceMs: 200,
  });
  await eventually('the pipe is there', () => existsSync(attempt.path('ready')), 30_000);
  // Each process of the storm holds the pipe: its end is the end of the last one.
  const gone = Promise.withResolvers<void>();
  createReadStream(attempt.path('alive')).on('close', gone.resolve).resume();
  execFileSync('touch', [attempt.path('go')]);
  await eventually('all three lines of it have begun', () => sizeOf(attempt.path('begun')) === 3, 30_000);
  const status = await attempt.ended(); // the first process exits at once: what it leaves is ended
  expect(status.end).toMatchObject({ cause: 'exited', survivors: [] });
  await gone.promise;
  expect(existsSync(attempt.path('lived-to-its-end'))).toBe(false);
});

test('an orphan that has cleared its environment before anybody looked is found by the output that it holds', async () => {
  const attempt = startAttempt({
    // It lives long enough for its supervisor to have seen where it writes, and not until the first look at the tree.
    argv: sh(`(env -i X=1 setsid sh -c 'echo $$ > orphan; exec /bin/sleep 600' &); while [ ! -s orphan ]; do :; done; sleep 0.1`),
  });
  const pid = await pidIn(attempt.path('orphan'));
  expect((await attempt.ended()).end).toMatchObject({ cause: 'exited', exitCode: 0, survivors: [], notChecked: [] });
  expect(lives(pid)).toBe(false);
});

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

test.skipIf(CHROMIUM === undefined)('of a headless Chromium nothing is left', async () => {
  const attempt = startAttempt({
    argv: sh(
      `${CHROMIUM} --headless --no-sandbox --disable-gpu --no-first-run --remote-debugging-port=0 --user-data-dir="$PWD/profile" about:blank & wait`,
    ),
    env: { HOME: process.env.HOME ?? '/' },
    graceMs: 3000,
  });
  const profile = attempt.path('profile');
  await eventually('it has started its helpers', () => processesThatName(profile).length >= 4, 20_000);
  const before = processesThatName(profile);
  expect((await cancel(attempt)).end).toMatchObject({ survivors: [], notChecked: [] });
  expect(processesThatName(profile)).toEqual([]);
  expect(before.filter(lives)).toEqual([]);
});

/** Pids of the processes with this text in their command line: found by other means than those that are tested. */
function processesThatName(text: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number.isInteger(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text) && lives(pid);
      } catch {
        return false;
      }
    });
}

const sizeOf = (path: string) => (existsSync(path) ? readFileSync(path).length : 0);
