import type { HostClient } from '../client/client.ts';
import { isTerminal } from '../contract/status.ts';
import type { Task } from '../contract/task.ts';
import { followUntil } from './follow-until.ts';

export interface WaitForEndsOptions {
  connect(): Promise<HostClient>;
  /** Whole ids. */
  ids: readonly string[];
  onEnd?(task: Task): void;
  /** A task has not ended and changed, or was seen for the first time on a connection. */
  onChange?(task: Task): void;
  /** null or absent: as long as it takes. */
  deadlineMs?: number | null;
}

/**
 * Resolves when all of these tasks have ended, or at the deadline; with those that have ended, in the order of `ids`. Lives through
 * restarts of the host. Throws a `Refusal` where no host can be reached any more, or where a task is not known.
 */
export async function waitForEnds({ connect, ids, onEnd, onChange, deadlineMs = null }: WaitForEndsOptions): Promise<Task[]> {
  const ended = new Map<string, Task>();
  const wanted = new Set(ids);
  await followUntil<true>({
    connect,
    deadlineMs,
    start: (finish) => {
      const look = (task: Task) => {
        if (!wanted.has(task.id) || ended.has(task.id)) return;
        if (!isTerminal(task.state.status)) return onChange?.(task);
        ended.set(task.id, task);
        onEnd?.(task);
        if (ended.size === wanted.size) finish(true);
      };
      return {
        onEvent: ({ task }) => look(task),
        onConnected: async (client) => {
          for (const id of wanted) if (!ended.has(id)) look((await client.call('getTask', { task: id })).task);
        },
      };
    },
  });
  return [...wanted].flatMap((id) => ended.get(id) ?? []);
}
