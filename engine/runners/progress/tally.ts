import type { Progress } from '../../../contract/result.ts';

const MAX_FAILURES = 20;
const MAX_OUTCOMES = 400;
const LONGEST_TITLE = 300;
const LONGEST_MESSAGE = 500;

export type Letter = 'p' | 'f' | 's';

/** Counts what a run's output tells of its tests. */
export class Tally {
  total: number | null = null;
  /** Percent by the runner's own word; null where it has none. */
  percent: number | null = null;
  #counts: Record<Letter, number> = { p: 0, f: 0, s: 0 };
  #outcomes = '';
  #unfinished = '';
  #current: Progress['current'] = null;
  readonly #failures: { title: string; message: string }[] = [];

  /** A test has ended; without a title where the output does not name it. */
  ended(letter: Letter, title?: string, message = ''): void {
    this.#counts[letter] += 1;
    this.#outcomes += letter;
    if (this.#outcomes.length > 10 * MAX_OUTCOMES) this.#outcomes = this.#outcomes.slice(-MAX_OUTCOMES);
    if (title !== undefined && title === this.#current?.title) this.#current = null;
    if (letter === 'f' && title !== undefined) this.#add(title, message);
  }

  /** A test that was counted has run again, and this came of it. */
  turned(from: Letter, to: Letter): void {
    this.#counts[from] -= 1;
    this.#counts[to] += 1;
    this.#outcomes += to;
  }

  /** What the line that is being printed tells so far; the next call, or the whole line, takes its place. */
  unfinished(letters: string): void {
    this.#unfinished = letters;
  }

  /** Names a failure that is counted elsewhere. */
  failure(title: string, message = ''): void {
    const known = this.#failures.filter((one) => one.title === title.slice(0, LONGEST_TITLE));
    // Two tests may have one name.
    const meant = known.find((one) => one.message === '') ?? known[0];
    if (meant) this.#explain(meant, message);
    else this.#add(title, message);
  }

  #add(title: string, message: string): void {
    if (this.#failures.length < MAX_FAILURES)
      this.#failures.push({ title: title.slice(0, LONGEST_TITLE), message: message.slice(0, LONGEST_MESSAGE) });
  }

  /** What went wrong in the failure that was named last, where that is not known yet. */
  explain(message: string): void {
    const last = this.#failures.at(-1);
    if (last) this.#explain(last, message);
  }

  runs(title: string, now = Date.now()): void {
    if (this.#current?.title !== title) this.#current = { title: title.slice(0, LONGEST_TITLE), startedAt: now };
  }

  /** The runner's own final word on the numbers. */
  say(counts: { passed: number; failed: number; skipped: number }): void {
    this.#counts = { p: counts.passed, f: counts.failed, s: counts.skipped };
    this.total = counts.passed + counts.failed + counts.skipped;
    this.#current = null;
    this.#unfinished = '';
  }

  get failed(): number {
    return this.#counts.f;
  }

  get progress(): Progress {
    const counted = (letter: Letter) => this.#counts[letter] + this.#unfinished.split(letter).length - 1;
    const [p, f, s] = [counted('p'), counted('f'), counted('s')];
    const done = p + f + s;
    return {
      source: 'output',
      percent: this.percent,
      total: this.total === null ? null : Math.max(this.total, done),
      done,
      passed: p,
      failed: f,
      flaky: 0,
      skipped: s,
      outcomes: (this.#outcomes + this.#unfinished).slice(-MAX_OUTCOMES),
      current: this.#current,
      failures: [...this.#failures],
    };
  }

  #explain(failure: { message: string }, message: string): void {
    if (failure.message === '') failure.message = message.slice(0, LONGEST_MESSAGE);
  }
}
