import type { SQLInputValue } from 'node:sqlite';
import { TaskEvent } from '../../contract/api.ts';
import { Refusal } from '../../contract/errors.ts';
import type { Verdict } from '../../contract/result.ts';
import { Task } from '../../contract/task.ts';
import { Suite } from '../runners/suite.ts';
import type { Database } from './database.ts';

/** Events that are kept for clients to catch up with; who is further behind gets a snapshot. */
const KEPT_EVENTS = 5000;

export interface ResultFilter {
  limit: number;
  before?: string | null;
  project?: string | null;
  category?: string | null;
  verdict?: Verdict | null;
}

/** Tasks and their events. Each change and its event are one durable transaction. */
export class TaskStore {
  readonly #db: Database;
  readonly #announce: (event: TaskEvent) => void;
  /** Tasks that have not ended, in memory: the lock makes this process the only writer. */
  readonly #active: Map<string, Task>;

  /** `announce` is called after the commit, in the order of `seq`. */
  constructor(db: Database, announce: (event: TaskEvent) => void) {
    this.#db = db;
    this.#announce = announce;
    this.#active = new Map(
      db.sql
        .prepare('SELECT json FROM tasks WHERE ended_at IS NULL ORDER BY number')
        .all()
        .map((row) => parseTask(row.json))
        .map((task) => [task.id, task]),
    );
    db.sql.prepare('DELETE FROM events WHERE seq <= (SELECT max(seq) FROM events) - ?').run(KEPT_EVENTS);
  }

  get epoch(): string {
    return this.#db.epoch;
  }

  /** Adds a task under the next `#number`. */
  add(task: Omit<Task, 'number'>, suite: Suite, requestId: string): Task {
    return this.#committed(() => {
      const row = this.#db.sql.prepare('SELECT coalesce(max(number), 0) + 1 AS number FROM tasks').get();
      const numbered: Task = { ...task, number: Number(row?.number) };
      this.#db.sql
        .prepare('INSERT INTO tasks (id, number, status, category, project, queued_at, suite, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
        .run(
          task.id,
          numbered.number,
          task.state.status,
          task.config.category,
          task.config.project,
          task.state.queuedAt,
          JSON.stringify(suite),
          JSON.stringify(numbered),
        );
      this.#db.sql.prepare('INSERT INTO requests (id, task_id) VALUES (?, ?)').run(requestId, task.id);
      return { task: numbered, event: this.#addEvent('added', numbered) };
    });
  }

  /** The task that an earlier call with this request id added. */
  addedBy(requestId: string): Task | null {
    const row = this.#db.sql.prepare('SELECT task_id FROM requests WHERE id = ?').get(requestId);
    return row ? this.get(String(row.task_id)) : null;
  }

  /** Replaces a task by what `change` makes of it. */
  update(id: string, type: TaskEvent['type'], change: (task: Task) => Task): Task {
    return this.#committed(() => {
      const task = change(this.get(id));
      const endedAt = 'endedAt' in task.state ? task.state.endedAt : null;
      this.#db.sql
        .prepare('UPDATE tasks SET status = ?, verdict = ?, ended_at = ?, json = ? WHERE id = ?')
        .run(task.state.status, task.verdict, endedAt, JSON.stringify(task), id);
      return { task, event: this.#addEvent(type, task) };
    });
  }

  /** Throws a `Refusal` of kind `not_found`. */
  get(id: string): Task {
    const active = this.#active.get(id);
    if (active) return active;
    const row = this.#db.sql.prepare('SELECT json FROM tasks WHERE id = ?').get(id);
    if (!row) throw new Refusal('not_found', `There is no task ${id}.`);
    return parseTask(row.json);
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
  ended({ limit, before, project, category, verdict }: ResultFilter): { tasks: Task[]; next: string | null } {
    const where = ['ended_at IS NOT NULL'];
    const values: SQLInputValue[] = [];
    const equals = { project, category, verdict };
    for (const [column, value] of Object.entries(equals)) {
      if (value === null || value === undefined) continue;
      where.push(`${column} = ?`);
      values.push(value);
    }
    if (before) {
      const [endedAt, number] = parseCursor(before);
      where.push('(ended_at, number) < (?, ?)');
      values.push(endedAt, number);
    }
    const rows = this.#db.sql
      .prepare(`SELECT json, ended_at, number FROM tasks WHERE ${where.join(' AND ')} ORDER BY ended_at DESC, number DESC LIMIT ?`)
      .all(...values, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { tasks: page.map((row) => parseTask(row.json)), next: rows.length > limit && last ? `${last.ended_at}.${last.number}` : null };
  }

  /** Tested projects, the one used last first. */
  projects(limit: number): string[] {
    return this.#db.sql
      .prepare('SELECT project FROM tasks GROUP BY project ORDER BY max(number) DESC LIMIT ?')
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

  #addEvent(type: TaskEvent['type'], task: Task): TaskEvent {
    const at = Date.now();
    const row = this.#db.sql
      .prepare('INSERT INTO events (task_id, type, at, json) VALUES (?, ?, ?, ?) RETURNING seq')
      .get(task.id, type, at, JSON.stringify({ taskId: task.id, type, at, task }));
    return { seq: Number(row?.seq), taskId: task.id, type, at, task };
  }

  #committed(work: () => { task: Task; event: TaskEvent }): Task {
    const { task, event } = this.#db.transaction(work);
    if ('endedAt' in task.state) this.#active.delete(task.id);
    else this.#active.set(task.id, task);
    this.#announce(event);
    return task;
  }
}

function parseTask(json: unknown): Task {
  return Task.parse(JSON.parse(String(json)));
}

function parseCursor(cursor: string): [number, number] {
  const match = /^(\d+)\.(\d+)$/.exec(cursor);
  if (!match)
    throw new Refusal('invalid', `before is "${cursor}"; it must be the next of an earlier page.`, [
      { field: 'before', message: 'must be the next of an earlier page' },
    ]);
  return [Number(match[1]), Number(match[2])];
}
