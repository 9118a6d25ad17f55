import type { NotificationOf } from '../../contract/api.ts';
import type { Paused } from '../../contract/queue.ts';
import type { Progress } from '../../contract/result.ts';
import { isTerminal } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import type { Snapshot, TaskEvent } from '../../contract/views.ts';

/** What the tray shows is computed from these. */
export interface TrayFacts {
  /** Is a host there to ask? */
  connected: boolean;
  /** Queued, starting and running tasks, in the order in which they were queued. */
  active: { task: Task; progress: Progress | null }[];
  /** Ended tasks, the newest first. */
  finished: Task[];
  /** What starts nothing until it is resumed. */
  paused: Paused;
  /** A sentence about the app itself, such as why it is only a client; null where there is nothing to say. */
  notice: string | null;
}

const FINISHED_KEPT = 100;

export const noFacts: TrayFacts = { connected: false, active: [], finished: [], paused: { all: false, categories: [] }, notice: null };

export function afterReset(facts: TrayFacts, { active, finished, host }: Snapshot): TrayFacts {
  return {
    ...facts,
    active: active.map(({ task, progress }) => ({ task, progress })),
    finished: finished.slice(0, FINISHED_KEPT),
    paused: host.paused ?? facts.paused,
  };
}

export function afterEvent(facts: TrayFacts, { task }: TaskEvent): TrayFacts {
  if (!isTerminal(task.state.status)) {
    const known = facts.active.some((entry) => entry.task.id === task.id);
    const active = known
      ? facts.active.map((entry) => (entry.task.id === task.id ? { ...entry, task } : entry))
      : [...facts.active, { task, progress: null }];
    return { ...facts, active };
  }
  const active = facts.active.filter((entry) => entry.task.id !== task.id);
  const known = facts.finished.some(({ id }) => id === task.id);
  // A run that is looked at, or told of, keeps its place.
  const finished = known
    ? facts.finished.map((other) => (other.id === task.id ? task : other))
    : [task, ...facts.finished].slice(0, FINISHED_KEPT);
  return { ...facts, active, finished };
}

export function afterProgress(facts: TrayFacts, { taskId, progress }: NotificationOf<'progress'>): TrayFacts {
  return { ...facts, active: facts.active.map((entry) => (entry.task.id === taskId ? { ...entry, progress } : entry)) };
}
