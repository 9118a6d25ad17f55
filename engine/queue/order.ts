import type { LastStart, QueueFacts, QueueTask } from './queue-task.ts';

/** Priority 1 is for what asked for it: nothing else ages beyond 2. */
const MOST_BY_AGE = 2;
/** Foreground tasks start at once, before all that wait for a slot. */
const FOREGROUND = 0;

/** A task's priority after its time of waiting. A clock that was set back makes nobody less urgent. */
export function urgencyOf({ priority, since }: Pick<QueueTask, 'priority' | 'since'>, ageingMs: number, now: number): number {
  const steps = Math.floor(Math.max(0, now - since) / ageingMs);
  return Math.max(Math.min(priority, MOST_BY_AGE), priority - steps);
}

/** When a waiting task becomes more urgent by age, in UTC ms; null where it does not any more. */
export function nextStep(task: QueueTask, ageingMs: number, now: number): number | null {
  if (task.foreground || urgencyOf(task, ageingMs, now) <= MOST_BY_AGE) return null;
  return task.since + (Math.floor(Math.max(0, now - task.since) / ageingMs) + 1) * ageingMs;
}

interface Lane {
  submitter: string;
  tasks: QueueTask[];
  next: number;
}

/**
 * Hands out waiting tasks in the order in which they are to start: the most urgent first; within one urgency the submitter's turn
 * that has the fewest running tasks, then the one that started its last task longest ago; within a submitter first in, first out.
 */
export class StartingOrder {
  /** The most urgent last, so that it can be popped. */
  readonly #groups: Lane[][];
  readonly #running = new Map<string, number>();
  readonly #lastStarts: Map<string, LastStart>;

  constructor({ tasks, lastStarts }: Pick<QueueFacts, 'tasks' | 'lastStarts'>, ageingMs: number, now: number) {
    this.#lastStarts = new Map(lastStarts);
    const groups = new Map<number, Map<string, Lane>>();
    for (const task of tasks) {
      if (task.startingAt !== null) {
        if (!task.foreground) this.took(task, task.startingAt);
        continue;
      }
      const urgency = task.foreground ? FOREGROUND : urgencyOf(task, ageingMs, now);
      const lanes = groups.get(urgency) ?? new Map<string, Lane>();
      groups.set(urgency, lanes);
      const lane = lanes.get(task.lane);
      if (lane) lane.tasks.push(task);
      else lanes.set(task.lane, { submitter: task.lane, tasks: [task], next: 0 });
    }
    this.#groups = [...groups].sort(([a], [b]) => b - a).map(([, lanes]) => [...lanes.values()]);
    for (const lane of this.#groups.flat()) lane.tasks.sort((a, b) => a.rank - b.rank || a.number - b.number);
  }

  /** The next one; null when all were handed out. */
  next(): QueueTask | null {
    for (;;) {
      const lanes = this.#groups.at(-1);
      if (!lanes) return null;
      const [first, ...others] = lanes;
      if (!first) {
        this.#groups.pop();
        continue;
      }
      const turn = others.reduce((best, lane) => (this.#compare(lane, best) < 0 ? lane : best), first);
      const task = turn.tasks[turn.next];
      turn.next += 1;
      if (turn.next >= turn.tasks.length) lanes.splice(lanes.indexOf(turn), 1);
      if (task) return task;
    }
  }

  /** It starts at that moment (Infinity: when there is room), which is a turn of its submitter. */
  took({ submitter, number }: QueueTask, at: number): void {
    this.#running.set(submitter, (this.#running.get(submitter) ?? 0) + 1);
    const last = this.#lastStarts.get(submitter);
    if (!last || at > last.at || (at === last.at && number > last.number)) this.#lastStarts.set(submitter, { at, number });
  }

  #compare(a: Lane, b: Lane): number {
    const running = (this.#running.get(a.submitter) ?? 0) - (this.#running.get(b.submitter) ?? 0);
    return running || compareStarts(this.#lastStarts.get(a.submitter), this.#lastStarts.get(b.submitter)) || compareHeads(a, b);
  }
}

function compareStarts(a: LastStart | undefined, b: LastStart | undefined): number {
  if (!a || !b) return a ? 1 : b ? -1 : 0;
  return a.at === b.at ? a.number - b.number : a.at - b.at;
}

function compareHeads(a: Lane, b: Lane): number {
  const [first, second] = [a.tasks[a.next], b.tasks[b.next]];
  return first && second ? first.rank - second.rank || first.number - second.number : 0;
}
