import type { CTRFReport } from 'ctrf';
import { timesOf } from '../../contract/documents.ts';
import type { QuarantineEntry } from '../../contract/insights.ts';
import type { TestCase } from '../../contract/result.ts';
import { decidingAttempt, outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { markQuarantined } from '../quarantine/mark.ts';
import { toTestCases } from '../reports/test-cases.ts';

/** What is exported: an ended task and the report of the attempt that decided; null where there is none. */
export interface Exported {
  task: Task;
  report: CTRFReport | null;
}

/** `Failed: e2e of shop`. */
export function headlineOf({ config, projectName, ...task }: Task): string {
  const outcome = outcomeOf({ config, projectName, ...task });
  const word = {
    passed: 'Passed',
    failed: 'Failed',
    flaky: 'Flaky',
    none: 'No results',
    timeout: 'Timed out',
    cancelled: 'Cancelled',
    queued: 'Queued',
    running: 'Running',
  }[outcome];
  return `${word}: ${config.category} of ${projectName}`;
}

/** `24 passed, 1 failed, 1 flaky, 2 skipped`: a flaky test is not counted among the passed ones, nor one in quarantine among the failed. */
export function countsOf({ counts }: Task): string {
  if (!counts) return 'no tests';
  const { passed, failed, flaky, skipped, quarantined = 0 } = counts;
  const parts = [
    [passed - flaky, 'passed'],
    [failed - quarantined, 'failed'],
    [quarantined, 'failed in quarantine'],
    [flaky, 'flaky'],
    [skipped, 'skipped'],
  ] as const;
  return (
    parts
      .filter(([n]) => n > 0)
      .map(([n, word]) => `${n} ${word}`)
      .join(', ') || 'no tests'
  );
}

/** What a reader wants to know of a run beside its tests. */
export function factsOf(task: Task): [name: string, value: string][] {
  const { durationMs, endedAt } = timesOf(task, 0);
  const facts: [string, string | null][] = [
    ['Environment', task.config.environment],
    ['Branch', task.git?.branch ?? null],
    [
      'Commit',
      task.git === null
        ? null
        : task.git.commit.slice(0, 12) + (task.git.changedFiles > 0 ? ` with ${task.git.changedFiles} changed files` : ''),
    ],
    ['Took', durationMs === null ? null : durationText(durationMs)],
    ['Ended', endedAt === null ? null : new Date(endedAt).toISOString()],
    ['Attempts', task.attempts.length > 1 ? String(task.attempts.length) : null],
    ['Run', task.id],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** `9 s`, `24 min 18 s`, `1 h 2 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return ms < 1000 ? `${Math.round(ms)} ms` : `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The tests, with a mark on those that failed in quarantine when the verdict was made. */
export const testsOf = ({ task, report }: Exported): TestCase[] =>
  report ? markQuarantined(toTestCases(report.results.tests), quarantineOf(task)) : [];

/** What was in quarantine for the attempt that decided. */
export const quarantineOf = (task: Task): readonly QuarantineEntry[] =>
  task.attempts.find(({ attempt }) => attempt === decidingAttempt(task))?.quarantined ?? [];

export const titleOf = ({ suite, name }: TestCase): string => [...suite, name].join(' › ');
/** `tests/cart.spec.ts:12`; empty where nobody knows. */
export const placeOf = ({ filePath, line }: TestCase): string =>
  filePath === null ? '' : line === null ? filePath : `${filePath}:${line}`;
