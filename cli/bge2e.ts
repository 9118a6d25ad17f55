#!/usr/bin/env node
import { type Command, Option } from 'commander';
import { usage } from './failure.ts';
import { newProgram, runProgram, splitArguments } from './program.ts';
import { startTimeOf } from './start-time.ts';
import { countOf, EXPORT_FORMATS, listOf, momentOf, numberOf, oneOf, priorityOf, retryReasonsOf, VERDICTS } from './values.ts';

// Each command's module is loaded when it runs: `add` should not pay for what others need.

const { own, forTests } = splitArguments(process.argv.slice(2));
const program = newProgram('bge2e', 'Queues long end-to-end suites and runs them in the background.');
const JSON_FLAG = ['--json', 'print JSON for programs'] as const;

/** Runs a command's work and takes over its exit code. */
const ends =
  <A extends unknown[]>(work: (...args: A) => Promise<number>) =>
  async (...args: A): Promise<void> => {
    process.exitCode = await work(...args);
  };

/** Commander takes what begins with --no- for the opposite of a flag. */
function noOutputTimeout(): Option {
  const option = new Option('--no-output-timeout <min>', 'minutes without output that end an attempt; 0: none').argParser(
    numberOf('--no-output-timeout', 'a number of minutes, such as 10, or 0 for never'),
  );
  option.negate = false;
  return option;
}

function withTaskOptions(command: Command): Command {
  return command
    .argument('<category>', 'e2e, e2e_critical, cypress, performance, or one of the project’s own')
    .option('--project <dir>', 'folder of the project (default: this one)')
    .option('--env <name>', 'environment, as background-e2e.yaml defines it')
    .option('--timeout <min>', 'minutes per attempt', numberOf('--timeout', 'a number of minutes, such as 30'))
    .option('--retries <n>', 'attempts beyond the first', numberOf('--retries', 'a whole number, such as 1'))
    .option('--retry-on <reasons>', 'which ends are tried again: failure, timeout, crash (default: all)', retryReasonsOf)
    .option(
      '--retry-delay <s>',
      'seconds before the second attempt, doubled each time',
      numberOf('--retry-delay', 'a number of seconds, such as 30'),
    )
    .addOption(noOutputTimeout())
    .option('--fail-fast <n>', 'end an attempt after so many failed tests', countOf('--fail-fast', 'a whole number, such as 3'))
    .option('--priority <n>', 'high, medium, low, or 1 (most urgent) to 9', priorityOf)
    .option('--cpu-limit <percent>', 'of the whole machine', numberOf('--cpu-limit', 'a number from 1 to 100'))
    .option('--memory-limit <gb>', 'for all processes of the suite', numberOf('--memory-limit', 'a number of GB, such as 4'))
    .option(...JSON_FLAG)
    .addHelpText('after', '\nWhat follows -- goes to the tests: bge2e add e2e -- --grep @checkout');
}

/** How many results are asked for, or which one. */
const resultsAsked = (given: string): number | string =>
  /^(?:#\d+|last|task_[0-9a-z]{1,12}|(?=\d*[a-z])[0-9a-z]{6,12})$/.test(given)
    ? given
    : countOf('results', 'a whole number from 1 to 1000, or an id', 1, 1000)(given);

const NOT_WITH_CRON = { at: '--at', after: '--after', ifPassed: '--if-passed', dedupe: '--dedupe', client: '--client' };
const collected = (id: string, ids: string[] = []) => [...ids, id];
/** Each command by its name: what it takes and does. */
const COMMANDS: Readonly<Record<string, () => void>> = {
  add() {
    withTaskOptions(program.command('add').description('queue a suite; answers at once'))
      .option('--at <time>', 'not before 14:30 (the next one), +90m, +2h, or a moment such as 2026-05-12T03:00:00Z', startTimeOf('--at'))
      .option('--after <id>', 'not before this task has ended; may be given several times', collected)
      .option('--if-passed', 'with --after: only if those are green, else it is cancelled')
      .option('--queue-timeout <min>', 'minutes that it may wait', numberOf('--queue-timeout', 'a number of minutes, such as 60'))
      .option('--claim-cpu <cores>', 'cores that it is expected to need', numberOf('--claim-cpu', 'a number of cores, such as 2'))
      .option(
        '--claim-memory <gb>',
        'GiB of memory that it is expected to need',
        numberOf('--claim-memory', 'a number of GiB, such as 1.5'),
      )
      .option('--dedupe', 'answer a task that does the same and has not ended, instead of queueing another')
      .option('--client <name>', 'who asks (default: BGE2E_CLIENT, else the project); clients share the slots evenly')
      .option('--cron <pattern>', 'again and again, such as "0 3 * * *" (minute, hour, day of month, month, weekday)')
      .option('--missed <how>', 'with --cron: run or skip what was due while the machine slept (default: run, once)')
      .action(
        ends(async (category, { cron, missed, ...options }) => {
          if (cron === undefined && missed !== undefined) throw usage('--missed says something about --cron, which is not there.');
          if (cron === undefined) return (await import('./commands/add.ts')).add(category, options, forTests);
          for (const [flag, value] of Object.entries(NOT_WITH_CRON).map(([name, flag]) => [flag, options[name]]))
            if (value !== undefined) throw usage(`${flag} says something about one task and does not go with --cron.`);
          return (await import('./commands/schedules.ts')).addSchedule(category, { cron, missed, ...options }, forTests);
        }),
      );
  },
  retry() {
    program
      .command('retry')
      .description('queue an ended task again, or only its failed tests; what follows -- goes to the tests')
      .argument('<id>')
      .option('--failed', 'only the tests that failed')
      .option('--client <name>', 'who asks (default: BGE2E_CLIENT, else the project)')
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/retry.ts')).retry(id, options, forTests)));
  },
  run() {
    withTaskOptions(program.command('run').description('run a suite at once, outside the slots, with its output; Ctrl-C cancels')).action(
      ends(async (category, options) => (await import('./commands/run.ts')).run(category, options, forTests)),
    );
  },
  status() {
    program
      .command('status')
      .description('what runs and waits, and why; or one task')
      .argument('[id]')
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/status.ts')).status(id, options)));
  },
  wait() {
    program
      .command('wait')
      .description('wait until tasks have ended; the exit code is theirs')
      .argument('<id...>')
      .option(
        '--timeout <seconds>',
        'give up after so many seconds (exit code 6); the tasks go on',
        countOf('--timeout', 'a whole number of seconds, 0 or more', 0),
      )
      .option(...JSON_FLAG)
      .action(ends(async (ids, options) => (await import('./commands/wait.ts')).wait(ids, options)));
  },
  results() {
    program
      .command('results')
      .description('the last results, or those that are asked for')
      .argument('[n]', 'how many, or the id of one', resultsAsked, 10)
      .option('--since <when>', '24h, 7d, 2026-11-01, …', momentOf('--since', 'begins'))
      .option('--until <when>', 'the same; a date means to the end of that day', momentOf('--until', 'ends'))
      .option('--failed', 'only what failed or timed out')
      .option('--verdict <verdict>', 'passed, failed, flaky or none; several with commas', listOf('--verdict', VERDICTS))
      .option('--category <name>')
      .option('--env, --environment <name>')
      .option('--branch <name>')
      .option('--commit <sha>', 'or the beginning of it')
      .option('--project <dir>', 'of the project that this folder is in')
      .option('--search <text>', 'each word is found in an id, a name, a branch, an error, or the title of a test')
      .option(...JSON_FLAG)
      .action(
        ends(async (n: number | string, options) => {
          const { resultOf, results } = await import('./commands/results.ts');
          return typeof n === 'string' ? resultOf(n, options) : results(n, options);
        }),
      );
  },
  compare() {
    program
      .command('compare')
      .description('what became of a run’s tests since another one; by default the last on the main branch')
      .argument('<id>')
      .argument('[other]')
      .option(...JSON_FLAG)
      .action(ends(async (id, other, options) => (await import('./commands/compare.ts')).compare(id, other, options)));
  },
  flaky() {
    program
      .command('flaky')
      .description('tests that both passed and failed on the same code')
      .option('--project <dir>', 'of the project that this folder is in (default: this one)')
      .option('--category <name>')
      .option('--runs <n>', 'how many runs of each suite are looked at', countOf('--runs', 'a whole number from 2 to 500', 2), 30)
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/flaky.ts')).flaky(options)));
  },
  insights() {
    program
      .command('insights')
      .description('pass rate, durations, flaky and slow tests of a project’s suites')
      .argument('[category]')
      .option('--project <dir>', 'of the project that this folder is in (default: this one)')
      .option('--env <name>')
      .option('--days <n>', 'how far back', countOf('--days', 'a whole number from 1 to 365'), 30)
      .option(...JSON_FLAG)
      .action(ends(async (category, options) => (await import('./commands/insights.ts')).insights(category, options)));
  },
  quarantine() {
    const quarantine = program
      .command('quarantine')
      .description('tests whose failures are shown, but make no verdict until their day is over');
    quarantine
      .command('add')
      .description('put a test in quarantine, or give it another day or reason')
      .argument('<test>', 'its title as results name it, or the end of it')
      .option('--file <path>', 'where several tests have that title')
      .option('--until <day>', 'the last day, such as 2026-12-24, or 14d, 2w (default: 14d)')
      .option('--reason <text>')
      .option('--project <dir>', 'default: this one')
      .option(...JSON_FLAG)
      .action(ends(async (test, options) => (await import('./commands/quarantine.ts')).quarantineTest(test, options)));
    quarantine
      .command('remove')
      .description('let its failures count again')
      .argument('<test>')
      .option('--file <path>')
      .option('--project <dir>', 'default: this one')
      .option(...JSON_FLAG)
      .action(ends(async (test, options) => (await import('./commands/quarantine.ts')).unquarantineTest(test, options)));
    quarantine
      .command('list')
      .description('what is in it, and until when')
      .option('--project <dir>', 'default: this one')
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/quarantine.ts')).listQuarantine(options)));
  },
  schedules() {
    const schedules = program
      .command('schedules')
      .description('what is queued again and again')
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/schedules.ts')).schedules(options)));
    schedules
      .command('remove')
      .description('queue it no more; what it has queued stays')
      .argument('<id...>')
      .option(...JSON_FLAG)
      .action(ends(async (ids, options) => (await import('./commands/schedules.ts')).removeSchedules(ids, options)));
  },
  report() {
    program
      .command('report')
      .description('what report files hold, whatever wrote them; needs no host')
      .argument('<file...>')
      .option(...JSON_FLAG)
      .action(ends(async (files, options) => (await import('./commands/report.ts')).report(files, options)));
  },
  logs() {
    program
      .command('logs')
      .description('what a run printed')
      .argument('<id>')
      .option('-f, --follow', 'go on until it ends')
      .option('--attempt <n>', 'which attempt (default: the last)', countOf('--attempt', 'a whole number from 1'))
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/logs.ts')).logs(id, options)));
  },
  export() {
    program
      .command('export')
      .description('a result for other tools, or for a pull request')
      .argument('<id>')
      .requiredOption('--format <format>', 'ctrf, junit, html or markdown', oneOf('--format', EXPORT_FORMATS))
      .option('-o, --output <file>', 'instead of stdout')
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/export.ts')).exportResult(id, options)));
  },
  artifacts() {
    program
      .command('artifacts')
      .description('screenshots, videos, traces and reports that a run left')
      .argument('<id>')
      .option('--attempt <n>', 'which attempt (default: the last)', countOf('--attempt', 'a whole number from 1'))
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/artifacts.ts')).artifacts(id, options)));
  },
  pause() {
    program
      .command('pause')
      .description('start nothing any more, or none of a category, or not these waiting tasks; what runs goes on')
      .argument('[id...]')
      .option('--category <name>', 'all that wait of this category, and those to come')
      .option(...JSON_FLAG)
      .action(ends(async (ids, options) => (await import('./commands/pause.ts')).pause(ids, options)));
  },
  resume() {
    program
      .command('resume')
      .description('let go on what was paused; without an argument everything')
      .argument('[id...]')
      .option('--category <name>', 'this category')
      .option(...JSON_FLAG)
      .action(ends(async (ids, options) => (await import('./commands/pause.ts')).resume(ids, options)));
  },
  move() {
    program
      .command('move')
      .description('change the place of a waiting task; it takes over the urgency of its new neighbour')
      .argument('<id>')
      .option('--first', 'before all others')
      .option('--before <id>', 'directly before another waiting task')
      .option('--after <id>', 'directly after another waiting task')
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/move.ts')).move(id, options)));
  },
  prune() {
    program
      .command('prune')
      .description('remove runs that need not be kept any more; done by itself each day')
      .option('--dry-run', 'only name them, and how much that would free')
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/prune.ts')).prune(options)));
  },
  cancel() {
    program
      .command('cancel')
      .description('end tasks and all their processes, after a grace of 10 s')
      .argument('[id...]')
      .option('--all', 'all that run and wait')
      .option(...JSON_FLAG)
      .action(ends(async (ids, options) => (await import('./commands/cancel.ts')).cancel(ids, options)));
  },
  host() {
    const host = program.command('host').description('the process that holds the queue');
    host
      .command('run')
      .description('run a host in the foreground')
      .action(ends(async () => (await import('./commands/host.ts')).hostRun()));
    host
      .command('stop')
      .description('end the host; asks what shall become of tasks, at a terminal')
      .option('--keep', 'running tasks go on, and the next host finds them (without a terminal: the default)')
      .option('--cancel', 'end running and waiting tasks first')
      .option('--force', 'also end what a dead or mute host has left')
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/host-stop.ts')).hostStop(options)));
    host
      .command('status')
      .description('pid, version, uptime, app or headless')
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/host.ts')).hostStatus(options)));
  },
  doctor() {
    program
      .command('doctor')
      .description('what is not as it should be, and what to do; starts no host')
      .option(...JSON_FLAG)
      .action(ends(async (options) => (await import('./commands/doctor.ts')).doctor(options)));
  },
  open() {
    program
      .command('open')
      .description('open the window')
      .argument('[id]', 'a task to show')
      .option('--web', 'in a browser: prints the address')
      .option('--trace', 'the trace of that task, by its project’s own Playwright')
      .option('--report', 'the HTML report of that task, in a browser')
      .option(...JSON_FLAG)
      .action(ends(async (id, options) => (await import('./commands/open.ts')).open(id, options)));
  },
};

// Only the command that was asked for is described to the parser; all of them where none was, for the help and for hints.
const [asked = ''] = own;
for (const name of Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)) COMMANDS[name]?.();

program.addHelpText(
  'after',
  `
ID is a task's id, a unique beginning of it, '#42' (in quotes, for the shell), or last.
Exit codes: 0 passed or flaky, 1 failed, 2 wrong usage, 3 no host, 4 no such task, 5 no results found, 6 the deadline of wait,
124 timed out, 130 cancelled.`,
);
program.hook('preAction', (_, command) => {
  if (forTests.length > 0 && !['add', 'retry'].includes(command.name()) && !(command.name() === 'run' && command.parent === program))
    throw usage(`${command.name()} runs no tests, so nothing may follow --: ${forTests.join(' ')}`);
});

void runProgram(program, own);
