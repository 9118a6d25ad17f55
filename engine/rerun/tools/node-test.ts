import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { eachOf, escaped, withoutOptions, withoutPositionals } from '../arguments.ts';
import { type FailedTest, filesOf, unique } from '../failed-tests.ts';
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
  selections(given, failed, projectRoot) {
    const files = filesOf(failed);
    const kept = eachOf(given, (words) => {
      const rest = withoutOptions(words, SELECTING);
      return files === null ? rest : withoutPositionals(rest, FLAGS);
    });
    const around = unique(failed.flatMap((one) => testAround(one, projectRoot) ?? []));
    const patterns = unique([...around, ...failed.map(({ name }) => name)].map((name) => `--test-name-pattern=^${escaped(name)}$`));
    // Options must come before the files.
    const running = (options: readonly string[], note: string | null) => ({
      arguments: { ...kept, command: [...options, ...kept.command], args: [...kept.args, ...(files ?? [])] },
      note,
    });
    return [running(patterns, around.length > 0 ? WHOLE_TESTS : null), ...(files === null ? [] : [running([], WHOLE_FILES)])];
  },
};

const WHOLE_TESTS = 'A subtest runs only within its test, so all of that one runs.';

/** The test whose subtest this is: its pattern has to match as well. Reports call tests and blocks alike; the file shows which it is. */
function testAround({ suite, name, file }: FailedTest, projectRoot: string): string | null {
  const outer = suite[0] ?? '';
  // What is in neither has this class in JUnit XML.
  if (outer === '' || outer === 'test' || outer === name) return null;
  return file !== null && isBlock(outer, resolve(projectRoot, file)) ? null : outer;
}

function isBlock(title: string, file: string): boolean {
  try {
    return new RegExp(`\\b(?:describe|suite)(?:\\.\\w+)?\\(\\s*(['"\`])${escaped(title)}\\1`).test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}
