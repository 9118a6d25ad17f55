import type { OutputFormat } from './format.ts';
import type { Tally } from './tally.ts';

/** Jest tells of files as they end, of tests only with --verbose, of failures always. */
export const jest: OutputFormat = {
  detects: (line) => /^(?:PASS|FAIL) +\S.*\.\w+(?: \([\d.]+ m?s\))?$/.test(line),
  reader: (tally) => {
    const failed = new Set<string>();
    let named = '';
    return (line) => {
      if (summary(line, tally, /^Tests: +(.*)$/)) return;
      const [, mark] = /^\s+([✓✕○✎]) \S/.exec(line) ?? [];
      if (mark !== undefined) {
        tally.ended(mark === '✓' ? 'p' : mark === '✕' ? 'f' : 's');
        return;
      }
      const [, name] = /^\s{2}● (.+)$/.exec(line) ?? [];
      if (name !== undefined && !failed.has(name) && failed.size < 1000) {
        failed.add(name);
        named = name;
        tally.failure(name);
      } else if (named !== '' && /^ {4}\S/.test(line)) {
        tally.failure(named, line.trim());
        named = '';
      }
    };
  },
};

/** Vitest tells of files with the number of their tests, and names the failed ones. */
export const vitest: OutputFormat = {
  detects: (line) => /^ (?:RUN|DEV) {2}v\d/.test(line),
  reader: (tally) => {
    let isOver = false;
    return (line) => {
      if (/^⎯+ (?:Failed|Unhandled)/.test(line.trim())) isOver = true;
      if (summary(line, tally, /^ +Tests {2}(.*)$/)) isOver = true;
      if (isOver) return;
      const file = /^ *[✓❯↓] .*\((\d{1,6}) tests?((?: \| \d{1,6} (?:failed|skipped))*)\)/.exec(line);
      if (file) {
        const said = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(file[2] ?? '')?.[1] ?? 0);
        const [all, failed, skipped] = [Number(file[1]), said('failed'), said('skipped')];
        for (let count = 0; count < Math.min(all, 10_000); count += 1)
          tally.ended(count < failed ? 'f' : count < failed + skipped ? 's' : 'p');
        return;
      }
      const message = /^ +→ (.+)$/.exec(line);
      if (message) tally.explain(message[1] ?? '');
      // The verbose reporter names the file of each test; the others only list tests of a file that is counted already.
      const [, mark, title = ''] = /^ *([✓×↓]) (.+?)(?: \d+m?s)?$/.exec(line) ?? [];
      if (mark === undefined) return;
      if (/\.\w+ > /.test(title)) tally.ended(mark === '✓' ? 'p' : mark === '×' ? 'f' : 's', title);
      else if (mark === '×') tally.failure(title);
    };
  },
};

/** `Tests: 1 failed, 2 skipped, 9 passed, 12 total`, or with bars between. */
function summary(line: string, tally: Tally, pattern: RegExp): boolean {
  const [, text] = pattern.exec(line) ?? [];
  if (text === undefined) return false;
  const said = (words: string) => Number(new RegExp(`(\\d+) (?:${words})`).exec(text)?.[1] ?? 0);
  tally.say({ passed: said('passed'), failed: said('failed'), skipped: said('skipped') + said('todo') });
  return true;
}
