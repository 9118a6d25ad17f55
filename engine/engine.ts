import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Params, Result } from '../contract/api.ts';
import type { HostStatus } from '../contract/host.ts';
import type { Paused } from '../contract/queue.ts';
import type { Settings } from '../contract/settings.ts';
import { isTerminal } from '../contract/status.ts';
import type { Task } from '../contract/task.ts';
import type { Machine, Snapshot, TaskDetail, TaskEvent } from '../contract/views.ts';
import { TaskAdder } from './add-task.ts';
import type { HomePaths } from './home.ts';
import { Insights } from './insights/insights.ts';
import { MachineMeter } from './machine.ts';
import { Notifier } from './notifier.ts';
import { openProject, resolveTask } from './projects/project.ts';
import { parseTaskRequest } from './projects/validate.ts';
import { Queue, type QueueOptions } from './queue/queue.ts';
import { Steering } from './queue/steering.ts';
import { Retention } from './retention/retention.ts';
import { RunFiles } from './run-files.ts';
import { commandLineOf } from './runners/runners.ts';
import { ScheduleEnvironments } from './schedules/environments.ts';
import { Schedules } from './schedules/schedules.ts';
import { rulesOf, slotsOf } from './settings-file.ts';
import { PauseStore } from './store/pauses.ts';
import { rebuild } from './store/rebuild.ts';
import { openOrSetAside, type SetAside, setAsideDatabases } from './store/set-aside.ts';
import { writeTaskRecord } from './store/task-record.ts';
import { TaskStore } from './store/tasks.ts';

const FINISHED_IN_SNAPSHOT = 50;
const RECENT_PROJECTS = 20;
const MACHINE_INTERVAL_MS = 2000;

/** What the engine needs of its host. */
export interface EngineOptions
  extends Omit<QueueOptions, 'paths' | 'rules' | 'graceMs' | 'logCapBytes' | 'artifactsCapMb' | 'background' | 'changeOf'> {
  paths: HomePaths;
  settings: Settings;
  /** Names the host in snapshots. */
  hostStatus: () => HostStatus;
}

/** The queue's home: everything that the contract offers, without any transport. Plain Node. */
export class Engine {
  readonly notifier = new Notifier();
  readonly slots: number;
  readonly schedules: Schedules;
  readonly retention: Retention;
  readonly insights: Insights;
  readonly runFiles: RunFiles;
  readonly #paths: HomePaths;
  readonly #store: TaskStore;
  readonly #pauses: PauseStore;
  readonly #queue: Queue;
  readonly #steering: Steering;
  readonly #adder: TaskAdder;
  readonly #hostStatus: () => HostStatus;
  readonly #closeDatabase: () => void;
  readonly #setAside: SetAside | null;
  readonly #meter = new MachineMeter();
  #machineTimer: NodeJS.Timeout | null = null;
  #watchers = 0;
  #isClosed = false;

  /** Opens the home's database. Throws a `Refusal` where it cannot be used. */
  constructor({ paths, settings, hostStatus, ...options }: EngineOptions) {
    this.#paths = paths;
    this.#hostStatus = hostStatus;
    this.slots = slotsOf(settings);
    const hadTasks = readdirSync(paths.runs).length > 0;
    const { database, setAside } = openOrSetAside(paths.database, hadTasks, Date.now());
    this.#setAside = setAside;
    this.#pauses = new PauseStore(database);
    this.#closeDatabase = () => database.close();
    this.#store = new TaskStore(database, (event) => {
      this.#record(event);
      this.notifier.emit('taskChanged', event);
    });
    const insights = new Insights(database, this.#store, paths);
    this.insights = insights;
    this.runFiles = new RunFiles(this.#store, paths);
    this.#queue = new Queue(this.#store, this.#pauses, this.notifier, {
      ...options,
      changeOf: (task, testSet) => insights.changeOf(task, testSet),
      paths,
      rules: rulesOf(settings),
      graceMs: settings.graceSeconds * 1000,
      artifactsCapMb: settings.artifactsCapMb,
      logCapBytes: settings.logCapMb * 1_000_000,
      background: { nice: settings.backgroundNice, idleIo: settings.backgroundIdleIo },
    });
    this.retention = new Retention(this.#store, paths, settings);
    this.notifier.on('taskChanged', ({ type }) => {
      if (type === 'ended') this.retention.touch();
    });
    this.schedules = new Schedules(database, {
      check: async (value) => {
        const request = parseTaskRequest(value);
        const project = await openProject(request.project);
        resolveTask(project, request);
        return { request: { ...request, project: project.root }, projectName: project.name };
      },
      queue: (run) => this.addTask(run),
      environments: new ScheduleEnvironments(paths.schedules),
      isWaiting: (taskId) => this.#store.active().some(({ id, state }) => id === taskId && state.status === 'queued'),
      changed: (schedules) => this.notifier.emit('schedules', { schedules }),
    });
    this.#adder = new TaskAdder(paths, this.#store, this.#queue);
    this.#steering = new Steering(this.#store, this.#pauses, this.notifier, this.#queue.scheduler);
  }

  /** Finds the attempts again that an earlier host left, then starts what may start, and queues what became due meanwhile. */
  async start(): Promise<void> {
    await this.#rebuild();
    await this.#queue.start();
    await this.schedules.start();
    void this.#store.history.load(() => !this.#isClosed);
    this.retention.start();
  }

  /** Starts nothing any more and finishes what is just being started. */
  async stopAccepting(): Promise<void> {
    await this.#stopAdding();
    await this.#queue.drain();
  }

  async #stopAdding(): Promise<void> {
    await this.schedules.stop();
    await this.#adder.settle();
  }

  /** Ends running and waiting tasks, also those that are just being added; resolves when they are gone. */
  async cancelAll(): Promise<void> {
    await this.#stopAdding();
    await this.#queue.cancelAllAndWait();
  }

  /** Ends what runs because the machine is being shut down; what waits stays. Resolves when the ends are recorded. */
  async shutDown(): Promise<void> {
    await this.#queue.shutDown();
  }

  /** Lets go of running attempts, which go on under their supervisors, and closes the database. */
  async close(): Promise<void> {
    if (this.#machineTimer) clearInterval(this.#machineTimer);
    await this.retention.close();
    await this.#queue.release();
    this.#isClosed = true;
    this.#closeDatabase();
  }

  /** Something waits, runs, or is to be queued at its time. */
  get hasWork(): boolean {
    return this.#store.active().length > 0 || !this.schedules.isEmpty;
  }

  async addTask(params: Params<'addTask'>): Promise<Result<'addTask'>> {
    return this.#adder.add(params);
  }

  async retryTask(params: Params<'retryTask'>): Promise<Result<'retryTask'>> {
    return this.#adder.retry(params);
  }

  getTask({ task: name }: Params<'getTask'>): TaskDetail {
    return this.#queue.detail(this.#store.find(name));
  }

  listActive(): TaskDetail[] {
    return this.#queue.active();
  }

  getQueue({ limit }: Params<'getQueue'>): Result<'getQueue'> {
    const { queued, active, paused } = this.counts();
    const queuedByCategory: Record<string, number> = {};
    for (const { state, config } of this.#store.active())
      if (state.status === 'queued') queuedByCategory[config.category] = (queuedByCategory[config.category] ?? 0) + 1;
    return { active: this.#queue.active(limit), queued, running: active, queuedByCategory, paused };
  }

  pauseQueue(scope: Params<'pauseQueue'>): Result<'pauseQueue'> {
    return this.#steering.pause(scope);
  }

  resumeQueue(scope: Params<'resumeQueue'>): Result<'resumeQueue'> {
    return this.#steering.resume(scope);
  }

  moveTask(params: Params<'moveTask'>): Task {
    return this.#steering.move(params);
  }

  listResults(params: Params<'listResults'>): Promise<Result<'listResults'>> {
    return this.#store.endedSoon(params);
  }

  usualDurations({ suites }: Params<'usualDurations'>): Result<'usualDurations'> {
    return { durations: suites.map((suite) => this.#queue.usualMsOf(suite)) };
  }

  cancelTasks(params: Params<'cancelTasks'>): Task[] {
    // All names are looked up before anything is cancelled: one wrong name changes nothing.
    const tasks = 'all' in params ? this.#store.active() : params.tasks.map((name) => this.#store.find(name));
    return this.#queue.cancelAll(tasks);
  }

  markSeen({ task: name }: Params<'markSeen'>): Task {
    const task = this.#store.find(name);
    if (task.seenAt !== null || !isTerminal(task.state.status)) return task;
    return this.#store.update(task.id, 'seen', (current) => ({ ...current, seenAt: Date.now() }));
  }

  /** The id of the task that a person named. */
  idOf(name: string): string {
    return this.#store.find(name).id;
  }

  async describeProject({ directory }: Params<'describeProject'>): Promise<Result<'describeProject'>> {
    const project = await openProject(directory);
    return {
      root: project.root,
      name: project.name,
      git: project.git,
      configFile: project.configFile,
      environments: [...project.environments.keys()],
      suites: [...project.suites.values()].map((suite) => ({
        category: suite.category,
        runner: suite.runner,
        commandLine: commandLineOf(suite, { additionalArgs: [], project: project.root }),
        timeoutMinutes: suite.timeoutMinutes,
        maxRetries: suite.maxRetries,
        priority: suite.priority,
      })),
    };
  }

  recentProjects(): Result<'recentProjects'> {
    return this.#store.projects(RECENT_PROJECTS).map((root) => ({ root, name: root.split(/[\\/]/).at(-1) ?? root }));
  }

  /** What happened after a cursor, or everything anew. */
  subscribe({ after, epoch, snapshot = true }: Params<'subscribe'>): Result<'subscribe'> {
    const seq = this.#store.lastSeq();
    const events = epoch === this.#store.epoch && after !== null ? this.#store.eventsSince(after) : null;
    return { epoch: this.#store.epoch, seq, reset: events || !snapshot ? null : this.#snapshot(), events: events ?? [] };
  }

  /** Somebody looks at the machine's load from now on; the answer says that they do not any more. */
  watchMachine(): () => void {
    this.#watchers += 1;
    this.#machineTimer ??= setInterval(() => this.notifier.emit('machine', this.#machine()), MACHINE_INTERVAL_MS);
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      this.#watchers -= 1;
      if (this.#watchers > 0 || !this.#machineTimer) return;
      clearInterval(this.#machineTimer);
      this.#machineTimer = null;
    };
  }

  /** Tasks that wait, tasks that run, and what is paused. */
  counts(): { queued: number; active: number; paused: Paused } {
    const active = this.#store.active();
    const queued = active.filter(({ state }) => state.status === 'queued').length;
    return { queued, active: active.length - queued, paused: this.#pauses.current };
  }

  /** Sentences about this home that its user should know of, as long as they hold. */
  warnings(): string[] {
    return setAsideDatabases(this.#paths.database).map(
      (path) =>
        `The database was damaged and was set aside as ${path}; the history was rebuilt from the run folders. Remove that file when you do not need it.`,
    );
  }

  async #rebuild(): Promise<void> {
    const rebuilt = await rebuild(this.#store, this.#paths);
    if (!rebuilt || (!this.#setAside && rebuilt.tasks + rebuilt.unreadable === 0)) return;
    const { tasks, unreadable } = rebuilt;
    const what = this.#setAside
      ? `${this.#paths.database} was damaged (${this.#setAside.reason}) and was set aside as ${basename(this.#setAside.path)}.`
      : `${this.#paths.database} was missing.`;
    const rest = unreadable === 0 ? '' : ` ${unreadable} run ${unreadable === 1 ? 'folder' : 'folders'} could not be read.`;
    const body = `${what} ${tasks} ${tasks === 1 ? 'task was' : 'tasks were'} rebuilt from the run folders.${rest}`;
    console.error(body);
    this.#queue.notices.say('The database was rebuilt', body);
  }

  #record({ type, taskId, task }: TaskEvent): void {
    if (type === 'starting' || type === 'running') return; // the attempt's folder tells that
    try {
      writeTaskRecord(this.#paths, task, this.#store.suiteOf(taskId));
    } catch (error) {
      console.error(`The record of ${taskId} could not be written: ${error instanceof Error ? error.message : error}`);
    }
  }

  #snapshot(): Snapshot {
    return {
      active: this.#queue.active(),
      finished: this.#store.ended({ limit: FINISHED_IN_SNAPSHOT }).tasks,
      machine: this.#machine(),
      host: this.#hostStatus(),
    };
  }

  #machine(): Machine {
    return { ...this.#meter.read(), slots: this.slots, slotsInUse: this.#queue.slotsInUse };
  }
}
