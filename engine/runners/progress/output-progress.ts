import type { Progress } from '../../../contract/result.ts';
import type { OutputFormat } from './format.ts';
import { goTest, goTestJson } from './go-test.ts';
import { jest, vitest } from './jest.ts';
import { k6 } from './k6.ts';
import { Lines } from './lines.ts';
import { cypress, mocha } from './mocha.ts';
import { nodeSpec } from './node-spec.ts';
import { playwrightList } from './playwright-list.ts';
import { pytest } from './pytest.ts';
import { Tally } from './tally.ts';
import { tap } from './tap.ts';

/** The surest sign first. A line that looks like one of the last is no proof, so a surer one that comes later takes over. */
const FORMATS: readonly OutputFormat[] = [pytest, tap, goTest, goTestJson, vitest, jest, playwrightList, cypress, k6, nodeSpec, mocha];

const SHORTEST = 4;
const LINES_BEFORE = 10;

/** Follows the output of one run, whatever prints it. */
export class OutputProgress {
  readonly #lines = new Lines();
  #format = FORMATS.length;
  #read: ((line: string) => void) | null = null;
  #tally = new Tally();
  readonly #before: string[] = [];

  /** Takes the next piece of output. Answers how far the run is; null as long as the output tells nothing of that. */
  take(text: string): Progress | null {
    for (const line of this.#lines.take(text)) {
      this.#tally.unfinished('');
      if (line !== '') this.#takeLine(line);
    }
    FORMATS[this.#format]?.unfinished?.(this.#lines.unfinished, this.#tally);
    return this.#read && this.#tally.progress;
  }

  #takeLine(line: string): void {
    if (this.#before.push(line) > LINES_BEFORE + 1) this.#before.shift();
    // Nothing shorter tells anything, and what floods a log is often short.
    for (let index = line.length < SHORTEST ? this.#format : 0; index < this.#format; index += 1) {
      const format = FORMATS[index];
      if (!format?.detects(line)) continue;
      this.#format = index;
      this.#tally = new Tally();
      this.#read = format.reader(this.#tally, this.#before.slice(0, -1));
      break;
    }
    this.#read?.(line);
  }
}
