/** Timers stand still while the machine sleeps, and clocks are set: the time of the wall is looked up at least this often. */
const LONGEST_WAIT_MS = 30_000;

/** Calls back when the wall clock has come to a time, also after the machine slept. One time at once; the last one set counts. */
export class WallClockTimer {
  readonly #onTime: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(onTime: () => void) {
    this.#onTime = onTime;
  }

  /** UTC ms; null for never. */
  set(at: number | null): void {
    this.stop();
    if (at === null) return;
    const wait = () => {
      const rest = at - Date.now();
      if (rest <= 0) this.#onTime();
      else this.#timer = setTimeout(wait, Math.min(rest, LONGEST_WAIT_MS));
    };
    this.#timer = setTimeout(wait, Math.min(Math.max(at - Date.now(), 1), LONGEST_WAIT_MS));
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
