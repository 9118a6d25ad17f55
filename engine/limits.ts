import type { Test } from 'ctrf';
import type { AskedLimits, AttemptStatus, LimitRecord } from '../contract/attempt.ts';
import type { Attempt, Task } from '../contract/task.ts';

/** How much a background task leaves to its user, whoever asked for limits. */
export interface BackgroundPriority {
  /** 0 leaves its priority as it is. */
  nice: number;
  idleIo: boolean;
}

/** What an attempt may take. Somebody waits for a task in the foreground, so that one keeps its priority. */
export function limitsOf({ config, foreground }: Task, background: BackgroundPriority, workers: number | null): AskedLimits {
  return {
    cpuPercent: config.cpuLimitPercent,
    memoryGb: config.memoryLimitGb,
    nice: foreground || background.nice === 0 ? null : background.nice,
    idleIo: !foreground && background.idleIo,
    workers,
  };
}

/** Sentences for limits that somebody asked for and that were not held, or only in part. */
export function limitWarnings(limits: readonly LimitRecord[]): string[] {
  return limits
    .filter(({ kind, notEnforcedBecause }) => kind !== 'priority' && notEnforcedBecause !== null)
    .map(({ kind, enforcedBy, notEnforcedBecause }) => {
      const name = kind === 'cpu' ? 'CPU' : kind;
      return `The ${name} limit was ${enforcedBy === null ? 'not' : 'only in part'} enforced: ${notEnforcedBecause}.`;
    });
}

/** As Playwright, Cypress, Jest, pytest and Node itself say it. */
const TIMED_OUT = /tim(?:e|ed)[\s_-]?out/i;

export const hasTimedOut = ({ status, rawStatus = '', message = '' }: Test): boolean =>
  (status === 'failed' || status === 'other') && (TIMED_OUT.test(rawStatus) || TIMED_OUT.test(message));

/** Whether a limit of ours may be why a test (`timedOut`), or the attempt, ran out of time. */
export function suspectOf({ end, stoppedMs }: AttemptStatus, timedOut: boolean): Attempt['suspect'] {
  return stoppedMs > 0 && (end?.cause === 'timeout' || timedOut) ? 'cpu_limit' : null;
}
