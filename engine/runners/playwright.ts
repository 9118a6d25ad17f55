import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import type { TaskConfig } from '../../contract/task.ts';
import { playwrightProgress } from './playwright-progress.ts';
import { workersFor } from './playwright-workers.ts';
import type { Preparation, Runner } from './runner.ts';
import type { Suite } from './suite.ts';

/** What our reporter writes in the attempt's folder. */
export const PLAYWRIGHT_FILE = 'playwright.ndjson';

const BINARY = process.platform === 'win32' ? 'playwright.cmd' : 'playwright';

/** The project's own Playwright, followed by a reporter of ours beside the project's. */
export const playwright: Runner = {
  prepare: (preparation) => {
    const { suite, config, attemptFolder } = preparation;
    // Playwright empties this folder first, so two runs must not share the project's. Before the suite's own arguments: theirs win.
    const ours = ['--output', join(attemptFolder, 'artifacts'), ...(suite.configFile === null ? [] : ['--config', suite.configFile])];
    const theirs = [...suite.args, ...config.additionalArgs];
    const workers = workersFor(config.cpuLimitPercent, { args: theirs, configFile: suite.configFile });
    if (workers !== null) ours.push('--workers', String(workers));
    if (config.failFast !== null) ours.push(...failFastArgs(suite, config, config.failFast));
    return { argv: [findPlaywright(suite, config.project), 'test', ...ours, ...theirs], env: environment(preparation), workers };
  },
  commandLine: (suite, additionalArgs, projectRoot) => [
    'npx',
    'playwright',
    'test',
    ...configArgs(suite, projectRoot),
    ...suite.args,
    ...additionalArgs,
  ],
  exclusiveKeys: (suite, projectRoot) => [`playwright:${realPath(suite.configFile ?? projectRoot)}`],
  progress: { file: PLAYWRIGHT_FILE, reader: playwrightProgress },
  failFastArgs,
};

function failFastArgs({ args }: Suite, { additionalArgs }: TaskConfig, failures: number): string[] {
  const isSaid = [...args, ...additionalArgs].some((word) => word === '-x' || word.split('=', 1)[0] === '--max-failures');
  return isSaid ? [] : ['--max-failures', String(failures)];
}

/** The nearest one, as Node would find it for an import in the config file. Its shebang picks the Node of the submitter's PATH. */
export function findPlaywright(suite: Suite, projectRoot: string): string {
  const start = suite.configFile === null ? projectRoot : dirname(suite.configFile);
  for (let folder = start; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', '.bin', BINARY);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
    if (folder === dirname(folder)) break;
  }
  throw new Refusal(
    'invalid',
    `Playwright is not installed in ${start} or above it (there is no node_modules/.bin/${BINARY}): install the project's packages, for example by npm install, or give the category a command in background-e2e.yaml.`,
  );
}

function environment({ suite, config, submitter, attemptFolder, reporterPath }: Preparation): Record<string, string> {
  const theirs = { ...submitter, ...suite.envVars, ...config.envVars };
  const saysColour = theirs.FORCE_COLOR !== undefined || theirs.NO_COLOR !== undefined;
  return {
    PW_TEST_REPORTER: reporterPath,
    BGE2E_PLAYWRIGHT_FILE: join(attemptFolder, PLAYWRIGHT_FILE),
    // The HTML reporter would serve its report and wait for ever. The second is the older name.
    PLAYWRIGHT_HTML_OPEN: 'never',
    PW_TEST_HTML_REPORT_OPEN: 'never',
    ...(saysColour ? {} : { FORCE_COLOR: '1' }),
  };
}

/** Only said where Playwright would not find it by itself. */
function configArgs({ configFile }: Suite, projectRoot: string | null): string[] {
  if (configFile === null) return [];
  const path = projectRoot === null ? basename(configFile) : relative(projectRoot, configFile);
  if (/^playwright\.config\.[cm]?[jt]s$/.test(path)) return [];
  return ['--config', projectRoot === null || path.startsWith('..') || isAbsolute(path) ? configFile : path];
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // it is gone: then there is nothing that two tasks could share
  }
}
