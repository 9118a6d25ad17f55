import type { NotificationOf } from '../../contract/api.ts';
import type { WaitKind } from '../../contract/queue.ts';
import { isGreen, isTerminal, outcomeOf } from '../../contract/status.ts';
import type { Place, Task } from '../../contract/task.ts';
import { type Estimate, type EstimatedTask, estimate } from '../insights/estimate.ts';
import { readMachineState } from '../machine.ts';
import type { Notifier } from '../notifier.ts';
import type { PauseStore } from '../store/pauses.ts';
import type { TaskStore } from '../store/tasks.ts';
import { isDiskFull } from '../store/when-room.ts';
import { WallClockTimer } from '../wall-clock-timer.ts';
import { type Decision, decide } from './decide.ts';
import { type Move, placesFor } from './move.ts';
import type { Claim, LastStart, Predecessor, QueueFacts, QueueRules, QueueTask } from './queue-task.ts';
import { sentenceOf, type Wait } from './wait.ts';
import { WaitingStream } from './waiting-stream.ts';

/** How long a start waits that a full disk could not record, in ms. */
const FULL_DISK_MS = 2000;
/** How long an estimate holds, in ms; a decision makes it anew at once. */
const ESTIMATE_MS = 5000;
/** Submitters whose last start is remembered. */
const MOST_SUBMITTERS = 500;

/** Kinds of reasons that are over when something that runs has ended, although its slot may be free. */
const NEEDS_ROOM: ReadonlySet<WaitKind | null> = new Set(['memory', 'cores', 'turn', 'pressure']);

/** Made as far as somebody has asked. */
interface Estimates {
  waits: ReadonlyMap<string, Wait>;
  at: number;
  found: Map<string, Estimate>;
  further: Iterator<[string, Estimate]>;
}

/** What the scheduler needs to know of tasks beyond the store, and who carries its decisions out. */
export interface SchedulerPorts {
  start(taskId: string, at: number): void;
  end(taskId: string, as: 'timeout' | 'cancelled', reason: string, at: number): void;
  claimOf(task: Task): Claim;
  /** How long such a task usually takes; null where no earlier run tells. */
  usualMsOf(task: Task): number | null;
  /** MiB that a running task takes at the moment. */
  usedMemoryOf(taskId: string): number;
}

/**
 * Asks `decide` when something has changed, and at the moment that the decision before named; knows why each task waits. Changes that
 * come at once are decided on once.
 */
export class Scheduler {
  readonly #store: TaskStore;
  readonly #pauses: PauseStore;
  readonly #rules: QueueRules;
  readonly #ports: SchedulerPorts;
  readonly #stream: WaitingStream;
  readonly #lastStarts = new Map<string, LastStart>();
  readonly #ended = new Map<string, Predecessor>();
  #waits: ReadonlyMap<string, Wait> = new Map();
  #estimates: Estimates | null = null;
  #accepting = false;
  #due: NodeJS.Immediate | null = null;
  readonly #timer = new WallClockTimer(() => this.#decide());

  constructor(store: TaskStore, pauses: PauseStore, notifier: Notifier, rules: QueueRules, ports: SchedulerPorts) {
    this.#store = store;
    this.#pauses = pauses;
    this.#rules = rules;
    this.#ports = ports;
    this.#stream = new WaitingStream(notifier, () => this.reasons());
  }

  /** From now on tasks start. */
  open(recent: readonly Task[]): void {
    for (const task of recent.toReversed()) this.#rememberStart(task);
    this.#accepting = true;
    this.#decide();
  }

  /** Nothing starts any more. */
  close(): void {
    this.#accepting = false;
    if (this.#due) clearImmediate(this.#due);
    this.#due = null;
    this.#timer.stop();
    this.#stream.stop();
  }

  /** Something has changed. */
  changed(): void {
    if (!this.#accepting) return;
    this.#due ??= setImmediate(() => this.#decide());
  }

  /** Why a task waits; null where it does not. */
  waitOf(taskId: string): { waiting: string; waitingFor: Wait['kind'] } | null {
    const wait = this.#settled().get(taskId);
    return wait ? { waiting: sentenceOf(wait, Date.now()), waitingFor: wait.kind } : null;
  }

  /** Why each waiting task waits and when it will probably start and end, in starting order. */
  reasons(): NotificationOf<'waiting'>['tasks'] {
    const now = Date.now();
    return [...this.#settled()].map(([taskId, wait]) => {
      const { startAt, endAt } = this.#estimated(taskId);
      return { taskId, reason: sentenceOf(wait, now), waitingFor: wait.kind, estimatedStartAt: startAt, estimatedEndAt: endAt };
    });
  }

  /** When it will probably start and end; null where earlier runs do not tell, and of an ended one. */
  estimateOf(task: Task): { estimatedStartAt: number | null; estimatedEndAt: number | null } {
    if (isTerminal(task.state.status)) return { estimatedStartAt: null, estimatedEndAt: null };
    const { startAt, endAt } = this.#estimated(task.id);
    return { estimatedStartAt: startAt, estimatedEndAt: endAt };
  }

  /** Ids of waiting tasks, in starting order. */
  order(): string[] {
    return [...this.#settled().keys()];
  }

  /** Where tasks have to wait, so that one is beside another. */
  placesFor(move: Move): Map<string, Place> {
    const waiting = this.#store.active().filter(({ state, foreground }) => state.status === 'queued' && !foreground);
    return placesFor(
      waiting.map((task) => this.#factsOf(task)),
      move,
      this.#rules.ageingMs,
      Date.now(),
    );
  }

  #estimated(taskId: string): Estimate {
    const waits = this.#settled();
    const now = Date.now();
    if (this.#estimates?.waits !== waits || now - this.#estimates.at >= ESTIMATE_MS)
      this.#estimates = { waits, at: now, found: new Map(), further: this.#playForward(waits, now) };
    const { found, further } = this.#estimates;
    while (!found.has(taskId)) {
      const next = further.next();
      if (next.done) break;
      found.set(...next.value);
    }
    return found.get(taskId) ?? { startAt: null, endAt: null };
  }

  #playForward(waits: ReadonlyMap<string, Wait>, now: number): Iterator<[string, Estimate]> {
    const { current } = this.#pauses;
    const asEstimated = (task: Task): EstimatedTask => ({
      id: task.id,
      category: task.config.category,
      foreground: task.foreground,
      exclusiveKeys: task.exclusiveKeys,
      startAt: task.config.startAt,
      after: task.config.after.filter((id) => this.#store.isActive(id)),
      startedAt: task.state.status === 'queued' ? null : 'startedAt' in task.state ? task.state.startedAt : now,
      usualMs: this.#ports.usualMsOf(task),
      needsRoom: NEEDS_ROOM.has(waits.get(task.id)?.kind ?? null),
      isPaused: task.pausedAt !== null || (!task.foreground && (current.all || current.categories.includes(task.config.category))),
    });
    const running = this.#store.active().filter(({ state }) => state.status !== 'queued');
    const store = this.#store;
    function* waiting() {
      for (const id of waits.keys()) yield asEstimated(store.get(id));
    }
    return estimate(running.map(asEstimated), waiting(), this.#rules, now);
  }

  #settled(): ReadonlyMap<string, Wait> {
    if (this.#due) this.#decide();
    return this.#waits;
  }

  #decide(): void {
    if (this.#due) clearImmediate(this.#due);
    this.#due = null;
    if (!this.#accepting) return;
    const now = Date.now();
    const decision = decide(this.#facts(), this.#rules, now);
    this.#timer.set(decision.wakeAt);
    const before = this.#waits;
    this.#waits = new Map(decision.waiting.map(({ taskId, wait }) => [taskId, wait]));
    if (differ(before, decision.waiting)) this.#stream.changed();
    try {
      this.#carryOut(decision, now);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#timer.set(now + FULL_DISK_MS);
    }
  }

  #carryOut({ start, end }: Decision, now: number): void {
    for (const taskId of start) {
      this.#ports.start(taskId, now);
      this.#rememberStart(this.#store.get(taskId));
    }
    for (const { taskId, as, reason } of end) this.#ports.end(taskId, as, reason, now);
  }

  #facts(): QueueFacts {
    const active = this.#store.active();
    return {
      tasks: active.map((task) => this.#factsOf(task)),
      paused: this.#pauses.current,
      ended: this.#endedPredecessors(active),
      lastStarts: this.#lastStarts,
      machine: readMachineState(),
    };
  }

  #factsOf(task: Task): QueueTask {
    const { id, number, config, state, foreground, exclusiveKeys, pausedAt, place } = task;
    const queuedAt = Math.max(state.queuedAt, config.startAt ?? 0);
    const submitter = submitterOf(task);
    return {
      id,
      number,
      category: config.category,
      submitter,
      startingAt: 'startingAt' in state ? state.startingAt : null,
      foreground,
      priority: place?.priority ?? config.priority,
      queuedAt,
      since: place?.since ?? queuedAt,
      lane: place?.lane ?? submitter,
      rank: place?.rank ?? number,
      exclusiveKeys,
      pausedAt,
      startAt: config.startAt,
      after: config.after,
      afterNeeds: config.afterNeeds,
      queueTimeoutMs: config.queueTimeoutMinutes === null ? null : config.queueTimeoutMinutes * 60_000,
      claim: this.#ports.claimOf(task),
      usedMemoryMb: state.status === 'queued' ? 0 : this.#ports.usedMemoryOf(id),
    };
  }

  #endedPredecessors(active: readonly Task[]): ReadonlyMap<string, Predecessor> {
    const wanted = new Set(active.flatMap(({ state, config }) => (state.status === 'queued' ? config.after : [])));
    for (const id of this.#ended.keys()) if (!wanted.has(id)) this.#ended.delete(id);
    for (const id of wanted) {
      if (this.#ended.has(id) || this.#store.isActive(id)) continue;
      const task = this.#store.known(id);
      if (task) this.#ended.set(id, { name: `#${task.number}`, passed: isGreen(task), outcome: ENDED_AS[outcomeOf(task)] });
    }
    return this.#ended;
  }

  #rememberStart(task: Task): void {
    const at = 'startingAt' in task.state ? task.state.startingAt : 'startedAt' in task.state ? task.state.startedAt : null;
    if (at === null || task.foreground) return;
    const submitter = submitterOf(task);
    this.#lastStarts.delete(submitter); // the one remembered longest ago comes first
    this.#lastStarts.set(submitter, { at, number: task.number });
    const [oldest] = this.#lastStarts.keys();
    if (oldest !== undefined && this.#lastStarts.size > MOST_SUBMITTERS) this.#lastStarts.delete(oldest);
  }
}

/** Whose running tasks a task counts among. Those of earlier versions say nothing. */
const submitterOf = (task: Task) => task.submitter || task.config.project;

const ENDED_AS = {
  passed: 'passed',
  flaky: 'passed',
  failed: 'failed',
  none: 'ended without results',
  timeout: 'timed out',
  cancelled: 'was cancelled',
  queued: 'waits',
  running: 'runs',
} as const satisfies Record<ReturnType<typeof outcomeOf>, string>;

/** Another order, or another reason? A moment to look again is none. */
function differ(before: ReadonlyMap<string, Wait>, now: Decision['waiting']): boolean {
  if (before.size !== now.length) return true;
  let index = 0;
  for (const [taskId, wait] of before) {
    const next = now[index];
    if (next?.taskId !== taskId || next.wait.text !== wait.text) return true;
    index += 1;
  }
  return false;
}
