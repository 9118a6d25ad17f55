import type { Runner } from './runner.ts';
import type { Suite } from './suite.ts';

const argvOf = (suite: Suite, additionalArgs: readonly string[]) => [...(suite.command ?? []), ...suite.args, ...additionalArgs];

/** Any command: its argv as the project wrote it, its reports where the project says. */
export const command: Runner = {
  prepare: ({ suite, config }) => ({ argv: argvOf(suite, config.additionalArgs), env: {}, workers: null }),
  commandLine: argvOf,
  exclusiveKeys: () => [],
  progress: null,
};
