import type { OutputFormat } from './format.ts';
import type { Tally } from './tally.ts';

/** `  3 passing (56ms)`: all that most of its reporters say in numbers. */
const SUM = /^ {2}(\d{1,7}) (passing|pending|failing)(?: \([\d.]+m?s\))?$/;

/** The spec reporter of mocha. Ticks that are not indented are no tests: build tools print them. Cypress prints the same, spec after spec. */
export const mocha: OutputFormat = {
  detects: (line) => /^ {2,}(?:[✓✔√] |\d{1,5}\) )\S/.test(line) || SUM.test(line),
  reader: (tally, before) => {
    const marked = new MarkedTests(tally);
    for (const line of before) marked.line(line);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    return (line) => {
      marked.line(line);
      const [, count, word] = SUM.exec(line) ?? [];
      if (word === undefined || marked.counted > 0) return;
      counts[word === 'passing' ? 'passed' : word === 'pending' ? 'skipped' : 'failed'] = Number(count);
      tally.say(counts);
    };
  },
};

/** https://docs.cypress.io/app/references/command-line: `Running:  cart.cy.js   (3 of 12)` */
export const cypress: OutputFormat = {
  detects: (line) => RUNNING.test(line),
  reader: (tally) => {
    let marked = new MarkedTests(tally);
    return (line) => {
      const [, spec = '', index, of] = RUNNING.exec(line) ?? [];
      if (index === undefined || of === undefined) {
        marked.line(line);
        return;
      }
      marked = new MarkedTests(tally);
      tally.runs(spec.trim());
      tally.percent = (100 * (Number(index) - 1)) / Math.max(1, Number(of));
    };
  },
};

const RUNNING = /^\s*Running:\s+(\S[^(]*)\((\d{1,6}) of (\d{1,6})\)\s*$/;

/** Tests by the marks before them, in the blocks that their indentation tells; then the list of failures, with what went wrong. */
class MarkedTests {
  /** How many tests had a mark. */
  counted = 0;
  readonly #tally: Tally;
  /** Titles of the blocks that are open, by their indentation. */
  #blocks: { indent: number; title: string }[] = [];
  /** After `3 passing` the failures are listed once more. */
  #isOver = false;
  readonly #byNumber = new Map<string, string>();
  /** The titles of a listed failure as far as they have come: its blocks, and the test with a colon. */
  #listed: { number: string; titles: string[] } | null = null;
  #explained = '';

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  line(text: string): void {
    if (SUM.test(text)) this.#isOver = true;
    if (this.#isOver) this.#listedFailure(text);
    else this.#test(text);
  }

  #test(text: string): void {
    const [, indentation = '', number, failed] = /^(\s+)(\d{1,5})\) (.+)$/.exec(text) ?? [];
    if (number !== undefined && failed !== undefined) {
      const title = this.#titleAt(indentation.length, failed);
      this.#byNumber.set(number, title);
      this.#ended('f', title);
      return;
    }
    const [, space = '', mark, title = ''] = /^(\s*)([✓✔√✗✘✕×]|-(?= )) (.+?)(?: \(\d+(?:\.\d+)?m?s\))?$/.exec(text) ?? [];
    if (mark !== undefined && (mark !== '-' || space.length >= 2)) {
      this.#ended(/[✓✔√]/.test(mark) ? 'p' : mark === '-' ? 's' : 'f', this.#titleAt(space.length, title));
      return;
    }
    const [, indent = '', block] = /^( {2,40})(\S.{0,200})$/.exec(text) ?? [];
    if (block !== undefined)
      this.#blocks = [...this.#blocks.filter((one) => one.indent < indent.length), { indent: indent.length, title: block }];
  }

  #ended(letter: 'p' | 'f' | 's', title: string): void {
    this.counted += 1;
    this.#tally.ended(letter, title);
  }

  #titleAt(indent: number, title: string): string {
    this.#blocks = this.#blocks.filter((one) => one.indent < indent);
    return [...this.#blocks.map((one) => one.title), title].join(' › ');
  }

  #listedFailure(text: string): void {
    const [, number, first] = /^ {2,4}(\d{1,5})\) (.+)$/.exec(text) ?? [];
    if (number !== undefined && first !== undefined) {
      this.#listed = { number, titles: [] };
      this.#listTitle(first);
    } else if (this.#listed !== null) this.#listTitle(text.trim());
    else if (this.#explained !== '' && /^\s+\S*Error\b.*: /.test(text)) {
      this.#tally.failure(this.#explained, text.trim());
      this.#explained = '';
    }
  }

  #listTitle(title: string): void {
    if (this.#listed === null) return;
    this.#listed.titles.push(title);
    if (!title.endsWith(':') && this.#listed.titles.length < 20) return;
    const whole = this.#listed.titles.join(' › ').replace(/:$/, '');
    this.#explained = this.#byNumber.get(this.#listed.number) ?? whole;
    if (!this.#byNumber.has(this.#listed.number)) this.#tally.failure(whole);
    this.#listed = null;
  }
}
