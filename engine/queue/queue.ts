import type { AttemptStatus, Sample } from '../../contract/attempt.ts';
import type { Progress } from '../../contract/result.ts';
import { isTerminal, nextAttemptAt } from '../../contract/status.ts';
import type { GitState, Task } from '../../contract/task.ts';
import type { TaskDetail } from '../../contract/views.ts';
import { NOTHING_DONE } from '../attempt-follower.ts';
import { Attempts, type AttemptsOptions } from '../attempts.ts';
import { withEstimates } from '../insights/estimated-progress.ts';
import { SuiteHistory, type SuiteName } from '../insights/suite-history.ts';
import { type NoticeSink, Notices } from '../notices/notices.ts';
import type { Notifier } from '../notifier.ts';
import { asRunning, newAttempt } from '../outcome.ts';
import { gitState } from '../projects/git.ts';
import type { Suite } from '../runners/suite.ts';
import type { PauseStore } from '../store/pauses.ts';
import type { NewTask, TaskStore } from '../store/tasks.ts';
import { isDiskFull, whenRoom } from '../store/when-room.ts';
import { BackOffs } from './back-offs.ts';
import type { QueueRules } from './queue-task.ts';
import { Scheduler } from './scheduler.ts';
import { TaskEnds, type TaskEndsOptions } from './task-ends.ts';
import { transition } from './transitions.ts';

export interface QueueOptions extends AttemptsOptions, TaskEndsOptions {
  rules: QueueRules;
  /** Shows notices to the user; null where nothing can, then the next app tells them. */
  onNotice: NoticeSink | null;
}

/** Ended tasks that tell whose turn it was last. */
const RECENT = 100;

/** What an attempt that this host started tests; `git` is there when `read` has resolved. */
interface Tested {
  git: GitState | null;
  read: Promise<void>;
}

interface Live {
  progress: Progress | null;
  sample: Sample | null;
  /** How far it was by time when that was told last. */
  toldPercent: number | null;
}

/** Carries out what `decide` says: starts attempts and the next ones, follows what runs; `TaskEnds` takes in their ends. */
export class Queue {
  readonly #store: TaskStore;
  readonly #notifier: Notifier;
  readonly #attempts: Attempts;
  readonly notices: Notices;
  readonly #live = new Map<string, Live>();
  readonly #ending = new Set<Promise<void>>();
  readonly #backOffs = new BackOffs();
  readonly #tested = new Map<string, Tested>();
  readonly #suites: SuiteHistory;
  readonly #ends: TaskEnds;
  readonly scheduler: Scheduler;
  #accepting = false;
  /** Ends the waiting for room on a full disk: what waits is taken in by the next host. */
  readonly #closing = new AbortController();

  constructor(store: TaskStore, pauses: PauseStore, notifier: Notifier, options: QueueOptions) {
    this.#store = store;
    this.#notifier = notifier;
    this.notices = new Notices(store, options.onNotice);
    this.#attempts = new Attempts(options, {
      running: (taskId, attempt, status) => this.#onRunning(taskId, attempt, status),
      ended: (taskId, attempt, status) => this.#track(this.#ends.take(taskId, attempt, status)),
      notStarted: (taskId, attempt, end) => this.#track(this.#ends.notStarted(taskId, attempt, end)),
      progress: (taskId, attempt, progress, lastLine) => {
        this.#liveOf(taskId).progress = progress;
        notifier.emit('progress', { taskId, attempt, progress: this.#estimated(taskId, progress), lastLine });
      },
      sample: (taskId, attempt, sample) => {
        this.#liveOf(taskId).sample = sample;
        notifier.emit('sample', { taskId, attempt, sample });
        this.#tellTime(taskId, attempt);
      },
      log: (taskId, attempt, size) => notifier.emit('logGrew', { taskId, attempt, size, ended: false }),
    });
    this.#suites = new SuiteHistory((config, limit) => store.recentRuns(config, limit));
    this.#ends = new TaskEnds(store, notifier, options, {
      suites: this.#suites,
      notices: this.notices,
      whenRoom: (work) => this.#whenRoom(work),
      track: (work) => this.#track(work),
      testedBy: async (taskId) => {
        const tested = this.#tested.get(taskId);
        await tested?.read;
        return tested?.git ?? null;
      },
      forget: (taskId) => {
        this.#live.delete(taskId);
        this.#tested.delete(taskId);
      },
      retryLater: (task) => this.#startLater(task),
      concluded: () => this.scheduler.changed(),
    });
    this.scheduler = new Scheduler(store, pauses, notifier, options.rules, {
      start: (taskId, at) => this.#start(taskId, at),
      end: (taskId, as, reason, at) => this.#ends.unstarted(taskId, { type: as === 'timeout' ? 'timed_out' : 'cancelled', at, reason }),
      claimOf: (task) => this.#suites.claimOf(task),
      usualMsOf: (task) => this.#suites.usualMsOf(task),
      usedMemoryOf: (taskId) => this.#live.get(taskId)?.sample?.memory ?? 0,
    });
  }

  async start(): Promise<void> {
    this.#accepting = true;
    for (const task of this.#store.active()) {
      if (task.state.status === 'queued') continue;
      if (nextAttemptAt(task) !== null) this.#startLater(task);
      else await this.#attempts.adopt(task, this.#store.suiteOf(task.id), Math.max(1, task.attempts.length));
    }
    this.#track(this.#whenRoom(() => this.notices.tellMissed(Date.now())));
    this.scheduler.open(this.#store.ended({ limit: RECENT }).tasks);
  }

  add(task: NewTask, suite: Suite, requestId: string): Task {
    const added = this.#store.add(task, suite, requestId);
    this.scheduler.changed();
    return added;
  }

  /** How long a suite usually takes, in ms; null where no run tells. */
  usualMsOf(suite: SuiteName): number | null {
    return this.#suites.usualOf(suite).durationMs;
  }

  /** Answers at once: what runs ends later. A task that has ended, or was asked before, stays as it is. */
  cancel(taskId: string): Task {
    const task = this.#store.get(taskId);
    if (isTerminal(task.state.status) || task.cancelRequestedAt !== null) return task;
    const at = Date.now();
    if (task.state.status === 'queued' || nextAttemptAt(task) !== null) {
      this.#backOffs.stop(taskId);
      return this.#ends.unstarted(taskId, { type: 'cancelled', at, reason: null });
    }
    this.#attempts.cancel(taskId); // a full disk is no reason to let it run
    const asked = () => this.#store.update(taskId, 'cancel_requested', (current) => ({ ...current, cancelRequestedAt: at }));
    try {
      return asked();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#track(this.#whenRoom(() => isTerminal(this.#store.get(taskId).state.status) || asked()));
      return { ...task, cancelRequestedAt: at };
    }
  }

  /** The same for several. Those that wait are one change: of thousands, each would wait for the disk. */
  cancelAll(tasks: readonly Task[]): Task[] {
    this.#store.together(() => {
      for (const { id, state } of tasks) if (state.status === 'queued') this.cancel(id);
    });
    return tasks.map(({ id }) => this.cancel(id));
  }

  async cancelAllAndWait(): Promise<void> {
    const gone = Promise.withResolvers<void>();
    const check = () => {
      if (this.#store.active().length === 0) gone.resolve();
    };
    const stop = this.#notifier.on('taskChanged', check);
    for (const { id, state } of this.#store.active()) if (state.status !== 'queued') this.#attempts.cancel(id); // a full disk must not keep them
    await this.#whenRoom(() => this.cancelAll(this.#store.active()));
    check();
    await gone.promise;
    stop();
    await Promise.allSettled(this.#ending);
  }

  /** The machine is being shut down: ends what runs, keeps what waits for the next host. Resolves when the ends are recorded. */
  async shutDown(): Promise<void> {
    await this.drain();
    await this.#attempts.shutDown();
    await Promise.allSettled(this.#ending);
  }

  /** Starts nothing any more; resolves when what had ended is recorded. */
  async drain(): Promise<void> {
    this.#accepting = false;
    this.#closing.abort();
    this.scheduler.close();
    this.#backOffs.stopAll();
    await Promise.allSettled(this.#ending);
  }

  async release(): Promise<void> {
    await this.drain();
    await this.#attempts.release();
    await Promise.allSettled(this.#ending); // what a lost supervisor has left was ended meanwhile
  }

  get slotsInUse(): number {
    return this.#store.active().filter(({ state, foreground }) => state.status !== 'queued' && !foreground).length;
  }

  detail(task: Task): TaskDetail {
    const live = this.#live.get(task.id);
    const active = (task.state.status === 'starting' || task.state.status === 'running') && nextAttemptAt(task) === null;
    return {
      task,
      ...((task.state.status === 'queued' && this.scheduler.waitOf(task.id)) || { waiting: null, waitingFor: null }),
      ...this.scheduler.estimateOf(task),
      process: active
        ? { pid: task.attempts.at(-1)?.pid ?? null, running: task.state.status === 'running', sample: live?.sample ?? null }
        : null,
      progress: active ? this.#estimated(task.id, live?.progress ?? NOTHING_DONE) : null,
    };
  }

  /** Running tasks first, then the waiting ones in starting order, at most so many of these. */
  active(limit = Number.POSITIVE_INFINITY): TaskDetail[] {
    const order = this.scheduler.order();
    const waiting = new Set(order);
    // Before the first decision all wait, in the order in which they were added.
    const others = this.#store.active().filter(({ id }) => !waiting.has(id));
    return [...others, ...order.slice(0, limit).map((id) => this.#store.get(id))].map((task) => this.detail(task));
  }

  #start(taskId: string, at: number): void {
    const task = this.#store.update(taskId, 'starting', (current) => ({
      ...current,
      state: transition(current.state, { type: 'start', at }),
      attempts: [newAttempt(1)],
    }));
    this.#launch(task);
  }

  #whenRoom<T>(work: () => T): Promise<T | null> {
    return whenRoom(work, this.#closing.signal);
  }

  #onRunning(taskId: string, attempt: number, status: AttemptStatus): void {
    const record = () => {
      const task = this.#store.get(taskId);
      const known = task.attempts.find((one) => one.attempt === attempt);
      if (!known || known.pid !== null || isTerminal(task.state.status)) return; // an earlier host had recorded it, or it is over by now
      const git = this.#tested.get(taskId)?.git ?? null;
      this.#store.update(taskId, 'running', (current) => asRunning(current, { ...known, git }, status));
    };
    this.#track(this.#whenRoom(record));
  }

  /**
   * Starts the last attempt of a task. What it tests is read while its supervisor, already started, gets ready: the project may have changed
   * since the task was queued, and nobody should wait for git.
   */
  #launch(task: Task): void {
    const launched = this.#attempts.launch(task, this.#store.suiteOf(task.id), task.attempts.length);
    const tested: Tested = { git: null, read: Promise.resolve() };
    tested.read = launched.then(async () => {
      tested.git = await gitState(task.config.project);
    });
    this.#tested.set(task.id, tested);
    this.#track(launched);
  }

  /** The next attempt begins after its back-off; where this host ends before, the next one starts it. */
  #startLater(task: Task): void {
    if (!this.#accepting) return;
    const begin = () => {
      if (nextAttemptAt(this.#store.get(task.id)) === null) return; // cancelled while there was no room to record it
      this.#launch(
        this.#store.update(task.id, 'changed', (current) => ({
          ...current,
          attempts: [...current.attempts, newAttempt(current.attempts.length + 1)],
        })),
      );
    };
    this.#backOffs.wait(task, () => this.#track(this.#whenRoom(begin)));
  }

  /** What a run tells of itself, with what earlier runs of its suite tell beside it. */
  #estimated(taskId: string, progress: Progress): Progress {
    const task = this.#store.known(taskId);
    if (!task) return progress;
    const earlier = { usualMs: this.#suites.usualMsOf(task), total: this.#suites.totalOf(task) };
    return withEstimates(progress, task.attempts.at(-1)?.startedAt ?? null, earlier, Date.now());
  }

  /** A run that tells nothing goes on by time all the same: each percent is told once. */
  #tellTime(taskId: string, attempt: number): void {
    const live = this.#liveOf(taskId);
    const progress = this.#estimated(taskId, live.progress ?? NOTHING_DONE);
    const percent = progress.source === 'time' ? Math.floor(progress.percent ?? 0) : null;
    if (percent === null || percent === live.toldPercent) return;
    live.toldPercent = percent;
    this.#notifier.emit('progress', { taskId, attempt, progress, lastLine: null });
  }

  #liveOf(taskId: string): Live {
    const live = this.#live.get(taskId) ?? { progress: null, sample: null, toldPercent: null };
    this.#live.set(taskId, live);
    return live;
  }

  #track(work: Promise<unknown>): void {
    const tracked: Promise<void> = work
      .then(() => {})
      .catch((error) => console.error(error))
      .finally(() => this.#ending.delete(tracked));
    this.#ending.add(tracked);
  }
}
