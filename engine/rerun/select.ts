import { Refusal } from '../../contract/errors.ts';
import type { TaskConfig } from '../../contract/task.ts';
import type { Suite } from '../runners/suite.ts';
import type { Arguments } from './arguments.ts';
import type { FailedTest } from './failed-tests.ts';
import { expanded } from './template.ts';
import { type KnownCommand, knownCommand } from './tool-of.ts';
import { playwrightTool } from './tools/playwright.ts';
import type { Selection } from './tools/tool.ts';

/** A suite that runs certain tests alone. */
export interface Selected {
  suite: Suite;
  additionalArgs: string[];
  /** In what way more than those tests run, as a sentence; null where they alone do. */
  note: string | null;
  /** The whole suite runs after all. */
  isWhole: boolean;
}

/** execve(2) takes 128 KiB in one argument and some MB in all; Windows 32,767 characters in all. */
const MOST_BYTES = process.platform === 'win32' ? 20_000 : 100_000;

const TOO_MANY = 'The failed tests are too many for a command line, so the whole suite runs.';

/**
 * The suite with the failed tests alone: by the template of the project's file where there is one, else by the runner's own means. Throws a
 * `Refusal` (`invalid`) where neither can.
 */
export function selectFailed(
  suite: Suite,
  config: Pick<TaskConfig, 'project' | 'category' | 'additionalArgs'>,
  failed: readonly FailedTest[],
): Selected {
  const { additionalArgs } = config;
  if (suite.rerunFailed !== null) return byTemplate(suite, suite.rerunFailed, config, failed);
  const found = suite.runner === 'playwright' ? byPlaywright(suite, additionalArgs, failed) : byCommand(suite, config, failed);
  if (found === null || found.length === 0) throw cannot(config.category, found === null);
  const fitting = found.find((one) => fits(one));
  return fitting ?? { suite, additionalArgs, note: TOO_MANY, isWhole: true };
}

function byPlaywright(suite: Suite, additional: readonly string[], failed: readonly FailedTest[]): Selected[] {
  return playwrightTool
    .selections({ command: [], args: suite.args, additional }, failed, '')
    .map((selection) => selected(suite, null, selection));
}

function byCommand(
  suite: Suite,
  { project, additionalArgs }: Pick<TaskConfig, 'project' | 'additionalArgs'>,
  failed: readonly FailedTest[],
): Selected[] | null {
  const command = suite.command ?? [];
  const known = knownCommand(command, project);
  if (known === null) return null;
  const { tool, words, script } = known;
  if (script) return byScript(suite, known, additionalArgs, failed, project);
  const given: Arguments = { command: command.slice(words), args: suite.args, additional: additionalArgs };
  return tool.selections(given, failed, project).map((selection) => selected(suite, command.slice(0, words), selection));
}

/** A script's own arguments stay: where they name tests, more than the failed ones would run. */
function byScript(
  suite: Suite,
  { tool, script }: KnownCommand,
  additionalArgs: readonly string[],
  failed: readonly FailedTest[],
  project: string,
): Selected[] {
  const kept = script?.arguments ?? [];
  const own = suite.args.filter((word) => word !== '--');
  return tool
    .selections({ command: kept, args: own, additional: additionalArgs }, failed, project)
    .flatMap(({ arguments: chosen, note }) => {
      const stays = kept.every((word) => chosen.command.includes(word));
      const added = chosen.command.filter((word) => !kept.includes(word));
      if (!stays) return [];
      const separator = script?.separator === null || script === null ? [] : [script.separator];
      const words = chosen.additional.filter((word) => word !== '--');
      return [{ suite: { ...suite, args: [...separator, ...added, ...chosen.args] }, additionalArgs: words, note, isWhole: false }];
    });
}

function selected(suite: Suite, head: readonly string[] | null, { arguments: chosen, note }: Selection): Selected {
  return {
    suite: { ...suite, command: head === null ? null : [...head, ...chosen.command], args: [...chosen.args] },
    additionalArgs: [...chosen.additional],
    note,
    isWhole: false,
  };
}

function byTemplate(
  suite: Suite,
  template: readonly string[],
  { category, additionalArgs }: Pick<TaskConfig, 'category' | 'additionalArgs'>,
  failed: readonly FailedTest[],
): Selected {
  const command = expanded(template, failed);
  if (command === null)
    throw refused(`categories.${category}.rerun_failed asks for {files}, but the report does not name the files of all failed tests.`);
  const filled = { suite: { ...suite, command, args: [] }, additionalArgs: [...additionalArgs], note: null, isWhole: false };
  return fits(filled) ? filled : { suite, additionalArgs: [...additionalArgs], note: TOO_MANY, isWhole: true };
}

const fits = ({ suite, additionalArgs }: Selected) =>
  [...(suite.command ?? []), ...suite.args, ...additionalArgs].reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0) <= MOST_BYTES;

function cannot(category: string, isUnknown: boolean): Refusal {
  const why = isUnknown
    ? 'its command is none that is known to run single tests'
    : 'its report does not name what its runner would have to be told, or its script in package.json names tests itself';
  return refused(
    `The failed tests of ${category} cannot be run alone: ${why}. Say how in background-e2e.yaml, such as categories.${category}.rerun_failed: [npm, test, --, --only, "{files}"]; without --failed all of it runs again.`,
  );
}

const refused = (message: string) => new Refusal('invalid', message, [{ field: 'failed', message }]);
