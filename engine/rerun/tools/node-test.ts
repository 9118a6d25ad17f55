import { eachOf, escaped, withoutOptions, withoutPositionals } from '../arguments.ts';
import { filesOf, unique } from '../failed-tests.ts';
import { type RerunTool, WHOLE_FILES } from './tool.ts';

/** Options of Node without a value that stand before names of files. */
const FLAGS: ReadonlySet<string> = new Set([
  '--test',
  '--test-only',
  '--test-force-exit',
  '--enable-source-maps',
  '--no-warnings',
  '--watch',
]);
const SELECTING = { flags: ['--test-only'], valued: ['--test-name-pattern', '--test-skip-pattern', '--test-shard'] };

/** A pattern for each name, and the files where the report tells them: https://nodejs.org/api/test.html#filtering-tests-by-name */
export const nodeTestTool: RerunTool = {
  selections(given, failed) {
    const files = filesOf(failed);
    const kept = eachOf(given, (words) => {
      const rest = withoutOptions(words, SELECTING);
      return files === null ? rest : withoutPositionals(rest, FLAGS);
    });
    const patterns = unique(failed.map(({ name }) => `--test-name-pattern=^${patternOf(name)}$`));
    // Options must come before the files.
    const running = (options: readonly string[], note: string | null) => ({
      arguments: { ...kept, command: [...options, ...kept.command], args: [...kept.args, ...(files ?? [])] },
      note,
    });
    return [running(patterns, null), ...(files === null ? [] : [running([], WHOLE_FILES)])];
  },
};

/** Its JUnit XML has quotes that are escaped twice. */
const patternOf = (name: string) => escaped(name).replaceAll('&quot;', '(?:"|&quot;)');
