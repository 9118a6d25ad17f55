import { parsedJson } from '../../contract/json.ts';
import { Paused } from '../../contract/queue.ts';
import type { Database } from './database.ts';

const KEY = 'paused';
const NOTHING: Paused = { all: false, categories: [] };

/** What is paused, kept in the database. */
export class PauseStore {
  readonly #db: Database;
  #current: Paused;

  constructor(db: Database) {
    this.#db = db;
    const row = db.sql.prepare('SELECT value FROM meta WHERE key = ?').get(KEY);
    this.#current = Paused.safeParse(parsedJson(String(row?.value ?? ''))).data ?? NOTHING;
  }

  get current(): Paused {
    return this.#current;
  }

  /** Durable when this returns. */
  set(paused: Paused): void {
    this.#db.transaction(() =>
      this.#db.sql
        .prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
        .run(KEY, JSON.stringify(paused)),
    );
    this.#current = paused;
  }
}
