import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readHostFile } from '../../client/host-file.ts';
import { connectIfRunning } from '../../client/start-host.ts';
import type { Identity } from '../../contract/attempt.ts';
import type { Finding } from '../../contract/doctor.ts';
import { Refusal } from '../../contract/errors.ts';
import { attemptIdOf } from '../../contract/ids.ts';
import type { HomePaths } from '../../engine/home.ts';
import { readSettings } from '../../engine/settings-file.ts';
import { commandOf, readProcess } from '../../supervisor/proc.ts';
import { LockTaken, takeLock } from '../lock.ts';
import { checkDatabase, type QueueOnDisk } from './database.ts';
import { judgeAttempt, silentSupervisors } from './judge-attempt.ts';
import { type LivingAttempt, livingAttempts, nameOfAttempt, namesIn, staleSockets } from './leftovers.ts';
import { lockHolder } from './lock-holder.ts';
import { startOf } from './start-of.ts';

const LEAST_FREE_BYTES = 500_000_000;
/** A host that is just starting or ending holds its lock for a moment without an address. */
const PATIENCE_MS = 3000;
const LOOK_AGAIN_MS = 100;

/** What is known of a home: sentences for a person, and what `endLeftovers` works with. */
export interface Examination {
  facts: string[];
  findings: Finding[];
  /** A host that holds the home and does not answer; its identity is null where nothing proves who it is. */
  mute: { identity: Identity | null } | null;
  /** Nobody watches them any more. */
  left: LivingAttempt[];
  /** They run under their supervisors, as they should. */
  running: LivingAttempt[];
  staleFiles: string[];
}

/** Looks at everything in a home and changes nothing. Starts no host. */
export async function examine(paths: HomePaths): Promise<Examination> {
  const facts: string[] = [];
  const findings: Finding[] = [];
  const find = (kind: Finding['kind'], message: string, whatToDo: string, more: Partial<Finding> = {}) =>
    findings.push({ kind, message, whatToDo, processes: [], taskId: null, attempt: null, ...more });

  facts.push(`Node ${process.version} runs host and supervisors.`);
  checkFolder(paths, facts, find);
  const queue = checkDatabase(paths.database, facts, find);
  const host = await lookForHost(paths);
  if (host.state === 'answers') facts.push(`The host (pid ${host.pid}) answers.`);
  if (host.state === 'none') facts.push('No host runs; the next command that needs one starts it.');
  if (host.state === 'mute') {
    const { identity } = host;
    const entry = identity && readProcess(identity.pid);
    const who = entry ? `The host (pid ${entry.pid}, there since ${startOf(entry)})` : 'A host of which the pid could not be found';
    find(
      'mute_host',
      `${who} holds ${paths.lock} but does not answer${entry?.state === 'T' ? ': it is stopped (SIGSTOP)' : ''}.`,
      entry
        ? '"bge2e host stop --force" ends it; suites that run go on under their supervisors.'
        : 'Find out which process has that file open, and end it.',
      { processes: entry ? [{ pid: entry.pid, command: commandOf(entry) }] : [] },
    );
  }

  const staleFiles = host.state === 'none' ? staleFilesOf(paths) : [];
  if (staleFiles.length > 0) {
    const pid = readHostFile(paths.home)?.pid;
    find(
      'dead_host',
      `${pid === undefined ? 'A host' : `The host (pid ${pid})`} was killed: it has left ${staleFiles.join(', ')}.`,
      'The next host puts that right. "bge2e host stop --force" removes it.',
    );
  }

  const left: LivingAttempt[] = [];
  const running: LivingAttempt[] = [];
  const living = livingAttempts(paths);
  const silent = await silentSupervisors(paths, living);
  for (const one of living) {
    const { finding, isLeft } = judgeAttempt(one, { isSilent: silent.has(one), isQueued: !queue || isRunning(queue, one) });
    if (finding) findings.push(finding);
    if (isLeft) left.push(one);
    else if (!finding) running.push(one);
  }
  const sockets = staleSockets(paths, living);
  if (sockets.length > 0) {
    staleFiles.push(...sockets);
    find(
      'stale_sockets',
      `${sockets.length === 1 ? 'A socket' : `${sockets.length} sockets`} of attempts that are over ${sockets.length === 1 ? 'is' : 'are'} left in ${paths.sockets}: their supervisors were killed.`,
      'They do no harm. "bge2e host stop --force" removes them.',
    );
  }
  if (running.length > 0) facts.push(`${running.map(nameOfAttempt).join(', ')} ${running.length === 1 ? 'runs' : 'run'}.`);
  return { facts, findings, mute: host.state === 'mute' ? host : null, left, running, staleFiles };
}

type Find = (kind: Finding['kind'], message: string, whatToDo: string) => void;

function checkFolder({ home, settings }: HomePaths, facts: string[], find: Find): void {
  const probe = join(home, `doctor-${process.pid}`);
  try {
    writeFileSync(probe, 'x', { mode: 0o600 });
  } catch (error) {
    find(
      'home',
      `${home} cannot be written to: ${sentence(error)}.`,
      'Make room or change its permissions, or set BGE2E_HOME to another folder.',
    );
  }
  rmSync(probe, { force: true });
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const gb = (free / 1e9).toFixed(1);
  if (free < LEAST_FREE_BYTES) find('disk', `Only ${gb} GB are free where ${home} lies.`, 'Make room: logs and results need it.');
  else facts.push(`${home} can be written to; ${gb} GB are free.`);
  try {
    readSettings(settings);
  } catch (error) {
    find('settings', sentence(error), 'No host starts until that is put right.');
  }
}

type HostState = { state: 'answers'; pid: number } | { state: 'none' } | { state: 'mute'; identity: Identity | null };

async function lookForHost(paths: HomePaths): Promise<HostState> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    let mute = false;
    try {
      const client = await connectIfRunning(paths.home, 'doctor');
      if (client) {
        client.close();
        return { state: 'answers', pid: client.host.pid };
      }
    } catch (error) {
      // Refused for its version or token: it lives and answers.
      if (!(error instanceof Refusal)) throw error;
      if (error.kind !== 'no_answer') return { state: 'answers', pid: readHostFile(paths.home)?.pid ?? 0 };
      mute = true;
    }
    if (isFree(paths.lock)) return { state: 'none' };
    if (mute || performance.now() > deadline) return { state: 'mute', identity: lockHolder(paths.lock, readHostFile(paths.home)) };
    await delay(LOOK_AGAIN_MS);
  }
}

function isFree(lock: string): boolean {
  if (!existsSync(lock)) return true;
  try {
    takeLock(lock).release();
    return true;
  } catch (error) {
    if (error instanceof LockTaken) return false;
    throw error;
  }
}

/** What a host removes when it ends, where none is there. */
function staleFilesOf({ hostFile, sockets }: HomePaths): string[] {
  const socket = join(sockets, 'host.sock');
  return [hostFile, ...(namesIn(sockets).includes('host.sock') ? [socket] : [])].filter((path) => existsSync(path));
}

const isRunning = (queue: QueueOnDisk, { taskId, attempt }: LivingAttempt) => queue.running.has(attemptIdOf(taskId, attempt));
const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
