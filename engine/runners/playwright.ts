import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { playwrightProgress } from './playwright-progress.ts';
import type { Runner } from './runner.ts';

/** What our reporter writes in the attempt's folder. */
export const PLAYWRIGHT_FILE = 'playwright.ndjson';

/** The project's own Playwright, followed by a reporter of ours beside the project's. */
export const playwright: Runner = {
  prepare({ suite, config, attemptFolder, reporterPath, submitter }) {
    const colours = ['FORCE_COLOR', 'NO_COLOR'].some((name) => name in submitter || name in suite.envVars || name in config.envVars);
    return {
      argv: [
        findPlaywright(config.project),
        'test',
        // Playwright empties this folder first, so two runs must not share the project's. Before the suite's own arguments: theirs win.
        '--output',
        join(attemptFolder, 'artifacts'),
        ...(suite.configFile ? ['--config', suite.configFile] : []),
        ...suite.args,
        ...config.additionalArgs,
      ],
      env: {
        PW_TEST_REPORTER: reporterPath,
        BGE2E_PLAYWRIGHT_FILE: join(attemptFolder, PLAYWRIGHT_FILE),
        PLAYWRIGHT_HTML_OPEN: 'never', // the HTML reporter would serve its report and wait for ever
        ...(colours ? {} : { FORCE_COLOR: '1' }),
      },
    };
  },
  commandLine: (suite, additionalArgs) => ['npx', 'playwright', 'test', ...suite.args, ...additionalArgs],
  exclusiveKeys: (suite, projectRoot) => [`playwright:${suite.configFile ?? projectRoot}`],
  progress: { file: PLAYWRIGHT_FILE, reader: playwrightProgress },
};

/** The nearest `node_modules/.bin/playwright` at or above the project. Its shebang picks the Node of the submitter's PATH. */
function findPlaywright(project: string): string {
  const name = process.platform === 'win32' ? 'playwright.cmd' : 'playwright';
  for (let folder = project; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', '.bin', name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) break;
  }
  throw new Refusal(
    'invalid',
    `Playwright is not installed in ${project} or above it: run "npm install" there, or give the category a command in background-e2e.yaml.`,
  );
}
