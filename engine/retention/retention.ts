import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Result } from '../../contract/api.ts';
import type { RetentionConfig } from '../../contract/config.ts';
import type { Settings } from '../../contract/settings.ts';
import { type HomePaths, taskFolder } from '../home.ts';
import { findConfigFile, readConfigFile } from '../projects/config-file.ts';
import { ctrfBeside } from '../store/result-file.ts';
import { TASK_RECORD } from '../store/task-record.ts';
import type { TaskStore } from '../store/tasks.ts';
import { folderSize } from './folder-size.ts';
import { type KeptRun, type Pruned, planRetention, type RetentionRules } from './plan.ts';

type Limits = Pick<Settings, 'keepDays' | 'keepRuns' | 'keepDiskMb'>;

const DAY_MS = 86_400_000;
/** A host that has just started has better things to do. */
const AFTER_START_MS = 30_000;
/** After the end of a task; ends in between are covered by the same pass. */
const SOON_MS = 60_000;
/** Runs that go, or whose sizes are kept, as one change of the database. */
const TOGETHER = 20;
/** Runs that an answer names. */
const MOST_NAMED = 1000;

/** Keeps the home from growing without end: at the start of a host, a while after ends, and each day. */
export class Retention {
  readonly #store: TaskStore;
  readonly #paths: HomePaths;
  readonly #limits: Limits;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  #pass: Promise<unknown> = Promise.resolve();
  #diskUse: number | null = null;

  constructor(store: TaskStore, paths: HomePaths, limits: Limits) {
    this.#store = store;
    this.#paths = paths;
    this.#limits = limits;
  }

  /** Bytes of all runs, as they were measured last; null before that. */
  get diskUse(): number | null {
    return this.#diskUse;
  }

  start(): void {
    this.#passIn(AFTER_START_MS);
  }

  /** A task has ended: there may be more than is to be kept. */
  touch(): void {
    this.#passIn(SOON_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#pass.catch(() => {});
  }

  /** Removes what need not be kept, and answers what that was; with `dryRun` only the latter. One pass at a time. */
  prune({ dryRun }: { dryRun: boolean }): Promise<Result<'prune'>> {
    const pass = this.#pass.catch(() => {}).then(() => this.#prune(dryRun));
    this.#pass = pass;
    return pass;
  }

  async #prune(dryRun: boolean): Promise<Result<'prune'>> {
    if (!dryRun) {
      // Of a host that was ended in between.
      await rm(this.#moved, { recursive: true, force: true });
      await this.#store.history.dropForgotten(() => !this.#closed);
    }
    const runs = await this.#measured();
    const planned = await planRetention(runs, await this.#rules(runs), Date.now());
    const done: Pruned[] = [];
    for (let at = 0; at < planned.length && !this.#closed; at += TOGETHER) {
      const some = planned.slice(at, at + TOGETHER);
      if (!dryRun) await this.#remove(some);
      done.push(...some);
    }
    const freed = done.reduce((sum, { run }) => sum + run.bytes, 0);
    if (!dryRun) {
      await this.#store.history.dropForgotten(() => !this.#closed);
      if (done.some(({ history }) => history)) await this.#store.history.dropUnused(() => !this.#closed);
      this.#diskUse = Math.max(0, runs.reduce((sum, { bytes }) => sum + bytes, 0) - freed);
    }
    return {
      pruned: done.slice(0, MOST_NAMED).map(({ run: { suite: _, ...run }, reason, history }) => ({ ...run, reason, history })),
      total: done.length,
      freedBytes: freed,
      diskUseBytes: this.#diskUse ?? 0,
    };
  }

  /** All ended runs with the sizes of their folders, which are measured once: they change no more. */
  async #measured(): Promise<KeptRun[]> {
    const runs: KeptRun[] = [];
    const measured = new Map<number, number>();
    const keep = () => {
      if (measured.size > 0) this.#store.history.setBytes(measured);
      measured.clear();
    };
    for await (const { bytes, ...run } of this.#store.history.keptRuns()) {
      if (this.#closed) break;
      const size = bytes ?? (await folderSize(taskFolder(this.#paths, run.taskId)));
      if (bytes === null) measured.set(run.number, size);
      if (measured.size >= TOGETHER) keep();
      runs.push({ ...run, bytes: size });
    }
    keep();
    this.#diskUse = runs.reduce((sum, { bytes }) => sum + bytes, 0);
    return runs;
  }

  async #rules(runs: readonly KeptRun[]): Promise<(project: string) => RetentionRules> {
    const rules = new Map<string, RetentionRules>();
    for (const project of new Set(runs.map((run) => run.project))) rules.set(project, await this.#rulesOf(project));
    return (project) => rules.get(project) ?? { ...this.#limits, ownDisk: false };
  }

  async #rulesOf(project: string): Promise<RetentionRules> {
    let own: RetentionConfig;
    try {
      const file = await findConfigFile(project);
      own = file === null ? {} : ((await readConfigFile(file)).config.retention ?? {});
    } catch {
      // It may say to keep more; until it can be read again nothing of this project goes.
      return {
        keepDays: Number.POSITIVE_INFINITY,
        keepRuns: Number.POSITIVE_INFINITY,
        keepDiskMb: Number.POSITIVE_INFINITY,
        ownDisk: true,
      };
    }
    return {
      keepDays: own.keepDays ?? this.#limits.keepDays,
      keepRuns: own.keepRuns ?? this.#limits.keepRuns,
      keepDiskMb: own.keepDiskMb ?? this.#limits.keepDiskMb,
      ownDisk: own.keepDiskMb !== undefined,
    };
  }

  /**
   * Folders are moved away before what is known of them changes, so that whoever reads one reads all of it or finds it gone; removed they
   * are in the end. A host that is ended in between begins again with the same runs.
   */
  async #remove(pruned: readonly Pruned[]): Promise<void> {
    await mkdir(this.#moved, { recursive: true, mode: 0o700 });
    for (const one of pruned) await (one.history ? this.#moveAll(one.run) : this.#moveFiles(one.run));
    const [forgotten, emptied] = [pruned.filter(({ history }) => history), pruned.filter(({ history }) => !history)];
    if (emptied.length > 0) this.#store.history.setBytes(new Map(emptied.map(({ run }) => [run.number, 0])));
    if (forgotten.length > 0) this.#store.forget(forgotten.map(({ run }) => run.taskId));
    await rm(this.#moved, { recursive: true, force: true });
    await nextTurn();
  }

  get #moved(): string {
    return join(this.#paths.runs, '.pruned');
  }

  /** The task's own record stays: from it a lost database is made again. */
  async #moveFiles({ taskId }: KeptRun): Promise<void> {
    const folder = taskFolder(this.#paths, taskId);
    for (const name of await readdir(folder).catch(() => []))
      if (name !== TASK_RECORD) await moveOver(join(folder, name), join(this.#moved, `${taskId}.${name}`));
  }

  async #moveAll({ taskId }: KeptRun): Promise<void> {
    const { resultFile } = this.#store.get(taskId);
    // Only what bears the task's name: the field may be older than the place.
    if (resultFile !== null && basename(resultFile) === `${taskId}.json`)
      for (const path of [resultFile, ctrfBeside(resultFile)]) await rm(path, { force: true }).catch(() => {});
    await moveOver(taskFolder(this.#paths, taskId), join(this.#moved, taskId));
  }

  #passIn(ms: number): void {
    if (this.#closed || (this.#timer && ms === SOON_MS)) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.prune({ dryRun: false })
        .catch((error) => console.error(error))
        .finally(() => this.#passIn(DAY_MS));
    }, ms);
    this.#timer.unref();
  }
}

/** Moves a file or folder, if it is there; what an earlier pass left in that place goes. One that cannot be moved is removed where it is. */
async function moveOver(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await rename(from, to).catch(() => rm(from, { recursive: true, force: true }));
}
