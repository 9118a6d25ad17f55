import { Refusal } from '../../contract/errors.ts';
import { Task, type TaskConfig } from '../../contract/task.ts';
import { TaskEvent } from '../../contract/views.ts';
import { Suite } from '../runners/suite.ts';
import { type Database, metaOf } from './database.ts';
import { History, type KeptTests, type Page, type PageOptions } from './history.ts';
import type { Entry } from './result-index.ts';
import { isDiskFull } from './when-room.ts';

/** Events that are kept for clients to catch up with; who is further behind gets a snapshot. */
const KEPT_EVENTS = 5000;
/** Older ones are dropped each time that so many more were written: a host may run for months. */
const DROP_EVERY = 500;

/** A task of a database that was lost. `kept`: the tests of the attempt that ended it. */
export interface Restored {
  task: Task;
  suite: Suite;
  kept: KeptTests | null;
}

/** A task that is about to be added; its number comes then. */
export type NewTask = Omit<Task, 'number'>;

/** Tasks and their events. Each change and its event are one durable transaction. */
export class TaskStore {
  readonly #db: Database;
  readonly #announce: (event: TaskEvent) => void;
  /** Tasks that have not ended, in memory: the lock makes this process the only writer. */
  readonly #active: Map<string, Task>;
  /** Announcements of the changes that are being made together; null while each change is one of its own. */
  #saidLater: (() => void)[] | null = null;
  /** Ended tasks and their tests, as they are searched. */
  readonly history: History;

  /** `announce` is called after the commit, in the order of `seq`. */
  constructor(db: Database, announce: (event: TaskEvent) => void) {
    this.#db = db;
    this.#announce = announce;
    this.history = new History(db);
    this.#active = new Map(
      db.sql
        .prepare('SELECT json FROM tasks WHERE ended_at IS NULL ORDER BY number')
        .all()
        .map((row) => parseTask(row.json))
        .map((task) => [task.id, task]),
    );
    try {
      db.sql.prepare('DELETE FROM events WHERE seq <= (SELECT max(seq) FROM events) - ?').run(KEPT_EVENTS);
    } catch (error) {
      if (!isDiskFull(error)) throw error; // a full disk does not keep a host from starting
    }
  }

  get epoch(): string {
    return this.#db.epoch;
  }

  /** Whether this database holds all that the run folders tell: any but one that has just been made. */
  get isRebuilt(): boolean {
    return metaOf(this.#db.sql, 'rebuilt') !== 'no';
  }

  /** Takes in tasks of a database that was lost, as one change. They keep their numbers, and nobody is told of their ends again. */
  restore(tasks: readonly Restored[]): void {
    const taken = new Set(tasks.map(({ task }) => task.number));
    const given = new Set<number>();
    this.#db.transaction(() => {
      for (const { task: known, suite, kept } of tasks) {
        let { number } = known;
        if (given.has(number)) for (number = 1; taken.has(number) || given.has(number); ) number += 1;
        given.add(number);
        const ended = 'endedAt' in known.state;
        const task: Task = { ...known, number, notifiedAt: ended ? (known.notifiedAt ?? Date.now()) : null };
        this.#insert(task, suite);
        this.history.record(task, kept);
        if (!ended) this.#active.set(task.id, task);
      }
      this.#db.sql.prepare("DELETE FROM meta WHERE key = 'rebuilt'").run();
    });
  }

  /** Adds a task under the next `#number`. */
  add(task: NewTask, suite: Suite, requestId: string): Task {
    return this.#committed(() => {
      const row = this.#db.sql.prepare('SELECT coalesce(max(number), 0) + 1 AS number FROM tasks').get();
      const numbered: Task = { ...task, number: Number(row?.number) };
      this.#insert(numbered, suite);
      this.#db.sql.prepare('INSERT INTO requests (id, task_id) VALUES (?, ?)').run(requestId, task.id);
      return { task: numbered, event: this.#addEvent('added', numbered), entry: null };
    });
  }

  /** The task that an earlier call with this request id added, or found (`isFirst`: false). */
  addedBy(requestId: string): { task: Task; isFirst: boolean } | null {
    const row = this.#db.sql.prepare('SELECT rowid, task_id FROM requests WHERE id = ?').get(requestId);
    if (!row) return null;
    const before = this.#db.sql.prepare('SELECT 1 FROM requests WHERE task_id = ? AND rowid < ? LIMIT 1');
    return { task: this.get(String(row.task_id)), isFirst: before.get(String(row.task_id), Number(row.rowid)) === undefined };
  }

  /** A request was answered with a task that another one had added. */
  noteRequest(requestId: string, taskId: string): void {
    this.#db.transaction(() => this.#db.sql.prepare('INSERT INTO requests (id, task_id) VALUES (?, ?)').run(requestId, taskId));
  }

  /** Replaces a task by what `change` makes of it. `kept`: the tests of the attempt that ends it. */
  update(id: string, type: TaskEvent['type'], change: (task: Task) => Task, kept: KeptTests | null = null): Task {
    return this.#committed(() => {
      const task = change(this.get(id));
      const endedAt = 'endedAt' in task.state ? task.state.endedAt : null;
      this.#db.sql
        .prepare('UPDATE tasks SET status = ?, verdict = ?, ended_at = ?, json = ? WHERE id = ?')
        .run(task.state.status, task.verdict, endedAt, JSON.stringify(task), id);
      return { task, event: this.#addEvent(type, task), entry: this.history.record(task, kept) };
    });
  }

  /** Forgets ended tasks: one durable change. One that has not ended stays. Their tests go with `history.dropForgotten`. */
  forget(ids: readonly string[]): void {
    const tasks = ids.filter((id) => !this.#active.has(id)).map((id) => this.get(id));
    const ends = this.#db.transaction(() => {
      for (const { id } of tasks) {
        this.#db.sql.prepare('DELETE FROM requests WHERE task_id = ?').run(id);
        this.#db.sql.prepare('DELETE FROM tasks WHERE id = ?').run(id);
      }
      return this.history.forget(tasks.map(({ number }) => number));
    });
    this.history.forgotten(ends);
  }

  /** Throws a `Refusal` of kind `not_found`. */
  get(id: string): Task {
    const task = this.known(id);
    if (!task) throw new Refusal('not_found', `There is no task ${id}.`);
    return task;
  }

  /** Has it not ended? */
  isActive(id: string): boolean {
    return this.#active.has(id);
  }

  /** The task with this whole id; null where there is none. */
  known(id: string): Task | null {
    const active = this.#active.get(id);
    if (active) return active;
    const row = this.#db.sql.prepare('SELECT json FROM tasks WHERE id = ?').get(id);
    return row ? parseTask(row.json) : null;
  }

  suiteOf(id: string): Suite {
    const row = this.#db.sql.prepare('SELECT suite FROM tasks WHERE id = ?').get(id);
    if (!row) throw new Refusal('not_found', `There is no task ${id}.`);
    return Suite.parse(JSON.parse(String(row.suite)));
  }

  /**
   * Finds the task that a person named: an id, whole, without `task_` or a unique beginning of it, `#42`, or `last`.
   * Throws a `Refusal` of kind `not_found` that says what could be meant.
   */
  find(name: string): Task {
    const reference = name.trim();
    if (reference === 'last') {
      const row = this.#db.sql.prepare('SELECT json FROM tasks ORDER BY number DESC LIMIT 1').get();
      if (!row) throw new Refusal('not_found', 'There is no task yet.');
      return parseTask(row.json);
    }
    const number = /^#(\d{1,15})$/.exec(reference)?.[1];
    if (number !== undefined) {
      const row = this.#db.sql.prepare('SELECT json FROM tasks WHERE number = ?').get(Number(number));
      if (!row) throw new Refusal('not_found', `There is no task ${reference}. "bge2e status" and "bge2e results" list those that exist.`);
      return parseTask(row.json);
    }
    const prefix = reference.startsWith('task_') ? reference : `task_${reference}`;
    if (!/^task_[0-9a-z]{1,12}$/.test(prefix)) {
      throw new Refusal('not_found', `"${name}" names no task. Give an id such as task_0k3x9q1c7b2m, the beginning of one, #42, or last.`);
    }
    const rows = this.#db.sql.prepare('SELECT json FROM tasks WHERE id >= ? AND id < ? LIMIT 3').all(prefix, `${prefix}~`);
    const [first, second] = rows;
    if (!first) throw new Refusal('not_found', `There is no task ${reference}. "bge2e status" and "bge2e results" list those that exist.`);
    if (second) {
      const ids = rows.map((row) => parseTask(row.json).id).join(', ');
      throw new Refusal('not_found', `"${reference}" is the beginning of several tasks (${ids}…). Give more of the id.`);
    }
    return parseTask(first.json);
  }

  /** Queued, starting and running tasks, in the order in which they were added. */
  active(): Task[] {
    return [...this.#active.values()];
  }

  /** Ended tasks, newest first, and the cursor of the page after this one. */
  ended(options: PageOptions): { tasks: Task[]; next: string | null } {
    return this.#tasksOf(this.history.page(options));
  }

  /** The same, for whoever does not hold the host for as long as a long history takes that was not read yet. */
  async endedSoon(options: PageOptions): Promise<{ tasks: Task[]; next: string | null }> {
    return this.#tasksOf(await this.history.pageSoon(options));
  }

  #tasksOf({ numbers, next }: Page): { tasks: Task[]; next: string | null } {
    const one = this.#db.sql.prepare('SELECT json FROM tasks WHERE number = ?');
    return { tasks: numbers.map((number) => parseTask(one.get(number)?.json)), next };
  }

  /** Tasks of the same suite (project, category and environment) that ran to their end, the newest first. */
  recentRuns({ project, category, environment }: Pick<TaskConfig, 'project' | 'category' | 'environment'>, limit: number): Task[] {
    return this.#db.sql
      .prepare(`
        SELECT t.json FROM suites s JOIN results r ON r.suite = s.id JOIN tasks t ON t.number = r.number
        WHERE s.project = ? AND s.category = ? AND s.environment = ? AND r.status IN ('completed', 'failed')
          AND t.json ->> '$.rerunOnly' IS NULL
        ORDER BY r.ended_at DESC, r.number DESC LIMIT ?`)
      .all(project, category, environment, limit)
      .map((row) => parseTask(row.json));
  }

  /** Tested projects, the one used last first. */
  projects(limit: number): string[] {
    return this.#db.sql
      .prepare(
        // From one project to the next in the index, which has 100,000 tasks.
        `WITH RECURSIVE one (project) AS (
           SELECT min(project) FROM tasks
           UNION ALL SELECT (SELECT min(project) FROM tasks WHERE project > one.project) FROM one WHERE one.project IS NOT NULL
         )
         SELECT project FROM one WHERE project IS NOT NULL
         ORDER BY (SELECT max(number) FROM tasks t WHERE t.project = one.project) DESC LIMIT ?`,
      )
      .all(limit)
      .map((row) => String(row.project));
  }

  /** seq of the newest event. */
  lastSeq(): number {
    return Number(
      this.#db.sql.prepare("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) AS seq").get()?.seq ?? 0,
    );
  }

  /** Events after `seq`, oldest first; null when they are not all there any more. */
  eventsSince(seq: number): TaskEvent[] | null {
    const last = this.lastSeq();
    if (seq > last || last - seq > KEPT_EVENTS) return null;
    const rows = this.#db.sql.prepare('SELECT seq, json FROM events WHERE seq > ? ORDER BY seq').all(seq);
    if (rows.length !== last - seq) return null;
    return rows.map((row) => TaskEvent.parse({ ...JSON.parse(String(row.json)), seq: row.seq }));
  }

  #insert(task: Task, suite: Suite): void {
    const { id, number, state, verdict, config } = task;
    this.#db.sql
      .prepare(
        'INSERT INTO tasks (id, number, status, category, project, verdict, queued_at, ended_at, suite, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        id,
        number,
        state.status,
        config.category,
        config.project,
        verdict,
        state.queuedAt,
        'endedAt' in state ? state.endedAt : null,
        JSON.stringify(suite),
        JSON.stringify(task),
      );
  }

  #addEvent(type: TaskEvent['type'], task: Task): TaskEvent {
    const at = Date.now();
    const row = this.#db.sql
      .prepare('INSERT INTO events (task_id, type, at, json) VALUES (?, ?, ?, ?) RETURNING seq')
      .get(task.id, type, at, JSON.stringify({ taskId: task.id, type, at, task }));
    const seq = Number(row?.seq);
    if (seq % DROP_EVERY === 0) this.#db.sql.prepare('DELETE FROM events WHERE seq <= ?').run(seq - KEPT_EVENTS);
    return { seq, taskId: task.id, type, at, task };
  }

  /** Makes all changes of `work` one durable change, or none of them; they are announced after it, in their order. */
  together<T>(work: () => T): T {
    const before = [...this.#active];
    const said: (() => void)[] = [];
    let answer: T;
    this.#saidLater = said;
    try {
      answer = this.#db.transaction(work);
    } catch (error) {
      this.#active.clear();
      for (const [id, task] of before) this.#active.set(id, task);
      throw error;
    } finally {
      this.#saidLater = null;
    }
    for (const say of said) say();
    return answer;
  }

  #committed(work: () => { task: Task; event: TaskEvent; entry: Entry | null }): Task {
    const { task, event, entry } = this.#saidLater ? work() : this.#db.transaction(work);
    if ('endedAt' in task.state) this.#active.delete(task.id);
    else this.#active.set(task.id, task);
    const say = () => {
      if (entry) this.history.remember(entry);
      this.#announce(event);
    };
    if (this.#saidLater) this.#saidLater.push(say);
    else say();
    return task;
  }
}

function parseTask(json: unknown): Task {
  return Task.parse(JSON.parse(String(json)));
}
