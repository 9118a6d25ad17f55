/** Calls `onIdle` once nothing has happened for `afterMs`, if `isIdle` still says so then. */
export class IdleWatch {
  readonly #afterMs: number | null;
  readonly #isIdle: () => boolean;
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  /** `afterMs` null: never. */
  constructor(afterMs: number | null, isIdle: () => boolean, onIdle: () => void) {
    this.#afterMs = afterMs;
    this.#isIdle = isIdle;
    this.#onIdle = onIdle;
  }

  /** Something happened: the time begins anew. */
  touch(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#stopped || this.#afterMs === null || !this.#isIdle()) return;
    this.#timer = setTimeout(() => {
      if (this.#isIdle()) this.#onIdle();
    }, this.#afterMs);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
