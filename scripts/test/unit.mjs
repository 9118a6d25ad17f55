import { countVitest, outcomeOf } from './outcome.mjs';
import { exitCodeOf, packageFile } from './spawn.mjs';

/** The tests beside the sources. */
export async function unitTests({ args, report }) {
  const options = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await exitCodeOf(process.execPath, [packageFile('vitest/vitest.mjs'), ...options, ...args]);
  return [outcomeOf('vitest', code, report, countVitest)];
}
