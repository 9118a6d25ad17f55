import { createHash } from 'node:crypto';
import { timesOf } from '../../contract/documents.ts';
import { endedByFailFast } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';

/** What runs are compared by, beside what is searched of them. */
export interface RunFacts {
  /** Equal where the same code was tested with the same configuration; null where git does not tell. */
  code: string | null;
  /** Which part of the suite it ran: empty for all of it, `part` for a rerun of what failed, else a digest of its extra arguments. */
  scope: string;
  /** The attempt that decided came to its end by itself, so its tests are all there. */
  exited: boolean;
  durationMs: number | null;
  /** From the moment from which it could have started. */
  waitMs: number | null;
  /** Percent of one core, over the attempt that decided. */
  cpuPercent: number | null;
  /** MiB, of all attempts. */
  memoryMb: number | null;
}

/** A rerun that runs only what failed. */
export const PART = 'part';

export function factsOf(task: Task): RunFacts {
  const { config, state, attempts, decidedBy } = task;
  const { additionalArgs, envVars, useRealServices, useRealLlm } = config;
  const deciding = attempts.find(({ attempt }) => attempt === decidedBy);
  const tree = (deciding?.git ?? task.git)?.tree ?? null;
  const peaks = attempts.flatMap(({ peakMemoryMb }) => peakMemoryMb ?? []);
  const begun = 'startingAt' in state ? state.startingAt : 'startedAt' in state ? state.startedAt : null;
  return {
    code: tree === null ? null : digestOf([tree, additionalArgs, Object.entries(envVars).sort(), useRealServices, useRealLlm]),
    scope: task.rerunOnly !== null ? PART : additionalArgs.length === 0 ? '' : digestOf(additionalArgs),
    exited: deciding?.end?.cause === 'exited' && deciding.end.signal === null && !endedByFailFast(task),
    durationMs: begun === null ? null : timesOf(task, 0).durationMs,
    waitMs: begun === null ? null : Math.max(0, begun - Math.max(state.queuedAt, config.startAt ?? 0)),
    cpuPercent: deciding?.meanCpuPercent ?? null,
    memoryMb: peaks.length === 0 ? null : Math.max(...peaks),
  };
}

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
