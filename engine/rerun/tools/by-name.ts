import { type Arguments, allOf, eachOf, escaped, withoutOptions, withoutPositionals } from '../arguments.ts';
import { filesOf, unique } from '../failed-tests.ts';
import { type RerunTool, WHOLE_FILES } from './tool.ts';

/** Tools that know a test by its describe blocks and its own name, joined by spaces, and take a pattern that such a name must match. */
const byName = ({
  option,
  selecting,
  filesBefore,
}: {
  option: string;
  selecting: readonly string[];
  filesBefore: string | null;
}): RerunTool => ({
  selections(given, failed) {
    const kept = eachOf(given, (words) => withoutOptions(words, { valued: selecting }));
    const names = unique(failed.map(({ name }) => patternOf(name)));
    const pattern = names.length === 1 ? `${names[0]}$` : `(?:${names.join('|')})$`;
    const files = filesBefore === null ? null : filesOf(failed);
    const exact = { arguments: last(withFiles(kept, files, filesBefore), [option, pattern]), note: null };
    return files === null ? [exact] : [exact, { arguments: withFiles(kept, files, filesBefore), note: WHOLE_FILES }];
  },
});

/** Reports join describe blocks and name by ` > ` (Vitest) or by a space; the tools themselves by a space. */
const patternOf = (name: string) => name.split(' > ').map(escaped).join('(?: > | )');

function withFiles(given: Arguments, files: readonly string[] | null, before: string | null): Arguments {
  if (files === null || before === null) return given;
  const already = before === '' || allOf(given).includes(before);
  const { command, args, additional } = eachOf(given, (words) => withoutPositionals(words, FLAGS));
  return { command: [...command], args: [...args, ...(already ? [] : [before]), ...files], additional };
}

const last = ({ command, args, additional }: Arguments, words: readonly string[]): Arguments => ({
  command,
  args: [...args, ...words],
  additional,
});

const FLAGS: ReadonlySet<string> = new Set([
  ...[
    'run',
    '--run',
    '--ci',
    '--coverage',
    '--silent',
    '--verbose',
    '--runInBand',
    '-i',
    '--no-cache',
    '--forceExit',
    '--detectOpenHandles',
  ],
  ...['--no-coverage', '--no-color', '--passWithNoTests', '--runTestsByPath', '--no-watch'],
]);

/** https://jestjs.io/docs/cli#--testnamepatternregex */
export const jestTool = byName({
  option: '-t',
  selecting: ['-t', '--testNamePattern', '--shard', '--testPathPattern', '--testPathPatterns'],
  filesBefore: '--runTestsByPath',
});
/** https://vitest.dev/guide/cli */
export const vitestTool = byName({ option: '-t', selecting: ['-t', '--testNamePattern', '--shard'], filesBefore: null });
/** https://mochajs.org/running/cli: which spec files there are is told in many ways, and the names are enough. */
export const mochaTool = byName({ option: '-g', selecting: ['-g', '--grep', '-f', '--fgrep'], filesBefore: null });
