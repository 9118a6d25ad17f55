import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CTRFReport } from 'ctrf';
import type { AttemptStatus } from '../contract/attempt.ts';
import type { FailureGroup, QuarantineEntry } from '../contract/insights.ts';
import { bytesText, type Dropped } from '../contract/log.ts';
import type { TestCase } from '../contract/result.ts';
import type { Attempt, Task } from '../contract/task.ts';
import { collectArtifacts } from './artifacts/collect.ts';
import { attemptFolder, type HomePaths } from './home.ts';
import { Causes } from './insights/causes.ts';
import { limitWarnings, suspectOf } from './limits.ts';
import { logGap, logTail } from './log-file.ts';
import { attemptsOfSameCode, type Tests } from './outcome.ts';
import { withoutQuarantined } from './quarantine/judged.ts';
import { matches } from './quarantine/match.ts';
import { titleOf } from './reports/ctrf.ts';
import { errorMessageOf } from './reports/error-message.ts';
import { readKeptReport, readTests } from './reports/kept-report.ts';
import { passedLater } from './reports/passed-later.ts';
import { readReports } from './reports/read.ts';
import type { ReadFiles } from './reports/read-apart.ts';
import { verdictOf } from './reports/verdict.ts';
import type { Suite } from './runners/suite.ts';
import { usageOf } from './samples-file.ts';

const TAIL_BYTES = 16 * 1024;
/** Causes that a task keeps, and failures that are looked at in one go. */
const MOST_CAUSES = 10;
const CAUSES_CHUNK = 250;

/** An attempt that was judged, with what its task keeps of it. */
export interface Judgement {
  attempt: Attempt;
  /** Titles of failed tests, at most 20: those that made the verdict, and those in quarantine. */
  failedTests: string[];
  quarantinedTests: string[];
  /** Why those failed that made the verdict. */
  failureGroups: FailureGroup[];
  report: CTRFReport | null;
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
  const judged = await withoutQuarantined(status.end, read, report, task.config.project);
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
        ...judged.warnings,
        ...endedEarly(task, status, judged.counts),
        ...read.warnings,
        ...collected.warnings,
        ...limitWarnings(status.limits),
        ...(gap ? [sentenceOfGap(gap)] : []),
      ],
      ...(await usageOf(join(folder, 'samples.ndjson'))),
      suspect: suspectOf(status, report?.results.tests ?? []),
      ...(judged.entries.length === 0 ? {} : { quarantined: judged.entries }),
    },
    failedTests: judged.read.failedTests,
    quarantinedTests: judged.quarantinedTests,
    failureGroups: await causesOf(report, judged.entries, task.config.project),
    report,
  };
}

/** Failures of tests and errors outside of them, those in quarantine left out. Between pieces of a long list the host does its other work. */
async function causesOf(report: CTRFReport | null, quarantined: readonly QuarantineEntry[], projectRoot: string): Promise<FailureGroup[]> {
  const causes = new Causes(projectRoot);
  let seen = 0;
  for (const test of report?.results.tests ?? []) {
    if (test.status !== 'failed' && test.status !== 'other') continue;
    const named = { name: test.name, suite: test.suite ?? [], file: test.filePath ?? null };
    if (test.status === 'failed' && quarantined.some((entry) => matches(entry, named))) continue;
    causes.add({ title: test.status === 'other' ? test.name : titleOf(test), message: test.message ?? null, trace: test.trace ?? null });
    seen += 1;
    if (seen % CAUSES_CHUNK === 0) await nextTurn();
  }
  return causes.groups(MOST_CAUSES);
}

/** That a runner which ends by itself after so many failures did. */
function endedEarly({ config: { failFast } }: Task, { end }: AttemptStatus, counts: Attempt['counts']): string[] {
  if (failFast === null || end?.cause !== 'exited' || (counts?.failed ?? 0) < failFast) return [];
  return [`Ended after ${failFast} ${failFast === 1 ? 'failure' : 'failures'}, as asked (fail_fast).`];
}

/** What the tests of the deciding attempt come to, beside those of the attempts before it that tested the same code. */
export async function testsOf(task: Task, judged: Judgement, paths: HomePaths): Promise<Tests & { failedBefore: TestCase[] }> {
  const { attempt, failedTests, quarantinedTests, failureGroups } = judged;
  // Kept tests that cannot be read any more cost these names, not the end of the task.
  const testsIn = ({ attempt: number }: Attempt) => readTests(attemptFolder(paths, task.id, number)).catch(() => []);
  const before = await Promise.all(attemptsOfSameCode(task, attempt).map(testsIn));
  return {
    failed: failedTests,
    flaky: passedLater(before.flat(), await testsIn(attempt)),
    quarantined: quarantinedTests,
    groups: failureGroups,
    failedBefore: before.flat().filter(({ status }) => status === 'failed'),
  };
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
