import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { AttemptEnd, AttemptSpec, AttemptStatus, Sample } from '../contract/attempt.ts';
import { Refusal } from '../contract/errors.ts';
import { attemptIdOf, cookieOf } from '../contract/ids.ts';
import type { Progress } from '../contract/result.ts';
import type { Task } from '../contract/task.ts';
import { findSupervisors } from '../supervisor/find-supervisors.ts';
import { identityOf } from '../supervisor/identity.ts';
import { Supervisors } from '../supervisor/start.ts';
import { AttemptFollower, type Loss } from './attempt-follower.ts';
import { attemptEnvironment } from './environment.ts';
import { attemptFolder, type HomePaths, socketPath, taskFolder } from './home.ts';
import { PATIENCE, type Patience } from './insistence.ts';
import { type BackgroundPriority, limitsOf } from './limits.ts';
import { endLost } from './lost-attempt.ts';
import { isThere } from './projects/files.ts';
import { runnerFor } from './runners/runners.ts';
import type { Suite } from './runners/suite.ts';
import { replaceFile } from './store/replace-file.ts';

export interface AttemptsOptions {
  paths: HomePaths;
  /** A Node of version 24 or newer. */
  nodePath: string;
  /** The supervisor's script. */
  supervisorEntry: string;
  /** Our Playwright reporter. */
  reporterPath: string;
  graceMs: number;
  /** What an attempt's log may take of the disk. */
  logCapBytes: number;
  background: BackgroundPriority;
  /** How long supervisors are waited for; for tests. */
  patience?: Patience;
}

/** What the running attempts tell. */
export interface AttemptsListener {
  running(taskId: string, attempt: number, status: AttemptStatus): void;
  ended(taskId: string, attempt: number, status: AttemptStatus): void;
  /** It never came to run: `sentence` says why. */
  notStarted(taskId: string, attempt: number, end: AttemptEnd): void;
  progress(taskId: string, attempt: number, progress: Progress, lastLine: string | null): void;
  sample(taskId: string, attempt: number, sample: Sample): void;
  log(taskId: string, attempt: number, size: number): void;
}

/** Starts attempts under supervisors, finds those again that an earlier host started, and asks for their end. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #listener: AttemptsListener;
  readonly #supervisors: Supervisors;
  readonly #followed = new Map<string, { follower: AttemptFollower; attempt: number; folder: string }>();
  /** Asked for, maybe before there was a follower to tell. */
  readonly #cancelled = new Set<string>();
  /** Ends that are being found out, and who waits until all are. */
  readonly #ending = new Set<Promise<void>>();
  readonly #onIdle: (() => void)[] = [];

  constructor(options: AttemptsOptions, listener: AttemptsListener) {
    this.#options = options;
    this.#listener = listener;
    this.#supervisors = new Supervisors({ node: options.nodePath, entry: options.supervisorEntry });
  }

  /** Starts the attempt. What keeps it from starting is told by `notStarted`, never thrown. */
  async launch(task: Task, suite: Suite, attempt: number): Promise<void> {
    try {
      const folder = attemptFolder(this.#options.paths, task.id, attempt);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const spec = await this.#specOf(task, suite, attempt, folder);
      await replaceFile(join(folder, 'spec.json'), JSON.stringify(spec), 0o600);
      const follower = this.#follow(task, suite, attempt, folder, spec.socket);
      await follower.start();
      if (this.#isCancelled(task)) await this.#giveUp(task.id);
      if (this.#followed.get(task.id)?.follower !== follower) return; // given up
      const pid = await this.#supervisors.start(folder);
      follower.expectStatusOf(identityOf(pid));
    } catch (error) {
      const message =
        error instanceof Refusal ? error.message : `The attempt could not be started: ${error instanceof Error ? error.message : error}`;
      await this.#letGo(task.id);
      this.#listener.notStarted(task.id, attempt, noEnd('spawn_failed', message));
    }
  }

  /** Goes on with an attempt that an earlier host had started, or starts it where that host was killed before it could. */
  async adopt(task: Task, suite: Suite, attempt: number): Promise<void> {
    const { paths } = this.#options;
    const folder = attemptFolder(paths, task.id, attempt);
    if (!(await isThere(join(folder, 'status.json')))) {
      // Its tests have begun, and somebody has removed the folder: they are not run twice.
      if (task.attempts.at(-1)?.pid && !(await isThere(folder))) {
        const supervisor = findSupervisors(folder).get(folder) ?? null;
        return this.#endLost(task, suite, attempt, folder, null, { hangs: supervisor && { supervisor }, request: null });
      }
      if ((await abandon(folder)) || !(await isThere(join(folder, 'spec.taken.json')))) {
        await rm(folder, { recursive: true, force: true });
        return this.launch(task, suite, attempt);
      }
    }
    const follower = this.#follow(task, suite, attempt, folder, socketPath(paths, attemptIdOf(task.id, attempt)));
    await follower.start();
    follower.findStatusOf(findSupervisors(folder).get(folder) ?? null);
  }

  /** Asks for the end of a task's attempt, in whatever state it is. One that no supervisor has taken yet is given up. */
  cancel(taskId: string): void {
    this.#cancelled.add(taskId);
    this.#followed.get(taskId)?.follower.cancel();
    this.#track(this.#giveUp(taskId));
  }

  /** Asks for the end of all attempts, because the machine is being shut down; resolves when they are over. */
  async shutDown(): Promise<void> {
    for (const { follower } of this.#followed.values()) follower.shutDown();
    if (!this.isIdle) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Nothing runs, is about to, or is being ended. */
  get isIdle(): boolean {
    return this.#followed.size + this.#ending.size === 0;
  }

  /** Lets go of all attempts; they go on under their supervisors. Where a supervisor was lost, what it left is ended first. */
  async release(): Promise<void> {
    await Promise.all(this.#ending);
    await Promise.all([this.#supervisors.close(), ...[...this.#followed.values()].map(({ follower }) => follower.stop())]);
    this.#followed.clear();
  }

  async #specOf(task: Task, suite: Suite, attempt: number, folder: string): Promise<AttemptSpec> {
    const { paths, reporterPath, graceMs, logCapBytes, background } = this.#options;
    const submitter = await readEnvironment(paths, task.id);
    const { prepare, progress } = runnerFor(task.runner);
    const prepared = prepare({ suite, config: task.config, attemptFolder: folder, reporterPath, submitter });
    const cookie = cookieOf(task.id, attempt);
    return {
      schema: 1,
      taskId: task.id,
      attempt,
      argv: prepared.argv,
      cwd: task.config.project,
      env: attemptEnvironment(submitter, prepared.env, suite.envVars, task.config.envVars, { [cookie]: paths.id }),
      cookie,
      timeoutMs: task.config.timeoutMinutes * 60_000,
      noOutputMs: task.config.noOutputTimeoutMinutes === null ? null : task.config.noOutputTimeoutMinutes * 60_000,
      activityFile: progress && join(folder, progress.file),
      graceMs,
      logCapBytes,
      socket: socketPath(paths, attemptIdOf(task.id, attempt)),
      limits: limitsOf(task, background, prepared.workers),
    };
  }

  #follow(task: Task, suite: Suite, attempt: number, folder: string, socket: string): AttemptFollower {
    const { id } = task;
    const { progress, failFastArgs } = runnerFor(suite.runner);
    const { failFast } = task.config;
    const isCounted = failFast !== null && failFastArgs(suite, task.config, failFast) === null;
    const follower = new AttemptFollower(
      folder,
      socket,
      {
        progress,
        failFast: isCounted ? failFast : null,
        timeoutMs: task.config.timeoutMinutes * 60_000,
        graceMs: this.#options.graceMs,
        patience: this.#options.patience ?? PATIENCE,
      },
      {
        status: (status) => {
          if (status.phase === 'running') this.#listener.running(id, attempt, status);
          if (status.phase === 'ended') this.#track(this.#finish(task, attempt, status));
        },
        supervisorLost: (status, loss) => this.#track(this.#endLost(task, suite, attempt, folder, status, loss)),
        progress: (progress, line) => this.#listener.progress(id, attempt, progress, line),
        sample: (sample) => this.#listener.sample(id, attempt, sample),
        log: (size) => this.#listener.log(id, attempt, size),
      },
    );
    this.#followed.set(id, { follower, attempt, folder });
    if (this.#isCancelled(task)) follower.cancel();
    return follower;
  }

  #isCancelled(task: Task): boolean {
    return task.cancelRequestedAt !== null || this.#cancelled.has(task.id);
  }

  /** Ends an attempt that no supervisor has taken yet: its tests never run. */
  async #giveUp(taskId: string): Promise<void> {
    const followed = this.#followed.get(taskId);
    if (!followed || !(await abandon(followed.folder))) return;
    await this.#letGo(taskId);
    this.#cancelled.delete(taskId);
    this.#listener.notStarted(taskId, followed.attempt, noEnd('cancelled', null));
  }

  async #finish(task: Task, attempt: number, status: AttemptStatus): Promise<void> {
    const isCancelled = this.#isCancelled(task);
    await this.#letGo(task.id);
    this.#cancelled.delete(task.id);
    this.#listener.ended(task.id, attempt, isCancelled ? asCancelled(status) : status);
  }

  async #letGo(taskId: string): Promise<void> {
    const followed = this.#followed.get(taskId);
    this.#followed.delete(taskId);
    await followed?.follower.stop();
  }

  async #endLost(task: Task, suite: Suite, attempt: number, folder: string, status: AttemptStatus | null, loss: Loss): Promise<void> {
    const isCancelled = this.#isCancelled(task);
    await this.#letGo(task.id);
    const lost = await endLost({ task, attempt, folder, status, loss, isCancelled, graceMs: this.#options.graceMs });
    if (lost === null) return this.adopt(task, suite, attempt);
    if (process.platform !== 'win32') await rm(socketPath(this.#options.paths, attemptIdOf(task.id, attempt)), { force: true });
    if ('status' in lost) return this.#finish(task, attempt, lost.status);
    this.#cancelled.delete(task.id);
    this.#listener.notStarted(task.id, attempt, lost.end);
  }

  #track(work: Promise<void>): void {
    const tracked: Promise<void> = work
      .catch((error) => console.error(error))
      .finally(() => {
        this.#ending.delete(tracked);
        if (this.isIdle) for (const resolve of this.#onIdle.splice(0)) resolve();
      });
    this.#ending.add(tracked);
  }
}

/** A supervisor whose socket is out of reach was asked by a signal, and cannot know what for. */
function asCancelled(status: AttemptStatus): AttemptStatus {
  return status.end?.cause === 'stopped' ? { ...status, end: { ...status.end, cause: 'cancelled', message: null } } : status;
}

function noEnd(cause: AttemptEnd['cause'], message: string | null): AttemptEnd {
  return { cause, exitCode: null, signal: null, message, survivors: [], notChecked: [] };
}

/** Takes an attempt back; false where a supervisor has it. Whoever renames the spec owns it: a supervisor that comes late finds none and ends. */
const abandon = (folder: string) =>
  rename(join(folder, 'spec.json'), join(folder, 'spec.abandoned.json')).then(
    () => true,
    () => false,
  );

const Environment = z.record(z.string(), z.string());

/** Keeps the submitter's environment beside the task's runs, for nobody else to read. */
export async function keepEnvironment(paths: HomePaths, taskId: string, environment: Record<string, string>): Promise<void> {
  const folder = taskFolder(paths, taskId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await writeFile(join(folder, 'environment.json'), JSON.stringify(environment), { mode: 0o600 });
}

/** What `keepEnvironment` kept. Throws where it is not there. */
export async function readEnvironment(paths: HomePaths, taskId: string): Promise<Record<string, string>> {
  return Environment.parse(JSON.parse(await readFile(join(taskFolder(paths, taskId), 'environment.json'), 'utf8')));
}
