import type { OutputFormat } from './format.ts';
import type { Tally } from './tally.ts';

/** The spec reporter of mocha. Ticks that are not indented are no tests: build tools print them. Cypress prints the same, spec after spec. */
export const mocha: OutputFormat = {
  detects: (line) => /^ {2,}(?:[✓✔√] |\d{1,5}\) )\S/.test(line),
  reader: (tally) => markedTests(tally).line,
};

/** https://docs.cypress.io/app/references/command-line: `Running:  cart.cy.js   (3 of 12)` */
export const cypress: OutputFormat = {
  detects: (line) => RUNNING.test(line),
  reader: (tally) => {
    const marked = markedTests(tally);
    return (line) => {
      const [, spec = '', index, of] = RUNNING.exec(line) ?? [];
      if (index === undefined || of === undefined) {
        marked.line(line);
        return;
      }
      marked.again();
      tally.runs(spec.trim());
      tally.percent = (100 * (Number(index) - 1)) / Math.max(1, Number(of));
    };
  },
};

const RUNNING = /^\s*Running:\s+(\S[^(]*)\((\d{1,6}) of (\d{1,6})\)\s*$/;

function markedTests(tally: Tally): { line(line: string): void; again(): void } {
  // After `3 passing` the failures are listed once more, with what went wrong.
  let isOver = false;
  const byNumber = new Map<string, string>();
  let explained = '';
  const line = (text: string) => {
    if (/^\s+\d+ passing\b/.test(text)) isOver = true;
    const [, number, failed] = /^\s+(\d{1,5})\) (.+)$/.exec(text) ?? [];
    if (isOver) {
      if (number !== undefined) explained = byNumber.get(number) ?? '';
      else if (explained !== '' && /^\s+\S*Error\b.*: /.test(text)) tally.failure(explained, text.trim());
      return;
    }
    if (number !== undefined && failed !== undefined) {
      byNumber.set(number, failed);
      tally.ended('f', failed);
      return;
    }
    const [, mark, title = ''] = /^\s*([✓✔√✗✘✕×]|-(?= )) (.+?)(?: \(\d+(?:\.\d+)?m?s\))?$/.exec(text) ?? [];
    if (mark === undefined || (mark === '-' && !/^\s{2,}-/.test(text))) return;
    tally.ended(/[✓✔√]/.test(mark) ? 'p' : mark === '-' ? 's' : 'f', title);
  };
  return {
    line,
    again: () => {
      isOver = false;
      byNumber.clear();
    },
  };
}
