import { connect } from 'node:net';

/** How long a supervisor is waited for, in ms. */
export interface Patience {
  /** For its first status, and then for the start of its tests. */
  firstStatusMs: number;
  /** For an answer on its socket. */
  answerMs: number;
  /** Beyond the grace of its tests: to kill them, to read their last output, to write its record. */
  recordMs: number;
}

/** A supervisor begins within a second, a few on a machine that is very busy, and answers at once. */
export const PATIENCE: Patience = { firstStatusMs: 60_000, answerMs: 5000, recordMs: 15_000 };

/** What the insistence may do to the supervisor that it watches. */
export interface InsistencePorts {
  /** Has it said anything in its folder? Before that nothing runs. */
  hasBegun(): boolean;
  /** Continues it where somebody has stopped it. */
  wake(): void;
  /** Whether it says anything on its socket within so many ms. */
  answers(withinMs: number): Promise<boolean>;
  /** Asks for the end by a signal, which reaches one whose socket is gone. */
  terminate(): void;
  /** It does nothing any more, so nobody should wait for it. Called once. */
  hangs(): void;
}

/**
 * Sees to it that nobody waits for ever for a supervisor that hangs. One that owes something gets its time; then it is continued and has to answer.
 * Whoever answers is left alone, because it knows why (a full disk, a time in which it was stopped). A mute one gets SIGTERM and the time of an end,
 * and is given up when it is still mute after that. Where nothing runs yet there is nothing to be careful of.
 */
export class Insistence {
  readonly #patience: Patience;
  readonly #graceMs: number;
  readonly #ports: InsistencePorts;
  #timer: NodeJS.Timeout | null = null;
  /** By the monotonic clock: what is owed should be there by then. */
  #due = 0;
  #isAsked = false;
  #isTerminated = false;
  #stopped = false;

  /** `graceMs`: of the tests, from SIGTERM to SIGKILL. */
  constructor(patience: Patience, graceMs: number, ports: InsistencePorts) {
    this.#patience = patience;
    this.#graceMs = graceMs;
    this.#ports = ports;
  }

  /** It was started, and owes its first status; or it has said that, and owes the start of its tests. */
  started(): void {
    if (!this.#isAsked) this.#expectWithin(this.#patience.firstStatusMs);
  }

  /** Its tests run, and may for so many ms more. */
  running(restMs: number): void {
    if (!this.#isAsked) this.#expectWithin(Math.max(0, restMs) + this.#endMs);
  }

  /** It was asked to end its tests. The first time counts. */
  asked(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.#expectWithin(this.#endMs);
    this.#lookIn(this.#patience.answerMs);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  get #endMs(): number {
    return this.#graceMs + this.#patience.recordMs;
  }

  #expectWithin(ms: number): void {
    this.#due = performance.now() + ms;
    this.#lookIn(ms);
  }

  #lookIn(ms: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#look(), Math.max(0, ms));
  }

  async #look(): Promise<void> {
    this.#ports.wake();
    const answers = this.#mustNotBegin ? false : await this.#ports.answers(this.#patience.answerMs);
    if (this.#stopped) return;
    const rest = this.#due - performance.now();
    if (answers && !this.#mustNotBegin) {
      this.#lookIn(Math.max(rest, this.#patience.recordMs));
    } else if (!this.#ports.hasBegun() || (this.#isTerminated && rest <= 0)) {
      this.stop();
      this.#ports.hangs();
    } else if (this.#isTerminated) {
      this.#lookIn(rest);
    } else {
      this.#isTerminated = true;
      this.#ports.terminate();
      if (this.#isAsked) this.#lookIn(rest);
      else this.#expectWithin(this.#endMs);
    }
  }

  get #mustNotBegin(): boolean {
    return this.#isAsked && !this.#ports.hasBegun();
  }
}

const CONNECT_AGAIN_MS = 100;

/** Whether whoever listens at this socket says anything within so many ms; one that does not listen yet is tried again. */
export async function answersAt(path: string, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const rest = deadline - performance.now();
    if (await hearsFrom(path, rest)) return true;
    if (deadline - performance.now() < CONNECT_AGAIN_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, CONNECT_AGAIN_MS));
  }
}

function hearsFrom(path: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (heard: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    // Timers come before sockets: where this process itself was stopped or busy for so long, the answer may be there by now.
    const timer = setTimeout(() => setImmediate(settle, false), withinMs);
    socket.once('data', () => settle(true));
    for (const end of ['error', 'close']) socket.once(end, () => settle(false));
  });
}
