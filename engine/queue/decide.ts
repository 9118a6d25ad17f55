/** What the queue has to know of a task that has not ended. */
export interface QueueTask {
  id: string;
  number: number;
  /** 1 is the most urgent. */
  priority: number;
  active: boolean;
  /** Starts at once and takes no slot. */
  foreground: boolean;
  exclusiveKeys: readonly string[];
}

export interface Decision {
  /** Tasks to start now, in this order. */
  start: string[];
  /** The others, in the order in which they will start, each with the sentence that says why it waits. */
  waiting: { taskId: string; reason: string }[];
}

/**
 * What the queue does next. Pure: the same tasks and slots give the same answer, and asking again after its actions were
 * carried out starts nothing more. Lower priority numbers go first, then the older task; a task that waits for an exclusive
 * key lets the ones behind it pass.
 */
export function decide(tasks: readonly QueueTask[], slots: number): Decision {
  const holders = new Map<string, QueueTask>();
  let free = slots;
  for (const task of tasks) {
    if (!task.active) continue;
    if (!task.foreground) free -= 1;
    for (const key of task.exclusiveKeys) holders.set(key, task);
  }

  const start: string[] = [];
  const waiting: Decision['waiting'] = [];
  for (const task of tasks.filter(({ active }) => !active).sort(startingOrder)) {
    const holder = task.exclusiveKeys.map((key) => ({ key, task: holders.get(key) })).find((held) => held.task !== undefined);
    if (holder?.task) {
      waiting.push({ taskId: task.id, reason: `Waits for ${keyForPeople(holder.key)}, which #${holder.task.number} uses.` });
    } else if (free <= 0 && !task.foreground) {
      waiting.push({
        taskId: task.id,
        reason: slots === 1 ? 'Waits for the slot to become free.' : `Waits for one of ${slots} slots to become free.`,
      });
    } else {
      start.push(task.id);
      if (!task.foreground) free -= 1;
      for (const key of task.exclusiveKeys) holders.set(key, task);
    }
  }
  return { start, waiting };
}

function startingOrder(a: QueueTask, b: QueueTask): number {
  return a.priority - b.priority || a.number - b.number;
}

function keyForPeople(key: string): string {
  const [kind, ...rest] = key.split(':');
  return kind === 'playwright' ? `the Playwright set-up ${rest.join(':')}` : key;
}
