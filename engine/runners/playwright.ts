import type { Runner } from './runner.ts';

export const playwright: Runner = {
  prepare: () => ({ argv: ['false'], env: {} }),
  commandLine: (suite, additionalArgs) => ['playwright', 'test', ...suite.args, ...additionalArgs],
  exclusiveKeys: (_suite, projectRoot) => [`playwright:${projectRoot}`],
  progress: null,
};
