import type { RunnerName, TaskConfig } from '../../contract/task.ts';
import type { ProgressChannel } from '../attempt-follower.ts';
import { command } from './command.ts';
import { playwright } from './playwright.ts';
import type { Suite } from './suite.ts';

/** What a runner needs to know to start an attempt. */
export interface Preparation {
  suite: Suite;
  config: TaskConfig;
  attemptFolder: string;
  /** Our Playwright reporter. */
  reporterPath: string;
  /** The submitter's environment. */
  submitter: Readonly<Record<string, string>>;
}

/** How one kind of tests is started and followed. */
export interface Runner {
  /** The command line and what comes to the environment. Throws a `Refusal` where the project lacks what the runner needs. */
  prepare(preparation: Preparation): { argv: string[]; env: Record<string, string> };
  /** The command line for people, without what is ours; as typed in the project's root, where that is known. */
  commandLine(suite: Suite, additionalArgs: readonly string[], projectRoot: string | null): string[];
  /** Keys beside the suite's own that keep two tasks from destroying each other's files. */
  exclusiveKeys(suite: Suite, projectRoot: string): string[];
  /** The runner's live channel, where it has one. */
  progress: ProgressChannel | null;
}

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
