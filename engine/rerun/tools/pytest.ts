import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eachOf, withoutOptions, withoutPositionals } from '../arguments.ts';
import { type FailedTest, unique } from '../failed-tests.ts';
import { type RerunTool, WHOLE_FILES } from './tool.ts';

/** Options without a value; see `pytest --help`. */
const FLAGS: ReadonlySet<string> = new Set([
  ...['-q', '-qq', '-v', '-vv', '-vvv', '-s', '-l', '-x', '--exitfirst', '--quiet', '--verbose', '--showlocals', '--no-header'],
  ...['--no-summary', '--strict', '--strict-markers', '--strict-config', '--disable-warnings', '--runxfail', '--cache-clear'],
  ...[
    '--pdb',
    '--trace',
    '--no-cov',
    '--cov',
    '--headed',
    '--create-db',
    '--reuse-db',
    '--full-trace',
    '--doctest-modules',
    '--setup-show',
  ],
]);
const SELECTING = {
  flags: ['--last-failed', '--lf', '--failed-first', '--ff', '--new-first', '--nf', '--stepwise', '--sw', '--pyargs'],
  valued: ['--deselect'],
};

/** Node ids, where the report tells the files; else what pytest itself remembers of its last run. https://docs.pytest.org/en/stable/how-to/usage.html */
export const pytestTool: RerunTool = {
  selections(given, failed, projectRoot) {
    const kept = eachOf(given, (words) => withoutOptions(words, SELECTING));
    const ids = failed.flatMap((test) => nodeIdOf(test, projectRoot) ?? []);
    const with_ = (tests: readonly string[], note: string | null) => {
      const { command, args, additional } = eachOf(kept, (words) => withoutPositionals(words, FLAGS));
      return { arguments: { command, args: [...args, ...tests], additional }, note };
    };
    if (ids.length === failed.length)
      return [with_(unique(ids), null), with_(unique(ids.map((id) => id.split('::', 1)[0] ?? id)), WHOLE_FILES)];
    const lastFailed = { ...kept, args: [...kept.args, '--last-failed', '--last-failed-no-failures=none'] };
    return [
      {
        arguments: lastFailed,
        note: 'The report does not name the files of all failed tests, so pytest runs what failed in its own last run.',
      },
    ];
  },
};

/** `tests/test_cart.py::TestCart::test_total[2]`: the class name of pytest's JUnit XML is the module's path with dots, then classes. */
function nodeIdOf({ name, suite, file }: FailedTest, projectRoot: string): string | null {
  const parts = (suite.at(-1) ?? '').split('.');
  for (let count = parts.length; count > 0; count -= 1) {
    const path = `${parts.slice(0, count).join('/')}.py`;
    if (existsSync(join(projectRoot, path))) return [path, ...parts.slice(count), name].join('::');
  }
  if (file === null) return null;
  const module = file.replace(/\.py$/, '').split('/');
  const classes = parts.join('.').startsWith(module.join('.')) ? parts.slice(module.length) : [];
  return [file, ...classes, name].join('::');
}
