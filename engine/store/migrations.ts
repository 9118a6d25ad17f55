/**
 * The database's versions, oldest first: number n of this list brings `user_version` from n to n + 1. A published one never changes.
 * `json` columns hold the contract's shapes; the columns beside them exist to be searched.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    status TEXT NOT NULL,
    category TEXT NOT NULL,
    project TEXT NOT NULL,
    verdict TEXT,
    queued_at INTEGER NOT NULL,
    ended_at INTEGER,
    suite TEXT NOT NULL,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX tasks_not_ended ON tasks (number) WHERE ended_at IS NULL;
  CREATE INDEX tasks_ended ON tasks (ended_at DESC, number DESC) WHERE ended_at IS NOT NULL;
  CREATE INDEX tasks_project ON tasks (project, number);

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    json TEXT NOT NULL
  ) STRICT;

  CREATE TABLE requests (id TEXT PRIMARY KEY, task_id TEXT NOT NULL) STRICT;
  `,
];
