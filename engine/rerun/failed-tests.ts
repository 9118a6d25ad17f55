import type { CTRFReport, Test } from 'ctrf';
import { titleOf } from '../reports/ctrf.ts';

/** A test that failed, as far as a runner needs to know it to run it again. */
export interface FailedTest {
  /** As the report has it; many writers put describe blocks or a class before it. */
  name: string;
  /** As the tool itself has it, with all blocks around it; null where the report does not tell. */
  fullName: string | null;
  /** It is a whole file or block with tests, as after a set-up that broke or an import that failed. */
  isGroup: boolean;
  /** Outer first: file, describe blocks, class. */
  suite: readonly string[];
  /** Relative to the project's root. */
  file: string | null;
  line: number | null;
  /** Name of the runner's own project or browser. */
  browser: string | null;
}

/** The failed tests of a report, and how many errors it has outside of tests. */
export function failedTestsOf(report: CTRFReport): { failed: FailedTest[]; outside: number } {
  const { tests } = report.results;
  const groups = new Set(tests.flatMap(({ name, filePath }) => [filePath ?? '', ...blocksOf(name, filePath)]));
  const failed = tests
    .filter(({ status }) => status === 'failed')
    .map(({ name, suite = [], filePath = null, line = null, browser = null, extra }) => ({
      name,
      fullName: typeof extra?.fullTitle === 'string' ? extra.fullTitle : null,
      isGroup: groups.has(name === filePath ? name : blockKey(name, filePath)),
      suite,
      file: filePath,
      line,
      browser,
    }));
  return { failed, outside: tests.filter(({ status }) => status === 'other').length };
}

/** The blocks around a test in the names that Vitest gives: of `cart > total > adds` these are `cart` and `cart > total`. */
const blocksOf = (name: string, file: string | null | undefined): string[] =>
  [...name.matchAll(/ > /g)].map(({ index }) => blockKey(name.slice(0, index), file));

const blockKey = (name: string, file: string | null | undefined) => JSON.stringify([file ?? null, name]);

/** Each once, in their order. */
export const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** The files of all of them; null where one of them names none. */
export function filesOf(failed: readonly FailedTest[]): string[] | null {
  const files = failed.flatMap(({ file }) => file ?? []);
  return files.length === failed.length && files.length > 0 ? unique(files) : null;
}

/** What makes two tests of two runs the same: all of its name, but not its line. */
export const keyOf = ({ browser, filePath, suite, name }: Pick<Test, 'browser' | 'filePath' | 'suite' | 'name'>): string =>
  JSON.stringify([browser ?? null, filePath ?? null, suite ?? [], name]);

/** `one › cart › adds up`: as lists name it, with the browser where there are several. */
export const shownTitle = (test: Test): string => (test.browser ? `${test.browser} › ${titleOf(test)}` : titleOf(test));
