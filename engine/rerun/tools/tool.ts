import type { Arguments } from '../arguments.ts';
import type { FailedTest } from '../failed-tests.ts';

/** A command line that runs certain tests alone. */
export interface Selection {
  arguments: Arguments;
  /** In what way it runs more than those, as a sentence; null where it does not. */
  note: string | null;
}

/** How one tool is told to run certain tests alone. */
export interface RerunTool {
  /**
   * Command lines that do, the most exact one first; none where this report does not name what the tool needs to know. `projectRoot` is the
   * working directory.
   */
  selections(given: Arguments, failed: readonly FailedTest[], projectRoot: string): Selection[];
}

export const WHOLE_FILES = 'The failed tests are too many for a command line, so all tests of their files run.';
