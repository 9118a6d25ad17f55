import type { Params } from '../../contract/api.ts';
import { Refusal } from '../../contract/errors.ts';
import { newScheduleId } from '../../contract/ids.ts';
import type { Schedule } from '../../contract/schedule.ts';
import type { Task, TaskRequest } from '../../contract/task.ts';
import type { Database } from '../store/database.ts';
import { ScheduleStore } from '../store/schedules.ts';
import { WallClockTimer } from '../wall-clock-timer.ts';
import { checkCron, dueOf } from './due.ts';
import type { ScheduleEnvironments } from './environments.ts';

/** How soon what could not be recorded is tried again. */
const LOOK_AGAIN_MS = 5000;

export interface SchedulesOptions {
  /** What a request comes to now. Throws a `Refusal` where the project cannot run it. */
  check(request: unknown): Promise<{ request: TaskRequest; projectName: string }>;
  /** Queues a run; the same request id is queued once. Throws a `Refusal`. */
  queue(run: Params<'addTask'>): Promise<Task>;
  environments: ScheduleEnvironments;
  /** Does this task still wait for its start? */
  isWaiting(taskId: string): boolean;
  changed(schedules: Schedule[]): void;
}

/** Queues what is due, run by run. */
export class Schedules {
  readonly #store: ScheduleStore;
  readonly #options: SchedulesOptions;
  readonly #timer = new WallClockTimer(() => void this.#look());
  #looking: Promise<void> = Promise.resolve();
  #accepting = false;

  constructor(database: Database, options: SchedulesOptions) {
    this.#store = new ScheduleStore(database);
    this.#options = options;
  }

  /** Queues what became due meanwhile, as each schedule wants it, and what becomes due from now on. */
  async start(): Promise<void> {
    this.#accepting = true;
    await this.#look();
  }

  /** Queues nothing any more; resolves when what was being queued is. */
  async stop(): Promise<void> {
    this.#accepting = false;
    this.#timer.stop();
    await this.#looking;
  }

  get isEmpty(): boolean {
    return this.#store.all().length === 0;
  }

  /** The one that is due next first. */
  list(): Schedule[] {
    const due = ({ nextAt }: Schedule) => nextAt ?? Number.POSITIVE_INFINITY;
    return this.#store.all().sort((a, b) => due(a) - due(b) || a.createdAt - b.createdAt);
  }

  async add({ requestId, cron, missed = 'run', request: value, environment }: Params<'addSchedule'>): Promise<Schedule> {
    const now = Date.now();
    checkCron(cron, now);
    const { request, projectName } = await this.#options.check(value);
    refuseOtherTimes(request);
    const id = newScheduleId(now);
    await this.#options.environments.keep(id, environment);
    const { nextAt } = dueOf(cron, missed, now, now);
    const schedule = {
      id,
      cron: cron.trim(),
      missed,
      request,
      projectName,
      createdAt: now,
      doneUntil: now,
      nextAt,
      lastTask: null,
      problem: null,
    };
    const added = this.#store.add(schedule, requestId);
    if (added.id !== id) await this.#options.environments.remove(id);
    this.#changed();
    return added;
  }

  async remove({ schedules: names }: Params<'removeSchedules'>): Promise<Schedule[]> {
    // All names are looked up before anything is removed.
    const schedules = [...new Map(names.map((name) => this.#store.find(name)).map((one) => [one.id, one])).values()];
    for (const { id } of schedules) {
      this.#store.remove(id);
      await this.#options.environments.remove(id);
    }
    this.#changed();
    return schedules;
  }

  #look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      const before = JSON.stringify(this.#store.all());
      let failed = false;
      for (const schedule of this.#store.all()) if (this.#accepting && !(await this.#deal(schedule))) failed = true;
      if (JSON.stringify(this.#store.all()) !== before) this.#changed();
      else this.#wait();
      if (failed && this.#accepting) this.#timer.set(Date.now() + LOOK_AGAIN_MS);
    });
    return this.#looking;
  }

  /** Queues what a schedule is due for. False where that could not be recorded now, as on a full disk: what is due stays due. */
  async #deal(schedule: Schedule): Promise<boolean> {
    try {
      const after = await this.#dealtWith(schedule, Date.now());
      if (JSON.stringify(after) !== JSON.stringify(schedule)) this.#store.update(after);
      return true;
    } catch (error) {
      console.error(`${schedule.id} is looked at again: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }

  /** The schedule after what is due now was queued. */
  async #dealtWith(schedule: Schedule, now: number): Promise<Schedule> {
    const { run, ...times } = dueOf(schedule.cron, schedule.missed, schedule.doneUntil, now);
    const done = { ...schedule, ...times };
    if (run === null) return done;
    if (schedule.lastTask !== null && this.#options.isWaiting(schedule.lastTask))
      return { ...done, problem: `The run of ${new Date(run).toISOString()} was left out, because ${schedule.lastTask} still waits.` };
    try {
      // Killed between here and the update: the next host asks with the same id, so that nothing is queued twice.
      const environment = await this.#options.environments.read(schedule.id);
      const task = await this.#options.queue({ requestId: `${schedule.id}.${run}`, request: schedule.request, environment });
      return { ...done, lastTask: task.id, problem: null };
    } catch (error) {
      if (error instanceof Refusal && error.kind === 'internal') throw error; // no fault of the schedule's
      const why = error instanceof Refusal || error instanceof Error ? error.message : String(error);
      return { ...done, problem: `The run of ${new Date(run).toISOString()} could not be queued: ${why}` };
    }
  }

  #changed(): void {
    this.#wait();
    this.#options.changed(this.list());
  }

  #wait(): void {
    this.#timer.set(this.#accepting ? (this.list()[0]?.nextAt ?? null) : null);
  }
}

/** The pattern alone says when a run starts. */
function refuseOtherTimes({ startAt, after }: TaskRequest): void {
  const field = (startAt ?? null) !== null ? 'start_at' : (after ?? []).length > 0 ? 'after' : null;
  if (field === null) return;
  const message = `${field} does not go with cron, which says when each run starts; leave one of them out`;
  throw new Refusal('invalid', message, [{ field, message }]);
}
