import type { Params, Result } from '../../contract/api.ts';
import { Refusal } from '../../contract/errors.ts';
import type { Paused } from '../../contract/queue.ts';
import type { Place, Task } from '../../contract/task.ts';
import type { Notifier } from '../notifier.ts';
import type { PauseStore } from '../store/pauses.ts';
import type { TaskStore } from '../store/tasks.ts';
import type { Scheduler } from './scheduler.ts';

const nameOf = ({ number, config }: Task) => `#${number} ${config.category}`;

/** What people change about the order and the going on of the queue: pauses and moves. */
export class Steering {
  readonly #store: TaskStore;
  readonly #pauses: PauseStore;
  readonly #notifier: Notifier;
  readonly #scheduler: Scheduler;

  constructor(store: TaskStore, pauses: PauseStore, notifier: Notifier, scheduler: Scheduler) {
    this.#store = store;
    this.#pauses = pauses;
    this.#notifier = notifier;
    this.#scheduler = scheduler;
  }

  /** Throws a `Refusal` where a named task does not wait; then nothing is paused. */
  pause(scope: Params<'pauseQueue'>): Result<'pauseQueue'> {
    const { current } = this.#pauses;
    if ('tasks' in scope) return this.#setPaused(this.#waitingOnes(scope.tasks, 'paused'), true);
    if ('all' in scope) this.#keep({ ...current, all: true });
    else this.#keep({ ...current, categories: [...new Set([...current.categories, scope.category])].sort() });
    return { paused: this.#pauses.current, tasks: [] };
  }

  /** Throws a `Refusal` where a named task does not wait; then nothing is resumed. */
  resume(scope: Params<'resumeQueue'>): Result<'resumeQueue'> {
    const { current } = this.#pauses;
    if ('tasks' in scope) return this.#setPaused(this.#waitingOnes(scope.tasks, 'resumed'), false);
    if ('category' in scope) {
      this.#keep({ ...current, categories: current.categories.filter((category) => category !== scope.category) });
      return { paused: this.#pauses.current, tasks: [] };
    }
    this.#keep({ all: false, categories: [] });
    return this.#setPaused(
      this.#store.active().filter(({ state }) => state.status === 'queued'),
      false,
    );
  }

  /** Throws a `Refusal` where one of the two does not wait; then nothing is moved. */
  move(params: Params<'moveTask'>): Task {
    const task = this.#movable(params.task);
    const order = this.#scheduler.order().filter((id) => !this.#store.get(id).foreground);
    const beside = 'first' in params ? order[0] : this.#movable('before' in params ? params.before : params.after).id;
    if (beside === undefined || (beside === task.id && 'first' in params)) return task;
    if (beside === task.id) throw notMovable(`${nameOf(task)} cannot be moved before or after itself.`);
    const side = 'after' in params ? 'after' : 'before';
    for (const [id, place] of this.#scheduler.placesFor({ taskId: task.id, beside, side })) this.#place(id, place);
    this.#scheduler.changed();
    return this.#store.get(task.id);
  }

  #place(id: string, place: Place): void {
    this.#store.update(id, 'changed', (current) => ({ ...current, place }));
  }

  #movable(name: string): Task {
    const task = this.#waitingOne(name, 'moved');
    if (task.foreground) throw notMovable(`${nameOf(task)} runs outside the slots and has no place among those that wait for one.`);
    return task;
  }

  #waitingOnes(names: readonly string[], what: string): Task[] {
    return names.map((name) => this.#waitingOne(name, what));
  }

  #waitingOne(name: string, what: string): Task {
    const task = this.#store.find(name);
    if (task.state.status === 'queued') return task;
    const is = task.state.status === 'starting' || task.state.status === 'running' ? 'runs already' : `has ended (${task.state.status})`;
    throw notMovable(`${nameOf(task)} ${is}; only a waiting task can be ${what}.`);
  }

  #setPaused(tasks: readonly Task[], isPaused: boolean): Result<'pauseQueue'> {
    const pausedAt = isPaused ? Date.now() : null;
    const changed = tasks
      .filter((task) => (task.pausedAt !== null) !== isPaused)
      .map(({ id }) => this.#store.update(id, 'changed', (current) => ({ ...current, pausedAt })));
    this.#scheduler.changed();
    return { paused: this.#pauses.current, tasks: changed };
  }

  #keep(paused: Paused): void {
    this.#pauses.set(paused);
    this.#notifier.emit('paused', paused);
    this.#scheduler.changed();
  }
}

const notMovable = (message: string) => new Refusal('invalid', message, [{ field: 'task', message }]);
