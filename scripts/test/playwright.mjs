import { countPlaywright, outcomeOf } from './outcome.mjs';
import { exitCodeOf, packageFile } from './spawn.mjs';

/** Runs one project of playwright.config.ts; `wrap` is a command that it is run by, `env` what it gets besides. */
export async function playwright({ project, args, report, wrap = [], env = {} }) {
  const command = [
    ...wrap,
    process.execPath,
    packageFile('playwright/cli.js'),
    'test',
    '--project',
    project,
    '--reporter',
    'list,json',
    ...args,
  ];
  const code = await exitCodeOf(command[0], command.slice(1), { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return outcomeOf(`playwright (${project})`, code, report, countPlaywright);
}
