import { type Arguments, eachOf, escaped, withoutOptions, withoutPositionals } from '../arguments.ts';
import { type FailedTest, filesOf, unique } from '../failed-tests.ts';
import { type RerunTool, WHOLE_FILES } from './tool.ts';

/** Options without a value; see `npx playwright test --help`. */
const FLAGS: ReadonlySet<string> = new Set([
  '--debug',
  '--fail-on-flaky-tests',
  '--forbid-only',
  '--fully-parallel',
  '--headed',
  '--ignore-snapshots',
  '--list',
  '--no-deps',
  '--pass-with-no-tests',
  '--quiet',
  '--ui',
  '-x',
]);
/** What picks other tests out of those that failed. */
const SELECTING = { flags: ['--last-failed', '--pass-with-no-tests'], valued: ['--shard', '--only-changed', '--test-list'] };

/** `file:line` of each failed test, in the projects of the config in which they failed: https://playwright.dev/docs/test-cli */
export const playwrightTool: RerunTool = {
  selections(given, failed) {
    const files = filesOf(failed);
    if (files === null) return [];
    const projects = unique(failed.flatMap(({ browser }) => browser ?? []));
    const kept = eachOf(given, (words) => {
      const rest = withoutPositionals(withoutProjects(withoutOptions(words, SELECTING), projects.length > 0), FLAGS);
      return rest;
    });
    // Before all options: one of a list, such as --project, would take what follows for more of its values.
    const running = (tests: readonly string[], note: string | null) => ({
      arguments: placed(kept, tests, projects),
      note,
    });
    return [running(unique(failed.map(placeOf)), null), running(files.map(pattern), WHOLE_FILES)];
  },
};

function placed({ command, args, additional }: Arguments, tests: readonly string[], projects: readonly string[]): Arguments {
  return { command, args: [...tests, ...args, ...projects.map((name) => `--project=${name}`)], additional };
}

const placeOf = ({ file, line }: FailedTest) => (line === null ? pattern(file ?? '') : `${pattern(file ?? '')}:${line}`);

/** Playwright takes it for a regular expression. A dot that stands for any character does no harm and reads better. */
const pattern = (file: string) => escaped(file).replaceAll('\\.', '.');

/** `--project` takes a list: all words up to the next option. */
function withoutProjects(words: readonly string[], areKnown: boolean): string[] {
  let inList = false;
  return words.filter((word) => {
    inList = word.startsWith('-') ? word === '--project' : inList;
    return !(areKnown && (inList || word.startsWith('--project=')));
  });
}
