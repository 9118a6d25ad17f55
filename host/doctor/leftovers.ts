import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AttemptStatus, Identity, ProcessNote } from '../../contract/attempt.ts';
import { attemptIdOf, attemptOfCookie, COOKIE_PREFIX, cookieOf } from '../../contract/ids.ts';
import type { HomePaths } from '../../engine/home.ts';
import { findSupervisors } from '../../supervisor/find-supervisors.ts';
import { isAlive, type Life } from '../../supervisor/identity.ts';
import { listPids, variablesOf } from '../../supervisor/proc.ts';
import { readKnownProcesses, readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { findLeft, type SweepOptions } from '../../supervisor/terminate.ts';

/** An attempt of this home of which something is still there. */
export interface LivingAttempt {
  taskId: string;
  attempt: number;
  /** False where somebody has removed its run folder: nothing of it can be recorded. */
  hasFolder: boolean;
  status: AttemptStatus | null;
  supervisor: Life;
  /** Which process that is; null where nothing tells. */
  supervisedBy: Identity | null;
  marks: Omit<SweepOptions, 'graceMs'>;
  /** Its living processes; null where nobody can tell from here. */
  processes: ProcessNote[] | null;
}

/**
 * The attempts of a home that have living processes or a living supervisor, as the run folders, the folders that supervisors work in and the cookies
 * of the machine's processes tell. What carries the cookie of another home is not found.
 */
export function livingAttempts({ runs, id }: Pick<HomePaths, 'runs' | 'id'>): LivingAttempt[] {
  const supervisors = findSupervisors(runs);
  const cookies = cookiesOnMachine();
  const marked = [...cookies].flatMap(([cookie, homes]) => {
    const of = homes.has(id) ? attemptOfCookie(cookie) : null;
    return of ? [join(runs, of.taskId, String(of.attempt))] : [];
  });
  return [...new Set([...attemptFolders(runs), ...supervisors.keys(), ...marked])].flatMap((folder): LivingAttempt[] => {
    const [taskId, attempt] = [basename(dirname(folder)), Number(basename(folder))];
    const files = runFolder(folder);
    const status = readStatus(files);
    const cookie = cookieOf(taskId, attempt);
    if (status?.phase === 'ended' && !cookies.has(cookie)) return [];
    const supervisedBy = status?.supervisor ?? supervisors.get(folder) ?? null;
    const supervisor = supervisedBy ? isAlive(supervisedBy) : 'gone';
    const marks = { cookie, known: readKnownProcesses(files, status), group: status?.tests ?? null };
    const processes = findLeft(marks);
    if (supervisor === 'gone' && processes?.length === 0) return [];
    return [{ taskId, attempt, hasFolder: existsSync(folder), status, supervisor, supervisedBy, marks, processes }];
  });
}

/** Every cookie that a process of this machine carries, and the homes that it says it is of. */
function cookiesOnMachine(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { name, value } of (listPids() ?? []).flatMap((pid) => variablesOf(pid, COOKIE_PREFIX)))
    found.set(name, (found.get(name) ?? new Set()).add(value));
  return found;
}

/** `task_….2`: for sentences. */
export const nameOfAttempt = ({ taskId, attempt }: Pick<LivingAttempt, 'taskId' | 'attempt'>) => attemptIdOf(taskId, attempt);

function attemptFolders(runs: string): string[] {
  return namesIn(runs).flatMap((task) =>
    namesIn(join(runs, task))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => join(runs, task, name)),
  );
}

/** Names in a folder; none where it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Sockets of attempts that nobody listens at any more, because their supervisors were killed. */
export function staleSockets({ sockets }: HomePaths, living: readonly LivingAttempt[]): string[] {
  const used = new Set(living.map((one) => `${nameOfAttempt(one)}.sock`));
  return namesIn(sockets)
    .filter((name) => /^task_.*\.sock$/.test(name) && !used.has(name))
    .map((name) => join(sockets, name));
}
