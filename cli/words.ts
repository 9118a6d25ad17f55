import type { LimitRecord } from '../contract/attempt.ts';
import { timesOf } from '../contract/documents.ts';
import { assertNever } from '../contract/errors.ts';
import type { FailureGroup, KnownTest } from '../contract/insights.ts';
import type { Progress, TestCounts } from '../contract/result.ts';
import { nextAttemptAt, type Outcome, outcomeOf } from '../contract/status.ts';
import type { Task } from '../contract/task.ts';
import { oneLine, type Style, shortened } from './print.ts';

const LONGEST_TITLE = 160;

/** `0:09`, `24:18`, `1:02:33`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** How long a task has run or ran; since when it waits where it does. */
export function timeOf(task: Task, now: number): string {
  if (task.state.status === 'queued') return duration(now - task.state.queuedAt);
  const { durationMs } = timesOf(task, now);
  return durationMs === null ? '' : duration(durationMs);
}

// By hand: a command that asks Intl waits for its data.
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment in this machine's time zone: `14:26`, and before today `12 May 14:26`. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  const time = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  if (new Date(now).toDateString() === date.toDateString()) return time;
  const day = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  return `${day}${date.getFullYear() === new Date(now).getFullYear() ? '' : ` ${date.getFullYear()}`} ${time}`;
}

/** `about 12 min`, `about 1 h 5 min`, `less than a minute`: what nobody knows to the second. */
export function about(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  const [h, min] = [Math.floor(minutes / 60), minutes % 60];
  return `about ${[h > 0 && `${h} h`, min > 0 && `${min} min`].filter(Boolean).join(' ')}`;
}

/** `23 passed, 1 failed, 1 flaky`: what is not zero; passed is without the flaky ones, which are named beside them. */
export function countsText(counts: TestCounts): string {
  const parts = [
    [counts.failed - (counts.quarantined ?? 0), 'failed'],
    [counts.quarantined ?? 0, 'failed in quarantine'],
    [counts.flaky, 'flaky'],
    [counts.passed - counts.flaky, 'passed'],
    [counts.skipped, 'skipped'],
  ] as const;
  return (
    parts
      .filter(([n]) => n > 0)
      .map(([n, word]) => `${n} ${word}`)
      .join(', ') || 'no tests'
  );
}

/** `1 test`, `25 tests`. */
export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `rerun of #41 (3 failed): 2 fixed, 1 still fails`; null where the task is no rerun. */
export function rerunText({ rerun, rerunOnly }: Task): string | null {
  if (rerun === null) return null;
  const of = `rerun of ${rerunOnly === null ? '' : 'the failed tests of '}#${rerun.number} (${rerun.failed} failed)`;
  if (rerun.outcome === null) return of;
  const { fixed, stillFailing, newFailures, notRun } = rerun.outcome.counts;
  const parts = [
    fixed > 0 && `${fixed} fixed`,
    stillFailing > 0 && `${stillFailing} still ${stillFailing === 1 ? 'fails' : 'fail'}`,
    newFailures > 0 && `${newFailures} new ${newFailures === 1 ? 'failure' : 'failures'}`,
    notRun > 0 && `${notRun} did not run`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? of : `${of}: ${parts.join(', ')}`;
}

/** `12 KB`, `3.4 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB'];
  let value = bytes / 1024;
  while (value >= 1024 && units.length > 1) {
    value /= 1024;
    units.shift();
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[0]}`;
}

/** `12 of 25, 1 failed`, `12 of about 25`, `17 %`, `about 60 % by time`; empty where nothing is known. */
export function progressText({ source, percent, total, totalIsEstimate, done, failed }: Progress): string {
  const failures = failed > 0 ? `, ${failed} failed` : '';
  if (total !== null) return `${done} of ${totalIsEstimate ? 'about ' : ''}${total}${failures}`;
  const share = typeof percent === 'number' ? `${Math.floor(percent)} %` : '';
  if (source === 'time') return share === '' ? '' : `about ${share} by time`;
  return [done > 0 ? `${done} done${failures}` : '', share].filter((part) => part !== '').join(', ');
}

/** `attempt 2 of 3`; empty where there is only one. */
export function attemptText({ attempts, config }: Task): string {
  return config.maxRetries === 0 ? '' : `attempt ${Math.max(1, attempts.length)} of ${config.maxRetries + 1}`;
}

/** `attempt 1 of 3 timed out, next attempt in 25 s`; null where the task does not wait between two attempts. */
export function backOffText(task: Task, now: number): string | null {
  const at = nextAttemptAt(task);
  if (at === null) return null;
  const cause = task.attempts.at(-1)?.end?.cause;
  const left = Math.max(0, Math.ceil((at - now) / 1000));
  const when = left < 100 ? `${left} s` : duration(left * 1000);
  return `${attemptText(task)} ${cause === 'timeout' || cause === 'no_output' ? 'timed out' : 'failed'}, next attempt in ${when}`;
}

/** What a list calls a task's outcome. */
export function outcomeWord(task: Task): string {
  const outcome = outcomeOf(task);
  if (task.cancelRequestedAt !== null && outcome === 'running') return 'cancelling';
  if (outcome === 'running') return task.state.status;
  return outcome === 'none' ? 'no results' : outcome === 'timeout' ? 'timed out' : outcome;
}

export function outcomeStyle(outcome: Outcome): Style {
  switch (outcome) {
    case 'passed':
      return 'green';
    case 'failed':
    case 'timeout':
      return 'red';
    case 'flaky':
    case 'none':
    case 'cancelled':
      return 'yellow';
    case 'running':
      return 'cyan';
    case 'queued':
      return 'dim';
    default:
      return assertNever(outcome);
  }
}

/** `cpu 50 % by duty-cycle`, `memory 4 GB not enforced: …`. */
export function limitText({ kind, asked, enforcedBy, notEnforcedBecause }: LimitRecord): string {
  const what = typeof asked === 'string' ? asked : kind === 'cpu' ? `cpu ${asked} %` : `${kind} ${asked} GB`;
  const why = notEnforcedBecause === null ? '' : `: ${notEnforcedBecause}`;
  return enforcedBy === null ? `${what} not enforced${why}` : `${what} by ${enforcedBy}${why && ` (in part${why})`}`;
}

/** `#12 e2e of shop`. */
export const nameOf = (task: Task) => `#${task.number} ${task.config.category} of ${task.projectName}`;

/** `1.2 s`, `0.35 s`. */
export const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 1000 ? 2 : 1)} s`;

/** A test's title, with the file and browser that it belongs to: on one line, not endless. */
export function testName({ title, file, browser }: KnownTest): string {
  const where = [browser, file].filter((part) => part !== null).join(', ');
  return oneLine(shortened(oneLine(title), LONGEST_TITLE) + (where === '' ? '' : ` (${where})`));
}

/** `14 tests: connect ECONNREFUSED 127.0.0.1:5432 (tests/cart.spec.ts:12)`. */
export const causeText = ({ count, message, frame }: FailureGroup): string =>
  oneLine(`${count} ${count === 1 ? 'test' : 'tests'}: ${message}${frame === null ? '' : ` (${frame})`}`);
