import { allOf, eachOf, escaped, withoutOptions } from '../arguments.ts';
import { unique } from '../failed-tests.ts';
import type { RerunTool } from './tool.ts';

const SELECTING = { valued: ['-run', '--run', '-skip', '--skip'] };

/** `-run '^(TestA|TestB)$'`, with all of their subtests: https://pkg.go.dev/cmd/go#hdr-Testing_flags */
const goTest = (isBehindDashes: boolean): RerunTool => ({
  selections(given, failed) {
    const { command, args, additional } = eachOf(given, (words) => withoutOptions(words, SELECTING));
    const names = unique(failed.map(({ name }) => escaped(name.split('/', 1)[0] ?? name)));
    const run = ['-run', `^(${names.join('|')})$`];
    // What gotestsum hands on to go test replaces its own choice of packages, which is all of them.
    const words = !isBehindDashes || allOf(given).includes('--') ? run : ['--', ...run, './...'];
    return [{ arguments: { command, args: [...args, ...words], additional }, note: null }];
  },
});

export const goTestTool = goTest(false);
/** https://github.com/gotestyourself/gotestsum */
export const gotestsumTool = goTest(true);
