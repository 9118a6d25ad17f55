import type { Task } from '../../contract/task.ts';
import type { TaskStore } from '../store/tasks.ts';
import { whatToSay, whatToSayOfMany, whatToSayOfRecovery } from './what-to-say.ts';

/** Ends that are older than this when an app starts are history, not news. */
const NEWS_MS = 12 * 3600 * 1000;
const LOOKED_AT = 1000;

/** Something that the user should hear of. */
export interface Notice {
  taskIds: string[];
  title: string;
  body: string;
}
export type NoticeSink = (notice: Notice) => void;

/** Tells of ended tasks at most once each: `notifiedAt` is recorded before anything is shown. */
export class Notices {
  readonly #store: TaskStore;
  readonly #sink: NoticeSink | null;

  constructor(store: TaskStore, sink: NoticeSink | null) {
    this.#store = store;
    this.#sink = sink;
  }

  tell(task: Task): void {
    const said = whatToSay(task) ?? whatToSayOfRecovery(task);
    if (said) this.#show([task], said);
  }

  /** What ended while nothing could show it, as one notice. */
  tellMissed(now: number): void {
    if (!this.#sink) return;
    const missed = this.#store
      .ended({ limit: LOOKED_AT })
      .tasks.filter(
        (task) => task.notifiedAt === null && task.seenAt === null && endedAt(task) > now - NEWS_MS && whatToSay(task) !== null,
      );
    const [only] = missed;
    if (!only) return;
    const said = missed.length === 1 ? whatToSay(only) : whatToSayOfMany(missed);
    if (said) this.#show(missed, said);
  }

  /** Says something that is of no task. */
  say(title: string, body: string): void {
    this.#sink?.({ taskIds: [], title, body });
  }

  #show(tasks: Task[], { title, body }: { title: string; body: string }): void {
    if (!this.#sink) return;
    const at = Date.now();
    for (const { id } of tasks) this.#store.update(id, 'notified', (task) => ({ ...task, notifiedAt: at }));
    this.#sink({ taskIds: tasks.map(({ id }) => id), title, body });
  }
}

function endedAt({ state }: Task): number {
  return 'endedAt' in state ? state.endedAt : 0;
}
