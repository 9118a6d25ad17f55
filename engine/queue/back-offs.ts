import { nextAttemptAt } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { backOffMs } from '../retry.ts';

/** Wakes tasks that wait between two attempts. That they wait is in the database; here are only the timers. */
export class BackOffs {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** Calls `next` when the task's next attempt may begin. */
  wait(task: Task, next: () => void): void {
    const at = nextAttemptAt(task);
    if (at === null) return;
    this.stop(task.id);
    // A clock that was set back must not make it wait for longer than it was to wait at all.
    const ms = Math.min(Math.max(at - Date.now(), 0), backOffMs(task.config, task.attempts.length));
    const wake = () => {
      this.#timers.delete(task.id);
      next();
    };
    this.#timers.set(task.id, setTimeout(wake, ms));
  }

  stop(taskId: string): void {
    clearTimeout(this.#timers.get(taskId));
    this.#timers.delete(taskId);
  }

  stopAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
