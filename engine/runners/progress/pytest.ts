import type { OutputFormat } from './format.ts';
import type { Letter, Tally } from './tally.ts';

const WORDS: Readonly<Record<string, Letter>> = { PASSED: 'p', XPASS: 'p', FAILED: 'f', ERROR: 'f', SKIPPED: 's', XFAIL: 's' };
const DOTS: Readonly<Record<string, Letter>> = { '.': 'p', X: 'p', F: 'f', E: 'f', s: 's', x: 's' };

const VERBOSE = /^(\S+::.+?) (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS)\b/;
/** With pytest-xdist: `[gw0] [ 25%] PASSED tests/test_cart.py::test_total`. */
const WORKER = /^\[gw\d+\] \[ *\d+%\] (PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS) (\S+::.+?) *$/;
const LETTERS = /^(?:\S+\.py )?([.FEsxXR]+) *(?:\[ *(\d+)%\])?$/;

/** pytest with a letter a test, with -v, and with pytest-xdist: https://docs.pytest.org/en/stable/how-to/output.html */
export const pytest: OutputFormat = {
  detects: (line) =>
    /^(?:=+ test session starts =+$|(?:collecting \.\.\. )?collected \d+ items?|[.FEsxXR]+ +\[ *\d{1,3}%\]$)/.test(line) ||
    WORKER.test(line),
  reader: (tally) => {
    let isOver = false;
    return (line) => {
      if (/^=+ test session starts =+$/.test(line)) isOver = false;
      if (/^=+ (?:FAILURES|ERRORS|short test summary info|warnings summary) =+$/.test(line)) isOver = true;
      const total = totalIn(line);
      if (total !== null) tally.total = (tally.total ?? 0) + total;
      const [, failed, message = ''] = /^(?:FAILED|ERROR) (\S+::.+?)(?: - (.*))?$/.exec(line) ?? [];
      if (failed !== undefined) tally.failure(failed, message);
      else if (!isOver) takeResult(line, tally);
    };
  },
  unfinished: takeUnfinished,
};

/** Letters come as tests end; with -v a test is named as it begins: `test_cart.py::test_total `. */
function takeUnfinished(text: string, tally: Tally): void {
  const [, letters = ''] = /^(?:\S+\.py )?([.FEsxXR]+)$/.exec(text) ?? [];
  tally.unfinished([...letters].flatMap((one) => DOTS[one] ?? []).join(''));
  const [, running] = /^(\S+::.+?) $/.exec(text) ?? [];
  if (running !== undefined) tally.runs(running);
}

function totalIn(line: string): number | null {
  const [, collected, selected] = /^(?:collecting \.\.\. )?collected (\d{1,7}) items?(?:.* (\d{1,7}) selected)?/.exec(line) ?? [];
  if (collected !== undefined) return Number(selected ?? collected);
  const [, items] = /^\d{1,4} workers? \[(\d{1,7}) items?\]/.exec(line) ?? [];
  return items === undefined ? null : Number(items);
}

function takeResult(line: string, tally: Tally): void {
  const [, name, word] = VERBOSE.exec(line) ?? [];
  const [, workerWord, workerName] = WORKER.exec(line) ?? [];
  const outcome = word ?? workerWord;
  if (outcome !== undefined) {
    tally.ended(WORDS[outcome] ?? 's', name ?? workerName);
    return;
  }
  const [, letters = '', percent] = LETTERS.exec(line) ?? [];
  for (const one of letters) {
    const letter = DOTS[one];
    if (letter !== undefined) tally.ended(letter);
  }
  if (percent !== undefined) tally.percent = Number(percent);
}
