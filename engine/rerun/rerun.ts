import type { CTRFReport } from 'ctrf';
import { Refusal } from '../../contract/errors.ts';
import type { Rerun } from '../../contract/rerun.ts';
import { isTerminal } from '../../contract/status.ts';
import type { Task, TaskConfig } from '../../contract/task.ts';
import type { Suite } from '../runners/suite.ts';
import { failedTestsOf } from './failed-tests.ts';
import { selectFailed } from './select.ts';

/** What a rerun of a task runs. */
export interface PlannedRerun {
  suite: Suite;
  config: TaskConfig;
  rerunOf: string;
  rerunOnly: Task['rerunOnly'];
  rerun: Rerun;
}

/**
 * Plans to run an ended task again: all of it, or only its failed tests. `report`: of the attempt that decided; null where none was kept.
 * Throws a `Refusal` (`invalid`) where it has not ended, nothing failed, or its runner cannot run a part.
 */
export function planRerun(
  task: Task,
  suite: Suite,
  report: CTRFReport | null,
  { failed: onlyFailed, additionalArgs }: { failed: boolean; additionalArgs: readonly string[] },
): PlannedRerun {
  if (!isTerminal(task.state.status)) throw refused(`#${task.number} has not ended yet; "bge2e cancel '#${task.number}'" ends it.`);
  const { failed, outside } = report === null ? { failed: [], outside: 0 } : failedTestsOf(report);
  // When it starts was said of the earlier task.
  const config: TaskConfig = {
    ...task.config,
    startAt: null,
    after: [],
    afterNeeds: 'end',
    additionalArgs: [...task.config.additionalArgs, ...additionalArgs],
  };
  const whole = (note: string | null): PlannedRerun => ({
    suite,
    config,
    rerunOf: task.id,
    rerunOnly: task.rerunOnly, // what ran a part before runs that part again
    rerun: { number: task.number, failed: failed.length, note, outcome: null },
  });
  if (!onlyFailed) return whole(null);
  const name = `#${task.number}`;
  const all = `"bge2e retry '${name}'" runs all of it again.`;
  if (report === null) throw refused(`${name} has no test results, so nobody knows which of its tests failed. ${all}`);
  if (outside > 0)
    return whole(`${name} had ${outside === 1 ? 'an error' : `${outside} errors`} outside of its tests, so all of it runs again.`);
  if (failed.length === 0) throw refused(`${name} has no failed test. ${all}`);
  const selected = selectFailed(suite, config, failed);
  if (selected.isWhole) return whole(selected.note);
  return {
    suite: selected.suite,
    config: { ...config, additionalArgs: selected.additionalArgs },
    rerunOf: task.id,
    rerunOnly: 'failed',
    rerun: { number: task.number, failed: failed.length, note: selected.note, outcome: null },
  };
}

const refused = (message: string) => new Refusal('invalid', message, [{ field: 'task', message }]);
