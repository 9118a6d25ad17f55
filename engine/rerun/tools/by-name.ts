import { MOCHA_HOOK } from '../../reports/mocha-hook.ts';
import { type Arguments, allOf, eachOf, escaped, withoutOptions, withoutPositionals } from '../arguments.ts';
import { type FailedTest, filesOf, unique } from '../failed-tests.ts';
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
    const patterns = unique(failed.map(patternOf));
    const hasGroups = failed.some(({ name, isGroup }) => isGroup || MOCHA_HOOK.test(name));
    const files = filesBefore === null ? null : filesOf(failed);
    const named = (chosen: Arguments) =>
      patterns.includes('')
        ? { arguments: chosen, note: WHOLE_GROUPS }
        : { arguments: last(chosen, [option, patterns.join('|')]), note: hasGroups ? WHOLE_GROUPS : null };
    if (files === null) return [named(kept)];
    const inFiles = withFiles(kept, files, filesBefore);
    // Where files cannot be named, because a script does that itself, the names are enough.
    return [named(inFiles), { arguments: inFiles, note: WHOLE_FILES }, named(kept)];
  },
});

const WHOLE_GROUPS = 'A hook, a block or a file failed as a whole, so all of its tests run.';

/**
 * For the name that the tool itself gives the test; for a hook or block the beginning of those in it, and nothing where that is every test.
 * Where the report does not tell the describe blocks, or whether it does, only the end of that name is known.
 */
function patternOf({ name, fullName, isGroup, suite, file }: FailedTest): string {
  if (isGroup) return name === file ? '' : `^${joined(name)} `;
  const whole = fullName ?? name;
  const hook = MOCHA_HOOK.exec(whole);
  if (hook) return hook.index === 0 ? '' : `^${joined(whole.slice(0, hook.index))} `;
  if (fullName !== null) return `^${joined(fullName)}$`;
  const block = suite.at(-1) ?? '';
  // Its title may begin like its block, without telling that.
  if (block !== '' && name.startsWith(`${block} `)) return `^(?:${joined(block)} )?${joined(name)}$`;
  if (block !== '' && name.includes(` ${block} `)) return `^${joined(name)}$`;
  return `(?:^| )${joined(name)}$`;
}

/** Reports join describe blocks and name by ` > ` (Vitest) or by a space; the tools themselves by a space. */
const joined = (name: string) => name.split(' > ').map(escaped).join('(?: > | )');

function withFiles(given: Arguments, files: readonly string[] | null, before: string | null): Arguments {
  if (files === null || before === null) return given;
  const already = before === '' || allOf(given).includes(before);
  const { command, args, additional } = eachOf(given, (words) => [
    ...words.slice(0, 1).filter((word) => word === 'run'),
    ...withoutPositionals(words, FLAGS),
  ]);
  return { command: [...command], args: [...args, ...(already ? [] : [before]), ...files], additional };
}

const last = ({ command, args, additional }: Arguments, words: readonly string[]): Arguments => ({
  command,
  args: [...args, ...words],
  additional,
});

const FLAGS: ReadonlySet<string> = new Set([
  ...['--run', '--ci', '--coverage', '--silent', '--verbose', '--runInBand', '-i', '--no-cache', '--forceExit', '--detectOpenHandles'],
  ...['--no-coverage', '--no-color', '--passWithNoTests', '--runTestsByPath', '--no-watch'],
]);

/** https://jestjs.io/docs/cli#--testnamepatternregex */
export const jestTool = byName({
  option: '-t',
  selecting: ['-t', '--testNamePattern', '--shard', '--testPathPattern', '--testPathPatterns'],
  filesBefore: '--runTestsByPath',
});
/** https://vitest.dev/guide/cli */
export const vitestTool = byName({ option: '-t', selecting: ['-t', '--testNamePattern', '--shard'], filesBefore: '' });
/** https://mochajs.org/running/cli: which spec files there are is told in many ways, and the names are enough. */
export const mochaTool = byName({ option: '-g', selecting: ['-g', '--grep', '-f', '--fgrep'], filesBefore: null });
