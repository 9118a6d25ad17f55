/** What an estimate needs to know of a task. Times in UTC ms. */
export interface EstimatedTask {
  id: string;
  category: string;
  /** Takes no slot. */
  foreground: boolean;
  exclusiveKeys: readonly string[];
  /** null while it waits. */
  startedAt: number | null;
  /** How long it usually takes; null where no earlier run tells. */
  usualMs: number | null;
  isPaused: boolean;
  /** Its slot is free, but cores, memory or calm are not: something that runs has to end first. */
  needsRoom: boolean;
  startAt: number | null;
  /** Of those that it follows, the ones that have not ended. */
  after: readonly string[];
}

export interface Estimate {
  /** null where earlier runs do not tell, and of a running task. */
  startAt: number | null;
  endAt: number | null;
}

export interface Slots {
  slots: number;
  slotsPerCategory: Readonly<Record<string, number>>;
}

const NEVER = Number.POSITIVE_INFINITY;
const known = (at: number) => (at === NEVER ? null : at);

/**
 * When each task will probably start and end: the queue played forward, each taking as long as it usually does. `waiting` is in
 * starting order, and an estimate needs none of those behind it: whoever asks for the first ones pays for no others. Pure. What runs longer than
 * usual may end at any moment, and one whose duration nobody knows never does.
 */
export function* estimate(
  running: readonly EstimatedTask[],
  waiting: Iterable<EstimatedTask>,
  rules: Slots,
  now: number,
): Generator<[id: string, estimate: Estimate]> {
  const ends = new Map<string, number>();
  const keys = new Map<string, number>();
  const inSlots: { category: string; end: number }[] = [];
  for (const task of running) {
    const end = (task.startedAt ?? now) + (task.usualMs ?? NEVER);
    yield [task.id, { startAt: null, endAt: end > now ? known(end) : null }];
    ends.set(task.id, Math.max(now, end));
    for (const key of task.exclusiveKeys) keys.set(key, Math.max(now, end));
    if (!task.foreground) inSlots.push({ category: task.category, end: Math.max(now, end) });
  }
  const all = freeTimes(
    inSlots.map(({ end }) => end),
    rules.slots,
    now,
  );
  const categories = new Map<string, number[]>();
  for (const [category, slots] of Object.entries(rules.slotsPerCategory)) {
    const taken = inSlots.filter((one) => one.category === category).map(({ end }) => end);
    categories.set(category, freeTimes(taken, slots, now));
  }

  const firstEnd = running.length === 0 ? now : Math.min(...running.map(({ id }) => ends.get(id) ?? NEVER));
  for (const task of waiting) {
    const own = task.foreground ? [] : [all, categories.get(task.category) ?? []].filter((free) => free.length > 0);
    const predecessors = task.after.map((id) => ends.get(id) ?? NEVER);
    const free = own.map((times) => Math.min(...times));
    const start = task.isPaused
      ? NEVER
      : Math.max(
          now,
          task.needsRoom ? firstEnd : now,
          task.startAt ?? now,
          ...predecessors,
          ...task.exclusiveKeys.map((key) => keys.get(key) ?? now),
          ...free,
        );
    const end = start + (task.usualMs ?? NEVER);
    yield [task.id, { startAt: known(start), endAt: known(end) }];
    ends.set(task.id, end);
    if (start === NEVER) continue; // nobody knows, so it takes nothing from those behind it
    for (const times of own) occupy(times, start, end);
    for (const key of task.exclusiveKeys) keys.set(key, end);
  }
}

/** When each of so many slots becomes free. With more running than slots, the first ends free none. */
function freeTimes(ends: readonly number[], slots: number, now: number): number[] {
  const sorted = ends.toSorted((a, b) => a - b);
  return sorted.length >= slots ? sorted.slice(-slots) : [...sorted, ...Array.from({ length: slots - sorted.length }, () => now)];
}

/** Takes the slot that is free at that moment and stands empty for the shortest time before. */
function occupy(times: number[], start: number, end: number): void {
  let best = -1;
  for (const [index, at] of times.entries()) if (at <= start && (best < 0 || at > (times[best] ?? 0))) best = index;
  if (best >= 0) times[best] = end;
}
