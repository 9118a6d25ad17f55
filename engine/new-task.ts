import { newTaskId } from '../contract/ids.ts';
import type { GitState, Task, TaskConfig } from '../contract/task.ts';
import { commandLineOf, exclusiveKeysOf } from './runners/runners.ts';
import type { Suite } from './runners/suite.ts';
import type { NewTask } from './store/tasks.ts';

/** What makes one task different from another when it is queued. */
interface Asked extends Partial<Pick<Task, 'rerunOf' | 'rerunOnly' | 'rerun'>> {
  projectName: string;
  git: GitState | null;
  config: TaskConfig;
  suite: Suite;
  foreground: boolean;
  submitter: string;
}

/** A task that is about to be queued. */
export function newTask({ suite, rerunOf = null, rerunOnly = null, rerun = null, ...asked }: Asked): NewTask {
  const { config } = asked;
  const now = Date.now();
  return {
    ...asked,
    id: newTaskId(now),
    runner: suite.runner,
    commandLine: commandLineOf(suite, config),
    exclusiveKeys: exclusiveKeysOf(suite, config.project),
    pausedAt: null,
    place: null,
    state: { status: 'queued', queuedAt: now },
    cancelRequestedAt: null,
    attempts: [],
    decidedBy: null,
    verdict: null,
    counts: null,
    error: null,
    failedTests: [],
    flakyTests: [],
    rerunOf,
    rerunOnly,
    rerun,
    resultFile: null,
    notifiedAt: null,
    seenAt: null,
  };
}
