/** Texts that many results share are one object, so that a question is asked of each once. */
export interface Shared {
  readonly text: string;
  readonly lower: string;
  /** The last question that was asked of it, and the answer: quicker than any map. */
  asked: number;
  answer: boolean;
}

/** What is searched of one ended task. */
export interface Entry {
  readonly number: number;
  readonly taskId: string;
  readonly endedAt: number;
  readonly project: Shared;
  readonly category: Shared;
  readonly environment: Shared;
  readonly branch: Shared | null;
  readonly commit: Shared | null;
  readonly error: Shared | null;
  /** Project, category, environment and branch in one text. */
  readonly words: Shared;
  readonly status: string;
  readonly verdict: string | null;
  /** Runs with equal ones had the same tests; null where none are known. */
  readonly testSet: number | null;
}

/** Where a page begins: after this entry, in the order of the list. */
export interface Position {
  endedAt: number;
  number: number;
}

/** The end of a task before or after another one's; the number decides where both ended in one millisecond. */
export const compareEnds = (a: Position, b: Position): number => a.endedAt - b.endedAt || a.number - b.number;

/**
 * All ended tasks in the order of their ends, in memory: any combination of filters is a walk over them, which takes a millisecond or
 * two for 100,000, while no set of database indexes serves every combination.
 */
export class ResultIndex {
  /** Oldest first. */
  #entries: Entry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Adds an entry, or replaces the one of that number: its moment of ending never changes. */
  put(entry: Entry): void {
    const at = this.#after(entry);
    if (this.#entries[at - 1]?.number === entry.number) this.#entries[at - 1] = entry;
    else if (at === this.#entries.length) this.#entries.push(entry);
    else this.#entries.splice(at, 0, entry);
  }

  /** Adds entries, newest first, that are all older than those that are there. */
  prepend(older: readonly Entry[]): void {
    this.#entries = older.toReversed().concat(this.#entries);
  }

  remove(end: Position): void {
    const at = this.#after(end) - 1;
    if (this.#entries[at]?.number === end.number) this.#entries.splice(at, 1);
  }

  /** Entries that `matches`, newest first, that ended within [since, until] and lie after `before`: `limit` at most. */
  newest(
    matches: (entry: Entry) => boolean,
    { limit, before, since, until }: { limit: number; before: Position | null; since: number | null; until: number | null },
  ): Entry[] {
    const found: Entry[] = [];
    const ends = until === null ? this.#entries.length : this.#after({ endedAt: until, number: Number.POSITIVE_INFINITY });
    const begins = before === null ? ends : Math.min(ends, this.#after({ ...before, number: before.number - 1 }));
    for (let at = begins - 1; at >= 0 && found.length < limit; at -= 1) {
      const entry = this.#entries[at];
      if (entry === undefined || (since !== null && entry.endedAt < since)) break;
      if (matches(entry)) found.push(entry);
    }
    return found;
  }

  /** How many entries are not later than that. */
  #after(position: Position): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry && compareEnds(entry, position) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
