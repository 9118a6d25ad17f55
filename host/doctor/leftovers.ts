import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AttemptStatus, ProcessNote } from '../../contract/attempt.ts';
import { attemptIdOf, COOKIE_PREFIX, cookieOf } from '../../contract/ids.ts';
import { isAlive, type Life } from '../../supervisor/identity.ts';
import { listPids, variablesOf } from '../../supervisor/proc.ts';
import { readKnownProcesses, readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { findLeft, type SweepOptions } from '../../supervisor/terminate.ts';

/** An attempt of this home of which something is still there. */
export interface LivingAttempt {
  taskId: string;
  attempt: number;
  status: AttemptStatus | null;
  supervisor: Life;
  marks: Omit<SweepOptions, 'graceMs'>;
  /** Its living processes; null where nobody can tell from here. */
  processes: ProcessNote[] | null;
}

/**
 * The attempts of a home that have living processes or a living supervisor, as the run folders and the cookies of the machine's processes tell.
 * What carries the cookie of another home has no folder here, so it is not found.
 */
export function livingAttempts(runs: string): LivingAttempt[] {
  const cookies = new Set((listPids() ?? []).flatMap((pid) => variablesOf(pid, COOKIE_PREFIX)));
  return attemptFolders(runs).flatMap((folder): LivingAttempt[] => {
    const [taskId, attempt] = [basename(dirname(folder)), Number(basename(folder))];
    const files = runFolder(folder);
    const status = statusIn(folder);
    const cookie = cookieOf(taskId, attempt);
    if (status?.phase === 'ended' && !cookies.has(cookie)) return [];
    const supervisor = status ? isAlive(status.supervisor) : 'gone';
    const marks = { cookie, known: readKnownProcesses(files), group: status?.tests ?? null };
    const processes = findLeft(marks);
    return supervisor === 'gone' && processes?.length === 0 ? [] : [{ taskId, attempt, status, supervisor, marks, processes }];
  });
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

function statusIn(folder: string): AttemptStatus | null {
  try {
    return readStatus(runFolder(folder));
  } catch {
    return null;
  }
}
