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
  #current: Progress['current'] = null;
  readonly #failures: { title: string; message: string }[] = [];

  /** A test has ended; without a title where the output does not name it. */
  ended(letter: Letter, title?: string, message = ''): void {
    this.#counts[letter] += 1;
    this.#outcomes += letter;
    if (this.#outcomes.length > 10 * MAX_OUTCOMES) this.#outcomes = this.#outcomes.slice(-MAX_OUTCOMES);
    if (title !== undefined && title === this.#current?.title) this.#current = null;
    if (letter === 'f' && title !== undefined) this.failure(title, message);
  }

  /** Names a failure that is counted elsewhere. */
  failure(title: string, message = ''): void {
    const cutTitle = title.slice(0, LONGEST_TITLE);
    const known = this.#failures.find((one) => one.title === cutTitle);
    if (known) this.#explain(known, message);
    else if (this.#failures.length < MAX_FAILURES) this.#failures.push({ title: cutTitle, message: message.slice(0, LONGEST_MESSAGE) });
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
  }

  get failed(): number {
    return this.#counts.f;
  }

  get progress(): Progress {
    const { p, f, s } = this.#counts;
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
      outcomes: this.#outcomes.slice(-MAX_OUTCOMES),
      current: this.#current,
      failures: [...this.#failures],
    };
  }

  #explain(failure: { message: string }, message: string): void {
    if (failure.message === '') failure.message = message.slice(0, LONGEST_MESSAGE);
  }
}
