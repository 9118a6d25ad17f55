import type { RunnerName, TaskConfig } from '../../contract/task.ts';
import { command } from './command.ts';
import { playwright } from './playwright.ts';
import type { Runner } from './runner.ts';
import type { Suite } from './suite.ts';

const RUNNERS: Record<RunnerName, Runner> = { command, playwright };

export function runnerFor(name: RunnerName): Runner {
  return RUNNERS[name];
}

/** The command line of a task as a person would type it. */
export function commandLineOf(
  suite: Suite,
  { additionalArgs, project }: Pick<TaskConfig, 'additionalArgs'> & { project?: string },
): string {
  return runnerFor(suite.runner)
    .commandLine(suite, additionalArgs, project ?? null)
    .map(quoted)
    .join(' ');
}

const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Keys that no two running tasks may share. */
export function exclusiveKeysOf(suite: Suite, projectRoot: string): string[] {
  return [...suite.exclusive, ...(suite.parallel ? [] : runnerFor(suite.runner).exclusiveKeys(suite, projectRoot))];
}
