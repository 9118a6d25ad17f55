/** What the queue has to know of a task that has not ended. */
export interface QueueTask {
  id: string;
  number: number;
  /** 1 is the most urgent. */
  priority: number;
  /** UTC ms. */
  queuedAt: number;
  active: boolean;
  /** Starts at once and takes no slot. */
  foreground: boolean;
  exclusiveKeys: readonly string[];
}

export interface QueueRules {
  slots: number;
  /** A waiting task gains one step of priority each time that it has waited this long. */
  ageingMs: number;
}

export interface Decision {
  /** Tasks to start now, in this order. */
  start: string[];
  /** The others, in the order in which they will start, each with the sentence that says why it waits. */
  waiting: { taskId: string; reason: string }[];
  /** When to ask again though nothing has happened, in UTC ms; null where time alone changes nothing. */
  wakeAt: number | null;
}

/**
 * What the queue does next. Pure: the same tasks, rules and time give the same answer, and asking again after its actions were
 * carried out starts nothing more. Lower priority numbers go first, then the older task; a task that waits for an exclusive
 * key lets the ones behind it pass.
 */
export function decide(tasks: readonly QueueTask[], { slots, ageingMs }: QueueRules, now: number): Decision {
  const holders = new Map<string, QueueTask>();
  let free = slots;
  for (const task of tasks) {
    if (!task.active) continue;
    if (!task.foreground) free -= 1;
    for (const key of task.exclusiveKeys) holders.set(key, task);
  }

  const start: string[] = [];
  const waiting: Decision['waiting'] = [];
  const urgency = (task: QueueTask) => urgencyOf(task, ageingMs, now);
  const inOrder = tasks.filter(({ active }) => !active).sort((a, b) => urgency(a) - urgency(b) || a.number - b.number);
  for (const task of inOrder) {
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
  const starts = new Set(start);
  return {
    start,
    waiting,
    wakeAt: nextStep(
      inOrder.filter(({ id }) => !starts.has(id)),
      ageingMs,
      now,
    ),
  };
}

/** Priority 1 is for what asked for it: nothing else ages beyond 2. */
const MOST_BY_AGE = 2;

/** A task's priority after its time of waiting. A clock that was set back makes nobody less urgent. */
export function urgencyOf({ priority, queuedAt }: Pick<QueueTask, 'priority' | 'queuedAt'>, ageingMs: number, now: number): number {
  const steps = Math.floor(Math.max(0, now - queuedAt) / ageingMs);
  return Math.max(Math.min(priority, MOST_BY_AGE), priority - steps);
}

/** When the next of several waiting tasks becomes more urgent, which may change their order. */
function nextStep(waiting: readonly QueueTask[], ageingMs: number, now: number): number | null {
  if (waiting.length < 2) return null;
  const times = waiting
    .filter((task) => urgencyOf(task, ageingMs, now) > MOST_BY_AGE)
    .map(({ queuedAt }) => queuedAt + (Math.floor(Math.max(0, now - queuedAt) / ageingMs) + 1) * ageingMs);
  return times.length === 0 ? null : Math.min(...times);
}

function keyForPeople(key: string): string {
  const [kind, ...rest] = key.split(':');
  return kind === 'playwright' ? `the Playwright set-up ${rest.join(':')}` : key;
}
