import type { NotificationOf } from '../../contract/api.ts';
import type { Notifier } from '../notifier.ts';

/** Streams go out at most this often, in ms. */
const INTERVAL_MS = 250;
/** The more tasks wait, the longer the list and the seldomer it is sent: so many ms for each. */
const INTERVAL_PER_TASK_MS = 1;
/** Reasons say for how many minutes they have held. */
const REFRESH_MS = 60_000;

/** Tells listeners why tasks wait: soon after each change, and each minute while something waits. Nobody listening, nothing is done. */
export class WaitingStream {
  readonly #notifier: Notifier;
  readonly #reasons: () => NotificationOf<'waiting'>['tasks'];
  #timer: NodeJS.Timeout | null = null;
  #dueAt = Number.POSITIVE_INFINITY;
  #notBefore = 0;

  constructor(notifier: Notifier, reasons: () => NotificationOf<'waiting'>['tasks']) {
    this.#notifier = notifier;
    this.#reasons = reasons;
  }

  changed(): void {
    this.#sendAt(Math.max(Date.now(), this.#notBefore));
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueAt = Number.POSITIVE_INFINITY;
  }

  #sendAt(at: number): void {
    if (at >= this.#dueAt) return;
    this.stop();
    this.#dueAt = at;
    this.#timer = setTimeout(() => this.#send(), Math.max(0, at - Date.now()));
    this.#timer.unref();
  }

  #send(): void {
    this.stop();
    const now = Date.now();
    if (!this.#notifier.isHeard('waiting')) {
      this.#notBefore = 0;
      return;
    }
    const tasks = this.#reasons();
    this.#notifier.emit('waiting', { tasks });
    this.#notBefore = now + Math.max(INTERVAL_MS, tasks.length * INTERVAL_PER_TASK_MS);
    if (tasks.length > 0) this.#sendAt(now + REFRESH_MS);
  }
}
