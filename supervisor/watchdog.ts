/** When an attempt is ended by itself, in ms. */
export interface TimeLimits {
  timeoutMs: number;
  /** null: silence never ends it. */
  noOutputMs: number | null;
}

/** Why an attempt is to be ended. */
export type Overrun = 'timeout' | 'no_output';

/** What a watchdog knows. Times are those of a monotonic clock, which does not count suspend on Linux (clock_gettime(2)). */
export interface Watch {
  /** When it looked last. */
  at: number;
  /** When it means to look again. */
  dueAt: number;
  ranMs: number;
  silentMs: number;
  /** The limit that was reached first; null while none was. */
  overrun: Overrun | null;
}

const INTERVAL_MS = 1000;
/** Who looks later than this was stopped, starved or suspended meanwhile, and can't vouch for that time. */
const LATE_MS = 5000;

/** The watch over an attempt that begins now. */
export function beginWatch(limits: TimeLimits, now: number): Watch {
  return look(limits, { at: now, dueAt: now, ranMs: 0, silentMs: 0, overrun: null }, now, true);
}

/** What the watchdog knows after one more look. `heard`: the attempt has printed something since the last one. */
export function look({ timeoutMs, noOutputMs }: TimeLimits, watch: Watch, now: number, heard: boolean): Watch {
  const ranMs = ranUntil(watch, now);
  const silentMs = heard ? 0 : watch.silentMs + ranMs - watch.ranMs;
  const timeLeft = timeoutMs - ranMs;
  const silenceLeft = noOutputMs === null ? Number.POSITIVE_INFINITY : noOutputMs - silentMs;
  const overrun = watch.overrun ?? (timeLeft <= 0 ? 'timeout' : silenceLeft <= 0 ? 'no_output' : null);
  const pause = overrun === null ? Math.max(1, Math.min(INTERVAL_MS, timeLeft, silenceLeft)) : INTERVAL_MS;
  return { at: now, dueAt: now + pause, ranMs, silentMs, overrun };
}

/** For how long the attempt has run, without the time that nobody can vouch for. */
export function ranUntil({ at, dueAt, ranMs }: Watch, now: number): number {
  return ranMs + (now - dueAt > LATE_MS ? dueAt - at : Math.max(0, now - at));
}

/** Watches a running attempt until it is stopped. */
export class Watchdog {
  readonly #limits: TimeLimits;
  readonly #heard: () => boolean;
  readonly #onOverrun: (overrun: Overrun) => void;
  #watch: Watch;
  #timer: NodeJS.Timeout | null = null;

  /** `heard` tells whether the attempt has printed something since it was asked last. `onOverrun` is called once at most. */
  constructor(limits: TimeLimits, heard: () => boolean, onOverrun: (overrun: Overrun) => void) {
    this.#limits = limits;
    this.#heard = heard;
    this.#onOverrun = onOverrun;
    this.#watch = beginWatch(limits, performance.now());
    this.#wait();
  }

  /** For how long the attempt has run, in ms: without suspend, and without the time in which this process could not look. */
  get ranMs(): number {
    return ranUntil(this.#watch, performance.now());
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  // What waits in the pipes is read before the look, or a process that was stopped would take its own deafness for silence.
  #wait(): void {
    this.#timer = setTimeout(() => setImmediate(() => this.#look()), Math.max(1, this.#watch.dueAt - performance.now()));
  }

  #look(): void {
    if (this.#timer === null) return;
    const before = this.#watch.overrun;
    this.#watch = look(this.#limits, this.#watch, performance.now(), this.#heard());
    this.#wait();
    if (before === null && this.#watch.overrun !== null) this.#onOverrun(this.#watch.overrun);
  }
}
