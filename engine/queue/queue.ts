import type { TaskDetail } from '../../contract/api.ts';
import type { AttemptEnd, AttemptStatus, Sample } from '../../contract/attempt.ts';
import type { Change } from '../../contract/insights.ts';
import type { Progress } from '../../contract/result.ts';
import { isTerminal, nextAttemptAt } from '../../contract/status.ts';
import type { Attempt, GitState, Task } from '../../contract/task.ts';
import { NOTHING_DONE } from '../attempt-follower.ts';
import { Attempts, type AttemptsOptions } from '../attempts.ts';
import { attemptFolder } from '../home.ts';
import { withEstimates } from '../insights/estimated-progress.ts';
import { SuiteHistory, type SuiteName } from '../insights/suite-history.ts';
import { type Judgement, judge, testsOf, timesOfAttempt } from '../judge.ts';
import { logSize } from '../log-file.ts';
import { type NoticeSink, Notices } from '../notices/notices.ts';
import type { Notifier } from '../notifier.ts';
import { endTask, newAttempt, withAttempt } from '../outcome.ts';
import { gitState } from '../projects/git.ts';
import { reportPath } from '../reports/kept-report.ts';
import { type ReadFiles, readApart } from '../reports/read-apart.ts';
import { withRerunOutcome } from '../rerun/story.ts';
import { backOffMs, shouldRetry } from '../retry.ts';
import type { Suite } from '../runners/suite.ts';
import type { KeptTests } from '../store/history.ts';
import type { PauseStore } from '../store/pauses.ts';
import { writeResultFile } from '../store/result-file.ts';
import type { NewTask, TaskStore } from '../store/tasks.ts';
import { isDiskFull, whenRoom } from '../store/when-room.ts';
import { BackOffs } from './back-offs.ts';
import type { QueueRules } from './queue-task.ts';
import { Scheduler } from './scheduler.ts';
import { transition } from './transitions.ts';

export interface QueueOptions extends AttemptsOptions {
  rules: QueueRules;
  /** The script that reads reports. */
  reportReaderEntry: string;
  /** MiB of artifacts that one attempt keeps at most. */
  artifactsCapMb: number;
  /** Shows notices to the user; null where nothing can, then the next app tells them. */
  onNotice: NoticeSink | null;
  /** What a task that has just ended changed; null where it came to no results. `testSet`: as it will be recorded. */
  changeOf(task: Task, testSet: number | null): Promise<Change | null>;
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
}

/** Carries out what `decide` says: starts attempts, takes in their ends, starts the next. */
export class Queue {
  readonly #store: TaskStore;
  readonly #notifier: Notifier;
  readonly #options: QueueOptions;
  readonly #attempts: Attempts;
  readonly #readFiles: ReadFiles;
  readonly notices: Notices;
  readonly #live = new Map<string, Live>();
  readonly #ending = new Set<Promise<void>>();
  readonly #backOffs = new BackOffs();
  readonly #tested = new Map<string, Tested>();
  readonly #suites: SuiteHistory;
  readonly scheduler: Scheduler;
  #accepting = false;
  /** Ends the waiting for room on a full disk: what waits is taken in by the next host. */
  readonly #closing = new AbortController();

  constructor(store: TaskStore, pauses: PauseStore, notifier: Notifier, options: QueueOptions) {
    this.#store = store;
    this.#notifier = notifier;
    this.#options = options;
    this.#readFiles = readApart({ node: options.nodePath, entry: options.reportReaderEntry });
    this.notices = new Notices(store, options.onNotice);
    this.#attempts = new Attempts(options, {
      running: (taskId, attempt, status) => this.#onRunning(taskId, attempt, status),
      ended: (taskId, attempt, status) => this.#onEnded(taskId, attempt, status),
      notStarted: (taskId, attempt, end) => this.#onNotStarted(taskId, attempt, end),
      progress: (taskId, attempt, progress, lastLine) => {
        this.#liveOf(taskId).progress = progress;
        notifier.emit('progress', { taskId, attempt, progress: this.#estimated(taskId, progress), lastLine });
      },
      sample: (taskId, attempt, sample) => {
        this.#liveOf(taskId).sample = sample;
        notifier.emit('sample', { taskId, attempt, sample });
      },
      log: (taskId, attempt, size) => notifier.emit('logGrew', { taskId, attempt, size, ended: false }),
    });
    this.#suites = new SuiteHistory((config, limit) => store.recentRuns(config, limit));
    this.scheduler = new Scheduler(store, pauses, notifier, options.rules, {
      start: (taskId, at) => this.#start(taskId, at),
      end: (taskId, as, reason, at) => this.#endWithout(taskId, { type: as === 'timeout' ? 'timed_out' : 'cancelled', at, reason }),
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
      return this.#endWithout(taskId, { type: 'cancelled', at, reason: null });
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
    await this.#whenRoom(() => this.cancelAll(this.#store.active()));
    check();
    await gone.promise;
    stop();
    await Promise.allSettled(this.#ending);
  }

  /** The machine is being shut down: ends what runs, keeps what waits for the next host. Resolves when the ends are recorded. */
  async shutDown(): Promise<void> {
    await this.drain();
    const gone = Promise.withResolvers<void>();
    const check = () => {
      if (this.#attempts.running === 0) gone.resolve();
    };
    const stop = this.#notifier.on('taskChanged', check);
    this.#attempts.shutDown();
    check();
    await gone.promise;
    stop();
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

  /** Ends a task of which nothing runs. */
  #endWithout(
    taskId: string,
    change: { type: 'timed_out'; at: number; reason: string } | { type: 'cancelled'; at: number; reason: string | null },
  ): Task {
    const ended = this.#store.update(taskId, 'ended', (current) => ({
      ...current,
      cancelRequestedAt: change.type === 'cancelled' ? change.at : null,
      verdict: 'none',
      error: change.reason ?? current.error,
      state: transition(current.state, change),
    }));
    this.#track(this.#keepResult(ended, 'changed'));
    this.scheduler.changed();
    return ended;
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

  #onEnded(taskId: string, attempt: number, status: AttemptStatus): void {
    this.#track(this.#takeEnd(taskId, attempt, status));
  }

  async #takeEnd(taskId: string, attempt: number, status: AttemptStatus): Promise<void> {
    await this.#tested.get(taskId)?.read;
    let task = this.#store.get(taskId);
    const known = task.attempts.find((one) => one.attempt === attempt);
    if (!known || isTerminal(task.state.status)) return;
    const git = this.#tested.get(taskId)?.git ?? known.git;
    const started = { ...known, pid: status.tests?.pid ?? known.pid, git };
    if (status.tests && status.end?.cause !== 'spawn_failed') task = asRunning(task, started, status);
    const { paths, artifactsCapMb } = this.#options;
    const judged: Judgement = await judge(task, this.#store.suiteOf(taskId), started, status, paths, this.#readFiles, artifactsCapMb).catch(
      (error) => {
        console.error(error); // a defect of ours must not leave the task running for ever
        const message = `The results could not be read: ${error instanceof Error ? error.message : error}`;
        return {
          attempt: { ...started, ...timesOfAttempt(status), verdict: 'failed' as const, error: message },
          failedTests: [],
          quarantinedTests: [],
          failureGroups: [],
          report: null,
        };
      },
    );
    await this.#conclude(task, judged);
  }

  #onNotStarted(taskId: string, attempt: number, end: AttemptEnd): void {
    const task = this.#store.get(taskId);
    const known = task.attempts.find((one) => one.attempt === attempt);
    if (!known || isTerminal(task.state.status)) return;
    const now = Date.now();
    const verdict = end.cause === 'cancelled' ? 'none' : 'failed';
    const ended = { ...known, endedAt: now, end, verdict, error: end.message } as const;
    this.#track(this.#conclude(task, { attempt: ended, failedTests: [], quarantinedTests: [], failureGroups: [], report: null }));
  }

  /** Records that another attempt follows, or ends the task: one durable change either way. */
  async #conclude(task: Task, judged: Judgement): Promise<void> {
    const { id } = task;
    const { attempt, report } = judged;
    this.#notifier.emit('logGrew', {
      taskId: id,
      attempt: attempt.attempt,
      size: await logSize(attemptFolder(this.#options.paths, id, attempt.attempt)),
      ended: true,
    });
    const tests = await testsOf(task, judged, this.#options.paths);
    // A cancel may have come while the report was read.
    const current: Task = { ...task, cancelRequestedAt: this.#store.get(id).cancelRequestedAt };
    this.#live.delete(id);
    this.#tested.delete(id);
    if (shouldRetry(current, attempt)) {
      const retryAt = Date.now() + backOffMs(current.config, attempt.attempt);
      const waits = await this.#whenRoom(() =>
        this.#store.update(id, 'attempt_ended', ({ cancelRequestedAt }) => ({
          ...withAttempt(current, { ...attempt, retryAt }),
          cancelRequestedAt,
        })),
      );
      if (waits) this.#startLater(waits);
      return;
    }
    const write = <T>(work: () => T) => this.#whenRoom(work);
    const kept = await this.#store.history
      .keepTests(current, attempt.attempt, report, { failedBefore: tests.failedBefore, write })
      .catch(nothing); // a defect of ours must not leave the task running for ever
    const ended = endTask(current, attempt, tests, attempt.endedAt ?? Date.now());
    const change = await this.#options.changeOf(ended, kept?.testSet ?? null).catch(nothing);
    const changed = change ? { ...ended, change } : ended;
    const earlier = current.rerunOf === null ? null : this.#store.known(current.rerunOf);
    await this.#keepResult(
      earlier && report ? await withRerunOutcome(changed, report, earlier, this.#options.paths) : changed,
      'ended',
      kept,
    );
    this.scheduler.changed();
  }

  async #keepResult(ended: Task, change: 'ended' | 'changed', kept: KeptTests | null = null): Promise<void> {
    const { task, note } = await writeResultFile(
      ended,
      this.#options.paths.results,
      kept && reportPath(attemptFolder(this.#options.paths, ended.id, kept.attempt)),
    );
    const last = task.attempts.at(-1);
    const noted = note && last ? withAttempt(task, { ...last, warnings: [...last.warnings, note] }) : task;
    if (!(await this.#whenRoom(() => this.#store.update(task.id, change, () => noted, kept)))) return;
    this.#suites.ended(noted);
    this.#track(this.#whenRoom(() => this.notices.tell(noted)));
  }

  /** What a run tells of itself, with what earlier runs of its suite tell beside it. */
  #estimated(taskId: string, progress: Progress): Progress {
    const task = this.#store.known(taskId);
    if (!task) return progress;
    const earlier = { usualMs: this.#suites.usualMsOf(task), total: this.#suites.totalOf(task) };
    return withEstimates(progress, task.attempts.at(-1)?.startedAt ?? null, earlier, Date.now());
  }

  #liveOf(taskId: string): Live {
    const live = this.#live.get(taskId) ?? { progress: null, sample: null };
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

function nothing(error: unknown): null {
  console.error(error);
  return null;
}

function asRunning(task: Task, attempt: Attempt, status: AttemptStatus): Task {
  const state = task.state.status === 'starting' ? transition(task.state, { type: 'started', at: status.startedAt }) : task.state;
  const started = { ...attempt, startedAt: status.startedAt, pid: status.tests?.pid ?? null, limits: status.limits };
  return { ...withAttempt(task, started), git: attempt.git ?? task.git, state };
}
