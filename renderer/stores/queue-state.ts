import type { NotificationOf } from '../../contract/api.ts';
import type { Sample } from '../../contract/attempt.ts';
import type { HostStatus } from '../../contract/host.ts';
import type { Paused } from '../../contract/queue.ts';
import type { Schedule } from '../../contract/schedule.ts';
import { isTerminal } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import type { Machine, Snapshot, TaskDetail, TaskEvent } from '../../contract/views.ts';

/** Ended tasks that are kept for the queue's page. */
const MOST_FINISHED = 500;
/** Samples kept for the small charts: two minutes. */
const MOST_SAMPLES = 120;

/** What a running task does right now. */
export interface Live {
  attempt: number;
  lastLine: string | null;
  samples: readonly Sample[];
}

/** Everything the host says about the present. Changed by the pure functions below alone. */
export interface QueueState {
  /** Starting and running tasks, the first started first. */
  running: readonly TaskDetail[];
  /** Queued tasks in the order in which they will start. */
  waiting: readonly TaskDetail[];
  /** The last ended first. */
  finished: readonly Task[];
  live: Readonly<Record<string, Live>>;
  machine: Machine | null;
  host: HostStatus | null;
  /** What starts nothing until it is resumed; single tasks say it themselves. */
  paused: Paused;
  /** Suites that are queued again and again, the one that is due next first. */
  schedules: readonly Schedule[];
}

const NOT_PAUSED: Paused = { all: false, categories: [] };

export const emptyQueue: QueueState = {
  running: [],
  waiting: [],
  finished: [],
  live: {},
  machine: null,
  host: null,
  paused: NOT_PAUSED,
  schedules: [],
};

const isQueued = ({ task }: TaskDetail) => task.state.status === 'queued';
const startingAt = ({ task }: TaskDetail) => ('startingAt' in task.state ? task.state.startingAt : task.state.queuedAt);
const byStart = (a: TaskDetail, b: TaskDetail) => startingAt(a) - startingAt(b) || a.task.number - b.task.number;
const byPriority = (a: TaskDetail, b: TaskDetail) =>
  a.task.config.priority - b.task.config.priority || a.task.state.queuedAt - b.task.state.queuedAt || a.task.number - b.task.number;

export function applySnapshot(state: QueueState, snapshot: Snapshot): QueueState {
  const running = snapshot.active.filter((detail) => !isQueued(detail)).sort(byStart);
  const live: Record<string, Live> = {};
  for (const { task } of running) live[task.id] = state.live[task.id] ?? { attempt: task.attempts.length, lastLine: null, samples: [] };
  return {
    running,
    waiting: snapshot.active.filter(isQueued),
    finished: snapshot.finished,
    live,
    machine: snapshot.machine,
    host: snapshot.host,
    paused: snapshot.host.paused ?? NOT_PAUSED,
    schedules: state.schedules,
  };
}

export function applyEvent(state: QueueState, { task }: TaskEvent): QueueState {
  const known = findDetail(state, task.id);
  const detail: TaskDetail = known ? { ...known, task } : { task, waiting: null, process: null, progress: null };
  const others = { running: without(state.running, task.id), waiting: without(state.waiting, task.id) };
  if (isTerminal(task.state.status)) {
    const { [task.id]: _, ...live } = state.live;
    return { ...state, ...others, live, finished: withFinished(state.finished, task) };
  }
  if (task.state.status === 'queued') {
    // In its old place where it has one; `waiting` says the order whenever that changes.
    const waiting =
      known && isQueued(known) ? state.waiting.map((one) => (one.task.id === task.id ? detail : one)) : insert(others.waiting, detail);
    return { ...state, running: others.running, waiting };
  }
  const attempt = task.attempts.length;
  const before = state.live[task.id];
  const anew = before !== undefined && before.attempt === attempt ? before : { attempt, lastLine: null, samples: [] };
  const fresh = before !== undefined && before.attempt !== attempt ? { ...detail, progress: null } : detail;
  return {
    ...state,
    waiting: others.waiting,
    running: [...others.running, { ...fresh, waiting: null, waitingFor: null }].sort(byStart),
    live: { ...state.live, [task.id]: anew },
  };
}

const without = (details: readonly TaskDetail[], id: string) =>
  details.some(({ task }) => task.id === id) ? details.filter(({ task }) => task.id !== id) : details;

function insert(waiting: readonly TaskDetail[], detail: TaskDetail): TaskDetail[] {
  const at = waiting.findIndex((other) => byPriority(detail, other) < 0);
  return at < 0 ? [...waiting, detail] : [...waiting.slice(0, at), detail, ...waiting.slice(at)];
}

function withFinished(finished: readonly Task[], task: Task): readonly Task[] {
  const at = finished.findIndex((other) => other.id === task.id);
  return at < 0 ? [task, ...finished].slice(0, MOST_FINISHED) : finished.map((other) => (other.id === task.id ? task : other));
}

/** The order in which the waiting ones will start, why each waits, and when it will probably start and end. */
export function applyWaiting(state: QueueState, { tasks }: NotificationOf<'waiting'>): QueueState {
  const known = new Map(state.waiting.map((detail) => [detail.task.id, detail]));
  const ordered = tasks.flatMap(({ taskId, reason, waitingFor = null, estimatedStartAt = null, estimatedEndAt = null }) => {
    const detail = known.get(taskId);
    if (!detail) return [];
    known.delete(taskId);
    const same =
      detail.waiting === reason &&
      detail.waitingFor === waitingFor &&
      detail.estimatedStartAt === estimatedStartAt &&
      detail.estimatedEndAt === estimatedEndAt;
    return [same ? detail : { ...detail, waiting: reason, waitingFor, estimatedStartAt, estimatedEndAt }];
  });
  return { ...state, waiting: [...ordered, ...known.values()] };
}

/** Puts a waiting task at a position (0 is the first) at once, before the host has said where it comes to lie. */
export function applyMove(state: QueueState, taskId: string, position: number): QueueState {
  const moved = state.waiting.find(({ task }) => task.id === taskId);
  if (!moved) return state;
  const others = state.waiting.filter((detail) => detail !== moved);
  return { ...state, waiting: [...others.slice(0, position), moved, ...others.slice(position)] };
}

/** When a running task will probably end. */
export function applyEstimate(state: QueueState, taskId: string, estimatedEndAt: number | null): QueueState {
  return { ...state, running: state.running.map((detail) => (detail.task.id === taskId ? { ...detail, estimatedEndAt } : detail)) };
}

/** When all that runs and waits has probably ended, in UTC ms; null where one of them does not tell, or is already late. */
export function clearAt({ running, waiting }: Pick<QueueState, 'running' | 'waiting'>, now: number): number | null {
  let last = 0;
  for (const { estimatedEndAt } of [...running, ...waiting]) {
    if (estimatedEndAt == null || estimatedEndAt <= now) return null;
    last = Math.max(last, estimatedEndAt);
  }
  return last === 0 ? null : last;
}

export function applyProgress(state: QueueState, { taskId, attempt, progress, lastLine }: NotificationOf<'progress'>): QueueState {
  const live = state.live[taskId];
  if (live === undefined || attempt < live.attempt) return state;
  return {
    ...state,
    running: state.running.map((detail) => (detail.task.id === taskId ? { ...detail, progress } : detail)),
    live: { ...state.live, [taskId]: { ...live, attempt, lastLine: lastLine ?? live.lastLine } },
  };
}

/** The last line of what a running task had written before the window opened; what came since is newer. */
export function applyLastLine(state: QueueState, taskId: string, attempt: number, lastLine: string | null): QueueState {
  const live = state.live[taskId];
  if (live === undefined || live.attempt !== attempt || live.lastLine !== null) return state;
  return { ...state, live: { ...state.live, [taskId]: { ...live, lastLine } } };
}

export function applySamples(state: QueueState, taskId: string, attempt: number, samples: readonly Sample[]): QueueState {
  const live = state.live[taskId];
  if (live === undefined || attempt < live.attempt) return state;
  const before = attempt === live.attempt ? live.samples : [];
  const at = new Map([...before, ...samples].map((sample) => [sample.at, sample]));
  const all = [...at.values()].sort((a, b) => a.at - b.at).slice(-MOST_SAMPLES);
  return { ...state, live: { ...state.live, [taskId]: { ...live, attempt, samples: all } } };
}

export const applyMachine = (state: QueueState, machine: Machine): QueueState => ({ ...state, machine });

/** The task, wherever in the queue it is. */
export function findTask(state: QueueState, id: string): Task | null {
  return findDetail(state, id)?.task ?? state.finished.find((task) => task.id === id) ?? null;
}

export function findDetail(state: QueueState, id: string): TaskDetail | null {
  return state.running.find(({ task }) => task.id === id) ?? state.waiting.find(({ task }) => task.id === id) ?? null;
}
