import type { OutputFormat } from './format.ts';

/** Playwright that a command starts, with its list or line reporter: https://playwright.dev/docs/test-reporters */
export const playwrightList: OutputFormat = {
  detects: (line) => /^Running \d+ tests? using \d+ workers?/.test(line),
  reader: (tally) => {
    // A failure that is tried again is not counted before its last try, which nobody announces: it is counted once.
    const failed = new Set<string>();
    let isOver = false;
    return (line) => {
      const [, total] = /^Running (\d{1,7}) tests? using/.exec(line) ?? [];
      if (total !== undefined) {
        isOver = false;
        tally.total = (tally.total ?? 0) + Number(total);
        return;
      }
      if (/^ {2}\d+\) /.test(line) || /^ {2}\d+ (?:passed|failed|flaky)/.test(line)) isOver ||= /^ {2}\d+ /.test(line);
      const [, running] = /^\[\d+\/\d+\] (.+)$/.exec(line) ?? [];
      if (running !== undefined) {
        tally.runs(running);
        tally.percent = percentOf(line);
        return;
      }
      const [, mark, title = ''] = /^ +([✓✘ok-]{1,2}) +\d+ (.+?)(?: \([\d.]+m?s\))?$/.exec(line) ?? [];
      if (mark === undefined || isOver) return;
      const name = title.replace(/ \(retry #\d+\)$/, '');
      if (mark === '✘') {
        if (failed.has(name) || failed.size > 10_000) return;
        failed.add(name);
        tally.ended('f', name);
      } else if (!failed.has(name)) tally.ended(mark === '-' ? 's' : 'p', name);
    };
  },
};

function percentOf(line: string): number | null {
  const [, done, of] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
  return of === undefined || Number(of) === 0 ? null : (100 * Number(done)) / Number(of);
}
