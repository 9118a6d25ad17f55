/** How long an answer about the last days may be told again: that a run has become too old for it shows a minute later. */
const FRESH_MS = 60_000;
const MOST = 20;

/**
 * Remembers answers about many runs until a run ends or is forgotten: a window asks again and again. Who asks while an answer is being made
 * waits for the same one; a failure is not remembered.
 */
export class Memo<T> {
  readonly #version: () => number;
  readonly #answers = new Map<string, { version: number; at: number; answer: Promise<T> }>();

  /** `version`: another number after each change of the runs. */
  constructor(version: () => number) {
    this.#version = version;
  }

  /** `key` holds all that was asked for. */
  async get(key: string, make: () => Promise<T>, now = Date.now()): Promise<T> {
    const version = this.#version();
    const known = this.#answers.get(key);
    if (known && known.version === version && now >= known.at && now - known.at < FRESH_MS) return known.answer;
    const answer = make();
    this.#answers.delete(key);
    this.#answers.set(key, { version, at: now, answer });
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined && this.#answers.size > MOST) this.#answers.delete(oldest);
    answer.catch(() => this.#answers.get(key)?.answer === answer && this.#answers.delete(key));
    return answer;
  }
}
