import type { Test } from 'ctrf';
import type { RerunOutcome } from '../../contract/rerun.ts';
import { decidingAttempt } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { attemptFolder, type HomePaths } from '../home.ts';
import { keptTests, type TestPieces } from '../reports/kept-report.ts';
import { Blocks, type Whole, wholeOf } from './blocks.ts';
import { keyOf, shownTitle } from './failed-tests.ts';

/** As many titles as are kept of each kind. */
const MOST = 100;

/** An ended rerun with what became of the tests of the task that it ran again; as it is where that one's report, or its own, is gone. */
export async function withRerunOutcome(ended: Task, attempt: number, earlier: Task, paths: HomePaths): Promise<Task> {
  if (ended.rerun === null) return ended;
  const before = keptTests(attemptFolder(paths, earlier.id, decidingAttempt(earlier)));
  const outcome = await rerunOutcome(before, keptTests(attemptFolder(paths, ended.id, attempt))).catch(() => null);
  return outcome === null ? ended : withoutEmptyGreen({ ...ended, rerun: { ...ended.rerun, outcome } }, outcome);
}

/** Green says that what had failed passes now. Where none of it ran again, whatever ran beside it does not tell. */
function withoutEmptyGreen(task: Task, { counts: { fixed, stillFailing, notRun } }: RerunOutcome): Task {
  if (task.rerunOnly !== 'failed' || notRun === 0 || fixed + stillFailing > 0) return task;
  if (task.verdict !== 'passed' && task.verdict !== 'flaky') return task;
  const error = `None of the tests that had failed in #${task.rerun?.number} ran again, so this run does not tell whether they pass.`;
  return { ...task, verdict: 'none', error };
}

/** What became of the tests of an earlier run, by its report and that of the rerun. A flaky test passed in the end. */
export async function rerunOutcome(before: TestPieces, after: TestPieces): Promise<RerunOutcome> {
  const failedBefore = await byKey(before, ({ status }) => status === 'failed');
  const ran = new Blocks();
  const now = await byKey(after, (test) => {
    ran.add(test);
    return true;
  });
  const of = (statuses: readonly Test['status'][]) =>
    [...failedBefore].flatMap(([key, { whole }]) =>
      statuses.includes(now.get(key)?.status ?? (ran.has(whole) ? 'passed' : 'skipped')) ? [key] : [],
    );
  const titles = (keys: readonly string[], from: ReadonlyMap<string, Told>) =>
    keys.slice(0, MOST).flatMap((key) => from.get(key)?.title ?? []);
  const [fixed, stillFailing, notRun] = [of(['passed']), of(['failed']), of(['skipped', 'pending', 'other'])];
  const newFailures = [...now.keys()].filter((key) => now.get(key)?.status === 'failed' && !failedBefore.has(key));
  return {
    fixed: titles(fixed, failedBefore),
    stillFailing: titles(stillFailing, failedBefore),
    newFailures: titles(newFailures, now),
    notRun: titles(notRun, failedBefore),
    counts: { fixed: fixed.length, stillFailing: stillFailing.length, newFailures: newFailures.length, notRun: notRun.length },
  };
}

interface Told {
  status: Test['status'];
  title: string;
  whole: Whole;
}

/** Of several of one name the one that failed. */
async function byKey(pieces: TestPieces, isMeant: (test: Test) => boolean): Promise<Map<string, Told>> {
  const found = new Map<string, Told>();
  for await (const tests of pieces) {
    for (const test of tests.filter(isMeant)) {
      const key = keyOf(test);
      if (found.get(key)?.status !== 'failed') found.set(key, { status: test.status, title: shownTitle(test), whole: wholeOf(test) });
    }
  }
  return found;
}
