import type { NotificationName, NotificationOf } from '../contract/api.ts';

type Listener<N extends NotificationName> = (payload: NotificationOf<N>) => void;
type Listeners = { [N in NotificationName]: Set<Listener<N>> };

/** Tells listeners in this process what the contract's notifications tell clients. */
export class Notifier {
  readonly #listeners: Listeners = {
    taskChanged: new Set(),
    progress: new Set(),
    sample: new Set(),
    waiting: new Set(),
    paused: new Set(),
    machine: new Set(),
    schedules: new Set(),
    logGrew: new Set(),
  };

  on<N extends NotificationName>(name: N, listener: Listener<N>): () => void {
    const listeners: Set<Listener<N>> = this.#listeners[name];
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Would anybody hear it? */
  isHeard(name: NotificationName): boolean {
    return this.#listeners[name].size > 0;
  }

  emit<N extends NotificationName>(name: N, payload: NotificationOf<N>): void {
    const listeners: Set<Listener<N>> = this.#listeners[name];
    for (const listener of listeners) listener(payload);
  }
}
