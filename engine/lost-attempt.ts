import { readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptEnd, AttemptStatus, ProcessNote } from '../contract/attempt.ts';
import { cookieOf } from '../contract/ids.ts';
import type { Task } from '../contract/task.ts';
import { killProcess } from '../supervisor/end-process.ts';
import { isOfAnotherBoot } from '../supervisor/identity.ts';
import { noteOf } from '../supervisor/proc.ts';
import { readKnownProcesses, readStatus, runFolder } from '../supervisor/run-folder.ts';
import { MACHINE_SHUTS_DOWN } from '../supervisor/shutdown.ts';
import { sentenceOfFailures, sentenceOfTimeout } from '../supervisor/stop-sentences.ts';
import { sweepTree } from '../supervisor/terminate.ts';
import type { Loss } from './attempt-follower.ts';
import { isThere } from './projects/files.ts';

/** An attempt whose supervisor is dead or hangs. */
export interface LostAttempt {
  task: Task;
  attempt: number;
  folder: string;
  /** What the supervisor said last; null where nobody heard anything. */
  status: AttemptStatus | null;
  loss: Loss;
  /** Somebody asked for the end of the task. */
  isCancelled: boolean;
  graceMs: number;
}

/** How a lost attempt ended; a status where its tests had begun. */
export type LostEnd = { status: AttemptStatus } | { end: AttemptEnd };

/**
 * Ends what a lost supervisor leaves, itself first where it hangs, so that nothing runs that nobody watches. The end is recorded as it was asked
 * for, where somebody had. Null where the supervisor has said something after all: then there is somebody to follow. Never throws.
 */
export async function endLost(lost: LostAttempt): Promise<LostEnd | null> {
  const { task, attempt, folder, loss, graceMs } = lost;
  const files = runFolder(folder);
  const supervisor = loss.hangs?.supervisor ?? null;
  const life = supervisor && (await killProcess(supervisor));
  const written = readStatus(files);
  if (written?.phase === 'ended') return { status: written }; // its last act
  if (lost.status === null && !(await takeBack(folder))) return null;
  const status = written ?? lost.status;
  const swept = await sweepTree({
    cookie: cookieOf(task.id, attempt),
    known: readKnownProcesses(files, status),
    group: status?.tests ?? null,
    graceMs,
  }).catch(() => ({ checked: false, survivors: [], notChecked: [] }));
  const stays: ProcessNote[] = supervisor && life === 'alive' ? [noteOf(supervisor.pid)] : [];
  const cause = causeOf(lost);
  const end: AttemptEnd = {
    cause,
    exitCode: null,
    signal: null,
    message: [...askedSentence(lost, cause), await lossSentence(lost, { checked: swept.checked, killed: life === 'gone' })].join(' '),
    survivors: [...stays, ...swept.survivors],
    notChecked: swept.notChecked,
  };
  if (status === null) return { end };
  const endedAt = isOfAnotherBoot(status.supervisor) ? await lastSign(folder, status.startedAt) : Date.now();
  return { status: { ...status, phase: 'ended', endedAt, durationMs: Math.max(0, endedAt - status.startedAt), end } };
}

function causeOf({ status, loss: { hangs, request }, isCancelled }: LostAttempt): AttemptEnd['cause'] {
  if (isCancelled) return 'cancelled';
  if (request) return request.type === 'fail_fast' ? 'fail_fast' : request.because === 'shutdown' ? 'stopped' : 'cancelled';
  return hangs && status?.phase === 'running' ? 'timeout' : 'supervisor_lost';
}

function askedSentence({ task, loss: { request } }: LostAttempt, cause: AttemptEnd['cause']): string[] {
  if (cause === 'timeout') return [sentenceOfTimeout(task.config.timeoutMinutes * 60_000)];
  if (cause === 'stopped') return [MACHINE_SHUTS_DOWN];
  return cause === 'fail_fast' && request?.type === 'fail_fast' ? [sentenceOfFailures(request.failures)] : [];
}

/** `checked`: what it left could be looked for. `killed`: one that hung is surely gone. */
async function lossSentence(
  { folder, status, loss: { hangs } }: LostAttempt,
  { checked, killed }: { checked: boolean; killed: boolean },
): Promise<string> {
  if (status && isOfAnotherBoot(status.supervisor)) return 'The machine was restarted while the tests ran.';
  const { status: path } = runFolder(folder);
  const isUnreadable = status === null && (await isThere(path));
  const isRemoved = !(await isThere(folder));
  if (status === null && !isUnreadable && !isRemoved)
    return hangs
      ? `The supervisor of this attempt did not begin, so it was ${killed ? 'killed' : 'given up'}. No test was run.`
      : 'The supervisor of this attempt could not be started or was killed at once.';
  const tail = checked ? 'its tests were ended.' : 'what is left of its tests could not be found from here, and was not ended.';
  if (isRemoved) return `The run folder of this attempt (${folder}) was removed while it ran; ${tail}`;
  if (isUnreadable) return `What the supervisor of this attempt has written (${path}) cannot be read; ${tail}`;
  if (!hangs) return `The supervisor of this attempt was killed${checked ? ', so' : ';'} ${tail}`;
  return `The supervisor of this attempt did not answer${killed ? ', so it was killed' : ''}${checked ? ' and' : ';'} ${tail}`;
}

/**
 * Takes an attempt back whose supervisor says nothing, because it was killed or somebody stopped it: one that goes on later finds its spec gone
 * and starts nothing. False where it has said something meanwhile that can be understood.
 */
async function takeBack(folder: string): Promise<boolean> {
  const { spec, takenSpec } = runFolder(folder);
  for (const path of [spec, takenSpec]) await rename(path, join(folder, 'spec.abandoned.json')).catch(() => {});
  return readStatus(runFolder(folder)) === null;
}

/** When an attempt last wrote anything, at `least` as late as that: what it was doing after that, nobody knows. */
async function lastSign(folder: string, least: number): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const times = names.map((name) =>
    stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  );
  return Math.round(Math.max(least, ...(await Promise.all(times))));
}
