import type { TaskConfig } from '../../contract/task.ts';
import { knownCommand } from '../rerun/tool-of.ts';
import { pytestTool } from '../rerun/tools/pytest.ts';
import type { Runner } from './runner.ts';
import type { Suite } from './suite.ts';

const argvOf = (suite: Suite, additionalArgs: readonly string[]) => [...(suite.command ?? []), ...suite.args, ...additionalArgs];

/** Any command: its argv as the project wrote it, its reports where the project says. */
export const command: Runner = {
  prepare: ({ suite, config }) => {
    const failFast = config.failFast === null ? null : failFastArgs(suite, config, config.failFast);
    return { argv: [...argvOf(suite, config.additionalArgs), ...(failFast ?? [])], env: {}, workers: null };
  },
  commandLine: argvOf,
  exclusiveKeys: () => [],
  progress: null,
  failFastArgs,
};

/** Of the tools that commands start, pytest alone counts tests and ends with its report written: its others end at the first, or count files. */
function failFastArgs(suite: Suite, { project, additionalArgs }: TaskConfig, failures: number): string[] | null {
  const known = knownCommand(suite.command ?? [], project);
  if (known?.tool !== pytestTool || known.script !== null) return null;
  const isSaid = argvOf(suite, additionalArgs).some(
    (word) => word === '-x' || word === '--exitfirst' || word.split('=', 1)[0] === '--maxfail',
  );
  return isSaid ? [] : [`--maxfail=${failures}`];
}
