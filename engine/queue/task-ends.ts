import type { AttemptEnd, AttemptStatus } from '../../contract/attempt.ts';
import type { Change } from '../../contract/insights.ts';
import { isTerminal } from '../../contract/status.ts';
import type { GitState, Task } from '../../contract/task.ts';
import { attemptFolder, type HomePaths } from '../home.ts';
import type { SuiteHistory } from '../insights/suite-history.ts';
import { type Judgement, judge, testsOf, timesOfAttempt } from '../judge.ts';
import { logSize } from '../log-file.ts';
import type { Notices } from '../notices/notices.ts';
import type { Notifier } from '../notifier.ts';
import { asRunning, endTask, withAttempt } from '../outcome.ts';
import { keptTests, reportPath } from '../reports/kept-report.ts';
import { type ReadFiles, readApart } from '../reports/read-apart.ts';
import { withRerunOutcome } from '../rerun/story.ts';
import { backOffMs, shouldRetry } from '../retry.ts';
import type { KeptTests } from '../store/history.ts';
import { writeResultFile } from '../store/result-file.ts';
import type { TaskStore } from '../store/tasks.ts';
import { transition } from './transitions.ts';

export interface TaskEndsOptions {
  paths: HomePaths;
  /** A Node of version 24 or newer. */
  nodePath: string;
  /** The script that reads reports. */
  reportReaderEntry: string;
  /** MiB of artifacts that one attempt keeps at most. */
  artifactsCapMb: number;
  /** What a task that has just ended changed; null where it came to no results. `testSet`: as it will be recorded. */
  changeOf(task: Task, testSet: number | null): Promise<Change | null>;
}

/** What ends are recorded with, and who goes on from there. */
export interface TaskEndsPorts {
  suites: SuiteHistory;
  notices: Notices;
  /** Does it as soon as the disk has room; null where this host ends before. */
  whenRoom<T>(work: () => T): Promise<T | null>;
  /** Work that has to be done before this host ends. */
  track(work: Promise<unknown>): void;
  /** What the task's attempt tests; null where nobody could tell. */
  testedBy(taskId: string): Promise<GitState | null>;
  /** Its attempt is over. */
  forget(taskId: string): void;
  /** Another attempt follows after its back-off. */
  retryLater(task: Task): void;
  /** Slots, keys or predecessors may have become free. */
  concluded(): void;
}

/** Takes in how attempts end: judges them, has them tried again, or ends their tasks, keeps the result and tells it. */
export class TaskEnds {
  readonly #store: TaskStore;
  readonly #notifier: Notifier;
  readonly #options: TaskEndsOptions;
  readonly #readFiles: ReadFiles;
  readonly #ports: TaskEndsPorts;

  constructor(store: TaskStore, notifier: Notifier, options: TaskEndsOptions, ports: TaskEndsPorts) {
    this.#store = store;
    this.#notifier = notifier;
    this.#options = options;
    this.#readFiles = readApart({ node: options.nodePath, entry: options.reportReaderEntry });
    this.#ports = ports;
  }

  /** Ends a task of which nothing runs. */
  unstarted(
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
    this.#ports.track(this.#keepResult(ended, 'changed'));
    this.#ports.concluded();
    return ended;
  }

  async take(taskId: string, attempt: number, status: AttemptStatus): Promise<void> {
    const tested = await this.#ports.testedBy(taskId);
    let task = this.#store.get(taskId);
    const known = task.attempts.find((one) => one.attempt === attempt);
    if (!known || isTerminal(task.state.status)) return;
    const git = tested ?? known.git;
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
          hasTests: false,
        };
      },
    );
    await this.#conclude(task, judged);
  }

  async notStarted(taskId: string, attempt: number, end: AttemptEnd): Promise<void> {
    const task = this.#store.get(taskId);
    const known = task.attempts.find((one) => one.attempt === attempt);
    if (!known || isTerminal(task.state.status)) return;
    const now = Date.now();
    const verdict = end.cause === 'cancelled' ? 'none' : 'failed';
    const ended = { ...known, endedAt: now, end, verdict, error: end.message } as const;
    await this.#conclude(task, { attempt: ended, failedTests: [], quarantinedTests: [], failureGroups: [], hasTests: false });
  }

  /** Records that another attempt follows, or ends the task: one durable change either way. */
  async #conclude(task: Task, judged: Judgement): Promise<void> {
    const { id } = task;
    const { attempt, hasTests } = judged;
    this.#notifier.emit('logGrew', {
      taskId: id,
      attempt: attempt.attempt,
      size: await logSize(attemptFolder(this.#options.paths, id, attempt.attempt)),
      ended: true,
    });
    const tests = await testsOf(task, judged, this.#options.paths);
    // A cancel may have come while the report was read.
    const current: Task = { ...task, cancelRequestedAt: this.#store.get(id).cancelRequestedAt };
    this.#ports.forget(id);
    if (shouldRetry(current, attempt)) {
      const retryAt = Date.now() + backOffMs(current.config, attempt.attempt);
      const waits = await this.#ports.whenRoom(() =>
        this.#store.update(id, 'attempt_ended', ({ cancelRequestedAt }) => ({
          ...withAttempt(current, { ...attempt, retryAt }),
          cancelRequestedAt,
        })),
      );
      if (waits) this.#ports.retryLater(waits);
      return;
    }
    const write = <T>(work: () => T) => this.#ports.whenRoom(work);
    const report = hasTests ? keptTests(attemptFolder(this.#options.paths, id, attempt.attempt)) : [];
    const kept = await this.#store.history
      .keepTests(current, attempt.attempt, report, { failedBefore: tests.failedBefore, write })
      .catch(nothing); // a defect of ours must not leave the task running for ever
    const ended = endTask(current, attempt, tests, attempt.endedAt ?? Date.now());
    const change = await this.#options.changeOf(ended, kept?.testSet ?? null).catch(nothing);
    const changed = change ? { ...ended, change } : ended;
    const earlier = current.rerunOf === null ? null : this.#store.known(current.rerunOf);
    await this.#keepResult(
      earlier && hasTests ? await withRerunOutcome(changed, attempt.attempt, earlier, this.#options.paths) : changed,
      'ended',
      kept,
    );
    this.#ports.concluded();
  }

  async #keepResult(ended: Task, change: 'ended' | 'changed', kept: KeptTests | null = null): Promise<void> {
    const { task, note } = await writeResultFile(
      ended,
      this.#options.paths.results,
      kept && reportPath(attemptFolder(this.#options.paths, ended.id, kept.attempt)),
    );
    const last = task.attempts.at(-1);
    const noted = note && last ? withAttempt(task, { ...last, warnings: [...last.warnings, note] }) : task;
    if (!(await this.#ports.whenRoom(() => this.#store.update(task.id, change, () => noted, kept)))) return;
    this.#ports.suites.ended(noted);
    this.#ports.track(this.#ports.whenRoom(() => this.#ports.notices.tell(noted)));
  }
}

function nothing(error: unknown): null {
  console.error(error);
  return null;
}
