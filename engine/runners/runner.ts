import type { TaskConfig } from '../../contract/task.ts';
import type { ProgressChannel } from '../attempt-follower.ts';
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

/** What is started. */
export interface Prepared {
  argv: string[];
  /** What comes to the environment. */
  env: Record<string, string>;
  /** The command line tells the runner to use so many workers, to hold a CPU limit; null where it does not. */
  workers: number | null;
}

/** How one kind of tests is started and followed. */
export interface Runner {
  /** Throws a `Refusal` where the project lacks what the runner needs. */
  prepare(preparation: Preparation): Prepared;
  /** The command line for people, without what is ours; as typed in the project's root, where that is known. */
  commandLine(suite: Suite, additionalArgs: readonly string[], projectRoot: string | null): string[];
  /** Keys beside the suite's own that keep two tasks from destroying each other's files. */
  exclusiveKeys(suite: Suite, projectRoot: string): string[];
  /** The runner's live channel; where it has none, its output is read. */
  progress: ProgressChannel | null;
  /**
   * What makes the runner itself end after so many failures, none where it was told already by its own arguments; null where it has nothing
   * for that: then failures are counted as they are told.
   */
  failFastArgs(suite: Suite, config: TaskConfig, failures: number): string[] | null;
}
