import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { identityOf } from './identity.ts';
import { carriesVariable } from './proc.ts';
import { eventually, lives, pidIn } from './test-support.ts';
import { TrackedTree } from './tracked-tree.ts';

const shells: ChildProcess[] = [];
const pids: number[] = [];
const folder = mkdtempSync(join(tmpdir(), 'bge2e-tree-'));

afterEach(async () => {
  for (const pid of pids.splice(0).filter(lives)) process.kill(pid, 'SIGKILL');
  for (const child of shells.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const COOKIE = `BGE2E_ATTEMPT_tree${process.pid}`;

/** A shell that runs what it is told, and says in `done` when it has. */
function shell(env: NodeJS.ProcessEnv) {
  const child = spawn('/bin/sh', [], { env, cwd: folder, detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  shells.push(child);
  return {
    pid: child.pid ?? 0,
    tell: (line: string) => child.stdin.write(`${line}\n`),
    async does(line: string) {
      const said = once(child.stdout, 'data');
      child.stdin.write(`${line}\necho done\n`);
      await said;
    },
  };
}

const environment = { PATH: process.env.PATH };

/** The first process of a tree, and the tree, of which a scan has been made. */
function treeOf() {
  const leader = shell({ ...environment, [COOKIE]: '1' });
  const tree = new TrackedTree({ cookie: COOKIE, leader: identityOf(leader.pid), fromTheStart: true });
  tree.scan();
  const members = () => tree.look()?.members.map(({ pid }) => pid) ?? [];
  return { leader, tree, members };
}

test('a look finds what was started since, also in sessions of their own, with and without an environment', async () => {
  const { leader, members } = treeOf();
  expect(members()).toEqual([leader.pid]);
  await leader.does(`sleep 600 & echo $! > child; setsid sh -c 'echo $$ > session; exec sleep 600' &`);
  const [child, session] = [await pidIn(join(folder, 'child')), await pidIn(join(folder, 'session'))];
  pids.push(child, session);
  expect(members()).toEqual(expect.arrayContaining([leader.pid, child, session]));
  await leader.does(`kill -9 ${child}; env -i /bin/sleep 600 & echo $! > hidden`);
  pids.push(await pidIn(join(folder, 'hidden')));
  leader.tell('exit');
  await eventually('the first process has ended', () => !lives(leader.pid));
  expect(members().sort()).toEqual([session, await pidIn(join(folder, 'hidden'))].sort());
});

test('of processes that are none of ours none is taken, however often they are looked at', async () => {
  const { leader, members } = treeOf();
  const stranger = shell(environment);
  for (let look = 0; look < 25; look += 1) {
    expect(members()).toEqual([leader.pid]);
    if (look === 12) await stranger.does('sleep 600 & echo $! > stranger');
  }
  pids.push(await pidIn(join(folder, 'stranger')));
});

test('what a process has started that only later turns out to be ours is ours as well', async () => {
  const { leader, members } = treeOf();
  // Its environment is empty, which proves nothing; that of what it starts shows that there is no cookie.
  const unclear = shell({});
  await unclear.does(`PATH=/usr/bin:/bin; X=1 sleep 600 & echo $! > below`);
  const below = await pidIn(join(folder, 'below'));
  pids.push(below);
  expect(members()).toEqual([leader.pid]);
  unclear.tell(`exec env ${COOKIE}=1 sleep 600`);
  await eventually('it shows the cookie', () => carriesVariable(unclear.pid, COOKIE) === 'yes');
  expect(members()).toEqual(expect.arrayContaining([leader.pid, unclear.pid, below]));
});
