import { Refusal } from '../../contract/errors.ts';
import { Schedule } from '../../contract/schedule.ts';
import type { Database } from './database.ts';

/** The schedules of a home. Each change is durable when it returns. */
export class ScheduleStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order in which they were made. */
  all(): Schedule[] {
    return this.#db.sql
      .prepare('SELECT json FROM schedules ORDER BY id')
      .all()
      .map(({ json }) => parse(json));
  }

  /** Adds a schedule, or answers the one that an earlier call with this request id added. */
  add(schedule: Schedule, requestId: string): Schedule {
    return this.#db.transaction(() => {
      const earlier = this.#db.sql.prepare('SELECT json FROM schedules WHERE request_id = ?').get(requestId);
      if (earlier) return parse(earlier.json);
      this.#db.sql
        .prepare('INSERT INTO schedules (id, request_id, json) VALUES (?, ?, ?)')
        .run(schedule.id, requestId, JSON.stringify(schedule));
      return schedule;
    });
  }

  /** Puts a schedule in the place of what it was; one that was removed meanwhile stays so. */
  update(schedule: Schedule): void {
    this.#db.transaction(() =>
      this.#db.sql.prepare('UPDATE schedules SET json = ? WHERE id = ?').run(JSON.stringify(schedule), schedule.id),
    );
  }

  remove(id: string): void {
    this.#db.transaction(() => this.#db.sql.prepare('DELETE FROM schedules WHERE id = ?').run(id));
  }

  /** Throws a `Refusal` of kind `not_found` where a person's words name none, or several. */
  find(name: string): Schedule {
    const reference = name.trim();
    const prefix = reference.startsWith('cron_') ? reference : `cron_${reference}`;
    const found = this.all().filter(({ id }) => reference !== '' && id.startsWith(prefix));
    const [first] = found;
    if (!first) throw new Refusal('not_found', `There is no schedule ${reference}. "bge2e schedules" lists those that exist.`);
    if (found.length > 1)
      throw new Refusal(
        'not_found',
        `"${reference}" is the beginning of several schedules (${found.map(({ id }) => id).join(', ')}). Give more of the id.`,
      );
    return first;
  }
}

const parse = (json: unknown) => Schedule.parse(JSON.parse(String(json)));
