import { join } from 'node:path';
import type { AttemptStatus } from '../contract/attempt.ts';
import type { FailureGroup } from '../contract/insights.ts';
import { bytesText, type Dropped } from '../contract/log.ts';
import type { TestCase } from '../contract/result.ts';
import type { Attempt, Task } from '../contract/task.ts';
import { collectArtifacts } from './artifacts/collect.ts';
import { attemptFolder, type HomePaths } from './home.ts';
import { limitWarnings, suspectOf } from './limits.ts';
import { logGap, logTail } from './log-file.ts';
import { lookThrough } from './look-through.ts';
import { attemptsOfSameCode, type Tests } from './outcome.ts';
import { withoutQuarantined } from './quarantine/judged.ts';
import { errorMessageOf } from './reports/error-message.ts';
import { keptCases, keptTests } from './reports/kept-report.ts';
import { type FailedBefore, passedLater } from './reports/passed-later.ts';
import { readReports } from './reports/read.ts';
import type { ReadFiles } from './reports/read-apart.ts';
import { verdictOf } from './reports/verdict.ts';
import type { Suite } from './runners/suite.ts';
import { usageOf } from './samples-file.ts';

const TAIL_BYTES = 16 * 1024;

/** An attempt that was judged, with what its task keeps of it. */
export interface Judgement {
  attempt: Attempt;
  /** Titles of failed tests, at most 20: those that made the verdict, and those in quarantine. */
  failedTests: string[];
  quarantinedTests: string[];
  /** Why those failed that made the verdict. */
  failureGroups: FailureGroup[];
  /** Its tests are kept in its folder. */
  hasTests: boolean;
}

/** What an attempt came to: its end, its tests, its verdict. Reads the runner's reports and keeps them in the attempt's folder. */
export async function judge(
  task: Task,
  suite: Suite,
  attempt: Attempt,
  status: AttemptStatus,
  paths: HomePaths,
  readFiles: ReadFiles,
  artifactsCapMb: number,
): Promise<Judgement> {
  const folder = attemptFolder(paths, task.id, attempt.attempt);
  const projectRoot = task.config.project;
  const read = await readReports(
    {
      suite,
      projectRoot,
      attemptFolder: folder,
      startedAt: status.startedAt,
      exitCode: status.end?.exitCode ?? null,
    },
    readFiles,
  );
  const gap = await logGap(folder);
  // Kept tests that cannot be read any more cost these, not the end of the task.
  const looked = read.counts !== null ? await lookThrough(keptTests(folder), projectRoot).catch(() => null) : null;
  const collected = await collectArtifacts({
    suite,
    projectRoot,
    attemptFolder: folder,
    startedAt: status.startedAt,
    attached: looked?.attached ?? new Map(),
    capMb: artifactsCapMb,
  });
  const judged = withoutQuarantined(status.end, read, looked?.parted ?? null);
  const verdict = verdictOf({ end: judged.end, report: judged.read, verdictFrom: suite.verdictFrom });
  const error =
    verdict === 'passed' || verdict === 'flaky'
      ? null
      : errorMessageOf({ end: judged.end, report: judged.read, logTail: await logTail(folder, TAIL_BYTES) });
  return {
    attempt: {
      ...attempt,
      ...timesOfAttempt(status),
      verdict,
      counts: judged.counts,
      error,
      warnings: [
        ...(looked?.quarantineProblem ? [sentenceOfProblem(looked.quarantineProblem)] : judged.warnings),
        ...endedEarly(task, status, judged.counts),
        ...read.warnings,
        ...collected.warnings,
        ...limitWarnings(status.limits),
        ...(gap ? [sentenceOfGap(gap)] : []),
      ],
      ...(await usageOf(join(folder, 'samples.ndjson'))),
      suspect: suspectOf(status, looked?.timedOut ?? false),
      ...(judged.entries.length === 0 ? {} : { quarantined: judged.entries }),
    },
    failedTests: judged.read.failedTests,
    quarantinedTests: judged.quarantinedTests,
    failureGroups: looked?.groups ?? [],
    hasTests: looked !== null,
  };
}

/** That a runner which ends by itself after so many failures did. */
function endedEarly({ config: { failFast } }: Task, { end }: AttemptStatus, counts: Attempt['counts']): string[] {
  if (failFast === null || end?.cause !== 'exited' || (counts?.failed ?? 0) < failFast) return [];
  return [`Ended after ${failFast} ${failFast === 1 ? 'failure' : 'failures'}, as asked (fail_fast).`];
}

/** What the tests of the deciding attempt come to, beside those of the attempts before it that tested the same code. */
export async function testsOf(task: Task, judged: Judgement, paths: HomePaths): Promise<Tests & { failedBefore: FailedBefore[] }> {
  const { attempt, failedTests, quarantinedTests, failureGroups } = judged;
  const casesOf = ({ attempt: number }: Attempt) => keptCases(attemptFolder(paths, task.id, number));
  const failedBefore: FailedBefore[] = [];
  // Kept tests that cannot be read any more cost these names, not the end of the task.
  for (const before of attemptsOfSameCode(task, attempt)) await addFailed(casesOf(before), failedBefore).catch(() => {});
  return {
    failed: failedTests,
    flaky: await passedLater(failedBefore, casesOf(attempt)).catch(() => []),
    quarantined: quarantinedTests,
    groups: failureGroups,
    failedBefore,
  };
}

async function addFailed(pieces: AsyncIterable<readonly TestCase[]>, failed: FailedBefore[]): Promise<void> {
  for await (const piece of pieces)
    for (const { name, suite, status, filePath, message } of piece)
      if (status === 'failed') failed.push({ name, suite, filePath, message });
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

const sentenceOfProblem = (problem: string) => `No test is in quarantine, because its file could not be understood: ${problem}`;
