import type { CTRFReport, Test } from 'ctrf';
import type { RerunOutcome } from '../../contract/rerun.ts';
import { decidingAttempt } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { attemptFolder, type HomePaths } from '../home.ts';
import { readKeptReport } from '../reports/kept-report.ts';
import { keyOf, shownTitle } from './failed-tests.ts';

/** As many titles as are kept of each kind. */
const MOST = 100;

/** An ended rerun with what became of the tests of the task that it ran again; as it is where that one's report is gone. */
export async function withRerunOutcome(ended: Task, report: CTRFReport, earlier: Task, paths: HomePaths): Promise<Task> {
  if (ended.rerun === null) return ended;
  const folder = attemptFolder(paths, earlier.id, decidingAttempt(earlier));
  const before = await readKeptReport(folder).catch(() => null);
  return before === null ? ended : { ...ended, rerun: { ...ended.rerun, outcome: rerunOutcome(before, report) } };
}

/** What became of the tests of an earlier run, by its report and that of the rerun. A flaky test passed in the end. */
export function rerunOutcome(before: CTRFReport, after: CTRFReport): RerunOutcome {
  const failedBefore = byKey(before.results.tests.filter(({ status }) => status === 'failed'));
  const now = byKey(after.results.tests);
  const of = (statuses: readonly Test['status'][]) =>
    [...failedBefore.keys()].filter((key) => statuses.includes(now.get(key)?.status ?? 'skipped'));
  const titles = (keys: readonly string[], from: ReadonlyMap<string, Test>) =>
    keys.slice(0, MOST).flatMap((key) => {
      const test = from.get(key);
      return test ? [shownTitle(test)] : [];
    });
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

/** Of several of one name the one that failed. */
function byKey(tests: readonly Test[]): Map<string, Test> {
  const found = new Map<string, Test>();
  for (const test of tests) if (found.get(keyOf(test))?.status !== 'failed') found.set(keyOf(test), test);
  return found;
}
