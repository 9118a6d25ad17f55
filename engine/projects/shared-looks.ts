interface Looks<T> {
  running: Promise<T>;
  /** Begins when `running` is over; who asks meanwhile shares it. */
  next: Promise<T> | null;
}

/** One look at a time for each key. An answer is always of a look that began after it was asked for, so that it misses nothing. */
export class SharedLooks<T> {
  readonly #looks = new Map<string, Looks<T>>();

  ask(key: string, look: () => Promise<T>): Promise<T> {
    const known = this.#looks.get(key);
    if (!known) return this.#begin(key, look);
    known.next ??= known.running.then(
      () => this.#begin(key, look),
      () => this.#begin(key, look),
    );
    return known.next;
  }

  #begin(key: string, look: () => Promise<T>): Promise<T> {
    const running = look();
    const looks: Looks<T> = { running, next: null };
    this.#looks.set(key, looks);
    const over = () => {
      if (looks.next === null) this.#looks.delete(key);
    };
    running.then(over, over);
    return running;
  }
}
