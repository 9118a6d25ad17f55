import type { OutputFormat } from './format.ts';
import type { Letter } from './tally.ts';

/** So many tests are remembered by name. */
const MOST = 10_000;

/** Playwright that a command starts, with its list or line reporter: https://playwright.dev/docs/test-reporters */
export const playwrightList: OutputFormat = {
  detects: (line) => /^Running \d+ tests? using \d+ workers?/.test(line),
  reader: (tally) => {
    // Whether a failure will be tried again nobody announces. What runs again, and the tests before it in a serial group, is one test.
    const counted = new Map<string, Letter>();
    let isOver = false;
    let explained = '';
    const count = (letter: Letter, name: string) => {
      const before = counted.get(name);
      if (before === undefined && counted.size < MOST) tally.ended(letter, name);
      else if (before !== undefined && before !== letter) tally.turned(before, letter);
      counted.set(name, letter);
    };
    return (line) => {
      const [, total] = /^Running (\d{1,7}) tests? using/.exec(line) ?? [];
      if (total !== undefined) {
        isOver = false;
        counted.clear();
        tally.total = (tally.total ?? 0) + Number(total);
        return;
      }
      if (/^ {2}\d+ (?:passed|failed|flaky)/.test(line)) isOver = true;
      const [, running] = /^\[\d+\/\d+\] (.+)$/.exec(line) ?? [];
      if (running !== undefined) {
        tally.runs(running);
        tally.percent = percentOf(line);
        return;
      }
      const [, failed] = /^ {2}\d+\) (.+?) ─*$/.exec(line) ?? [];
      if (failed !== undefined) {
        // The line reporter tells of a failure at once, and of no other test's end.
        if (tally.percent !== null) count('f', failed);
        explained = failed;
      } else if (explained !== '' && /^ {4}\S/.test(line)) {
        tally.failure(explained, line.trim());
        explained = '';
      }
      const [, mark, title = ''] = /^ +([✓✘ok-]{1,2}) +\d+ (.+?)(?: \([\d.]+m?s\))?$/.exec(line) ?? [];
      if (mark === undefined || isOver) return;
      count(mark === '✘' ? 'f' : mark === '-' ? 's' : 'p', title.replace(/ \(retry #\d+\)$/, ''));
    };
  },
};

function percentOf(line: string): number | null {
  const [, done, of] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
  // Tries are counted beside tests.
  return of === undefined || Number(of) === 0 ? null : Math.min(100, (100 * Number(done)) / Number(of));
}
