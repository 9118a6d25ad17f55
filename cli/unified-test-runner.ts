#!/usr/bin/env node
import { resolve } from 'node:path';
import { usage } from './failure.ts';
import { newProgram, runProgram, splitArguments } from './program.ts';
import { trace } from './trace.ts';
import { countOf, numberOf } from './values.ts';

interface Flags {
  backgroundE2e?: boolean;
  backgroundCategory?: string;
  backgroundTimeout?: number;
  env?: string;
  project?: string;
  backgroundStatus?: boolean;
  /** true where the flag came without a number. */
  backgroundResults?: number | true;
  killBackground?: string;
  json?: boolean;
}

const DEFAULT_RESULTS = 10;
const { own, forTests } = splitArguments(process.argv.slice(2));

const program = newProgram('unified-test-runner', 'Runs end-to-end suites in the background.')
  .option('--background-e2e', 'queue a suite')
  .option('--background-category <category>', 'which: cypress, e2e, performance, e2e_critical, or one of the project’s own')
  .option('--background-timeout <min>', 'minutes per attempt', numberOf('--background-timeout', 'a number of minutes, such as 30'))
  .option('--env <name>', 'environment')
  .option('--project <dir>', 'folder of the project (default: this one)')
  .option('--background-status', 'what runs and waits')
  .option(
    '--background-results [n]',
    `the last results (default: ${DEFAULT_RESULTS})`,
    countOf('--background-results', 'a whole number from 1 to 1000'),
  )
  .option('--kill-background <id>', 'end a task and all its processes, or ALL of them')
  .option('--json', 'print JSON for programs')
  .addHelpText('after', '\nLOGLEVEL=DEBUG says on stderr what happens. "bge2e --help" shows commands that can do more.')
  .action(async (flags: Flags) => {
    process.exitCode = await run(flags);
  });

async function run(flags: Flags): Promise<number> {
  trace(`flags ${JSON.stringify(flags)}`);
  const { json, killBackground } = flags;
  const actions = [
    ['--background-e2e', flags.backgroundE2e],
    ['--background-status', flags.backgroundStatus],
    ['--background-results', flags.backgroundResults],
    ['--kill-background', killBackground],
  ] as const;
  const given = actions.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length === 0) throw usage(`Say what to do by one of ${actions.map(([name]) => name).join(', ')}.`);
  if (given.length > 1) throw usage(`${given.join(' and ')} cannot be done at once; give one of them.`);
  if (!flags.backgroundE2e) refuseTaskFlags(flags, given.join());

  if (flags.backgroundE2e) return queue(flags);
  if (flags.backgroundStatus) return (await import('./commands/status.ts')).status(undefined, { json });
  if (flags.backgroundResults !== undefined) {
    return (await import('./commands/results.ts')).results(flags.backgroundResults === true ? DEFAULT_RESULTS : flags.backgroundResults, {
      json,
    });
  }
  const all = killBackground?.toUpperCase() === 'ALL';
  return (await import('./commands/cancel.ts')).cancel(all || killBackground === undefined ? [] : [killBackground], { all, json });
}

/** A flag that would have no effect is a slip, not something to pass over. */
function refuseTaskFlags({ backgroundCategory, backgroundTimeout, env, project }: Flags, action: string): void {
  const flags = {
    '--background-category': backgroundCategory,
    '--background-timeout': backgroundTimeout,
    '--env': env,
    '--project': project,
  };
  for (const [flag, value] of Object.entries(flags))
    if (value !== undefined) throw usage(`${flag} says what to queue; it belongs to --background-e2e, not to ${action}.`);
  if (forTests.length > 0) throw usage(`What follows -- goes to the tests; it belongs to --background-e2e, not to ${action}.`);
}

async function queue({ backgroundCategory, backgroundTimeout, env, project, json }: Flags): Promise<number> {
  if (backgroundCategory === undefined) throw usage(`--background-e2e needs --background-category; ${await categoriesOf(project)}`);
  const { add } = await import('./commands/add.ts');
  return add(backgroundCategory, { project, env, timeout: backgroundTimeout, json }, forTests);
}

async function categoriesOf(project: string | undefined): Promise<string> {
  const { withSession } = await import('./session.ts');
  const found = await withSession((session) => session.call('describeProject', { directory: resolve(project ?? '.') }));
  return `${found.root} has ${found.suites.map(({ category }) => category).join(', ')}.`;
}

void runProgram(program, own);
