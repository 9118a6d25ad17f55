import { join } from 'node:path';
import type { CTRFReport } from 'ctrf';
import type { AttemptStatus } from '../contract/attempt.ts';
import { bytesText, type Dropped } from '../contract/log.ts';
import type { Attempt, Task } from '../contract/task.ts';
import { collectArtifacts } from './artifacts/collect.ts';
import { attemptFolder, type HomePaths } from './home.ts';
import { limitWarnings, suspectOf } from './limits.ts';
import { logGap, logTail } from './log-file.ts';
import { attemptsOfSameCode, type Tests } from './outcome.ts';
import { errorMessageOf } from './reports/error-message.ts';
import { readKeptReport, readTests } from './reports/kept-report.ts';
import { passedLater } from './reports/passed-later.ts';
import { readReports } from './reports/read.ts';
import type { ReadFiles } from './reports/read-apart.ts';
import { verdictOf } from './reports/verdict.ts';
import type { Suite } from './runners/suite.ts';
import { usageOf } from './samples-file.ts';

const TAIL_BYTES = 16 * 1024;

/** What an attempt came to: its end, its tests, its verdict. Reads the runner's reports and keeps them in the attempt's folder. */
export async function judge(
  task: Task,
  suite: Suite,
  attempt: Attempt,
  status: AttemptStatus,
  paths: HomePaths,
  readFiles: ReadFiles,
  artifactsCapMb: number,
): Promise<{ attempt: Attempt; failedTests: string[]; report: CTRFReport | null }> {
  const folder = attemptFolder(paths, task.id, attempt.attempt);
  const read = await readReports(
    {
      suite,
      projectRoot: task.config.project,
      attemptFolder: folder,
      startedAt: status.startedAt,
      exitCode: status.end?.exitCode ?? null,
    },
    readFiles,
  );
  const gap = await logGap(folder);
  const report = read.counts === null ? null : await readKeptReport(folder).catch(() => null);
  const collected = await collectArtifacts({
    suite,
    projectRoot: task.config.project,
    attemptFolder: folder,
    startedAt: status.startedAt,
    report,
    capMb: artifactsCapMb,
  });
  const verdict = verdictOf({ end: status.end, report: read, verdictFrom: suite.verdictFrom });
  const error =
    verdict === 'passed' || verdict === 'flaky'
      ? null
      : errorMessageOf({ end: status.end, report: read, logTail: await logTail(folder, TAIL_BYTES) });
  return {
    attempt: {
      ...attempt,
      ...timesOfAttempt(status),
      verdict,
      counts: read.counts,
      error,
      warnings: [...read.warnings, ...collected.warnings, ...limitWarnings(status.limits), ...(gap ? [sentenceOfGap(gap)] : [])],
      ...(await usageOf(join(folder, 'samples.ndjson'))),
      suspect: suspectOf(status, report?.results.tests ?? []),
    },
    failedTests: read.failedTests,
    report,
  };
}

/** What the tests of the deciding attempt come to, beside those of the attempts before it that tested the same code. */
export async function testsOf(task: Task, attempt: Attempt, failed: string[], paths: HomePaths): Promise<Tests> {
  // Kept tests that cannot be read any more cost these names, not the end of the task.
  const testsIn = ({ attempt: number }: Attempt) => readTests(attemptFolder(paths, task.id, number)).catch(() => []);
  const before = await Promise.all(attemptsOfSameCode(task, attempt).map(testsIn));
  return { failed, flaky: passedLater(before.flat(), await testsIn(attempt)) };
}

/** How an attempt ended and when, as its supervisor recorded it. */
export function timesOfAttempt({
  tests,
  startedAt,
  endedAt,
  durationMs,
  end,
  limits,
}: AttemptStatus): Pick<Attempt, 'startedAt' | 'endedAt' | 'durationMs' | 'end' | 'limits'> {
  return { startedAt: tests ? startedAt : null, endedAt, durationMs, end, limits };
}

const sentenceOfGap = ({ from, to }: Dropped) =>
  `The tests printed more than the log keeps: ${bytesText(to - from)} from the middle were dropped (log_cap_mb in settings.json).`;
