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
  // History: what is searched of each ended task, small enough to be kept in memory whole, and each test of it.
  `
  CREATE TABLE suites (
    id INTEGER PRIMARY KEY,
    project TEXT NOT NULL,
    category TEXT NOT NULL,
    environment TEXT NOT NULL,
    UNIQUE (project, category, environment)
  ) STRICT;

  CREATE TABLE results (
    number INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    suite INTEGER NOT NULL REFERENCES suites,
    status TEXT NOT NULL,
    verdict TEXT,
    branch TEXT,
    "commit" TEXT,
    error TEXT,
    attempt INTEGER,
    test_set INTEGER
  ) STRICT;
  CREATE INDEX results_ended ON results (ended_at DESC, number DESC);
  CREATE INDEX results_suite ON results (suite, ended_at DESC, number DESC);

  CREATE TABLE tests (
    id INTEGER PRIMARY KEY,
    suite INTEGER NOT NULL REFERENCES suites,
    key BLOB NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    file TEXT,
    line INTEGER,
    browser TEXT,
    tags TEXT NOT NULL,
    UNIQUE (suite, key)
  ) STRICT;
  CREATE VIRTUAL TABLE test_titles USING fts5 (title, content = 'tests', content_rowid = 'id', tokenize = 'trigram');
  CREATE TRIGGER tests_added AFTER INSERT ON tests BEGIN
    INSERT INTO test_titles (rowid, title) VALUES (new.id, new.title);
  END;
  CREATE TRIGGER tests_deleted AFTER DELETE ON tests BEGIN
    INSERT INTO test_titles (test_titles, rowid, title) VALUES ('delete', old.id, old.title);
  END;

  CREATE TABLE messages (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text TEXT NOT NULL) STRICT;

  CREATE TABLE test_runs (
    task INTEGER NOT NULL,
    test INTEGER NOT NULL REFERENCES tests,
    outcome INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    message INTEGER REFERENCES messages,
    PRIMARY KEY (task, test)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX test_runs_test ON test_runs (test, task DESC, outcome, duration_ms, retries);

  INSERT INTO suites (project, category, environment)
    SELECT DISTINCT project, category, json_extract(json, '$.config.environment') FROM tasks WHERE ended_at IS NOT NULL;
  INSERT INTO results (number, task_id, ended_at, suite, status, verdict, branch, "commit", error)
    SELECT t.number, t.id, t.ended_at, s.id, t.status, t.verdict, json_extract(t.json, '$.git.branch'),
      json_extract(t.json, '$.git.commit'), json_extract(t.json, '$.error')
    FROM tasks t
    JOIN suites s ON s.project = t.project AND s.category = t.category AND s.environment = json_extract(t.json, '$.config.environment')
    WHERE t.ended_at IS NOT NULL;
  `,
  `
  CREATE TABLE schedules (id TEXT PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;
  `,
  // Retention: what a run's folder takes, once it was measured, and which messages nobody refers to any more.
  `
  ALTER TABLE results ADD COLUMN bytes INTEGER;
  CREATE INDEX test_runs_message ON test_runs (message) WHERE message IS NOT NULL;
  `,
  // Insights: what runs are compared by, and the tests that did not simply pass.
  `
  ALTER TABLE results ADD COLUMN code TEXT;
  ALTER TABLE results ADD COLUMN scope TEXT NOT NULL DEFAULT '';
  ALTER TABLE results ADD COLUMN exited INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE results ADD COLUMN duration_ms INTEGER;
  ALTER TABLE results ADD COLUMN wait_ms INTEGER;
  ALTER TABLE results ADD COLUMN cpu_percent REAL;
  ALTER TABLE results ADD COLUMN memory_mb REAL;
  CREATE INDEX test_runs_wrong ON test_runs (task, test, outcome, message) WHERE outcome IN (1, 2);

  UPDATE results SET
    exited = status IN ('completed', 'failed') AND test_set IS NOT NULL,
    duration_ms = max(0, ended_at - (SELECT json_extract(t.json, '$.state.startedAt') FROM tasks t WHERE t.number = results.number)),
    wait_ms = (SELECT max(0, json_extract(t.json, '$.state.startingAt') - t.queued_at) FROM tasks t WHERE t.number = results.number);
  `,
  // Nothing holds the host for long: runs whose tests are still to be deleted, a piece at a time; and titles are indexed in small steps, with
  // more segments that are merged less at once (https://sqlite.org/fts5.html#the_automerge_configuration_option).
  `
  CREATE TABLE forgotten (number INTEGER PRIMARY KEY) STRICT;
  CREATE INDEX requests_task ON requests (task_id);
  INSERT INTO test_titles (test_titles, rank) VALUES ('automerge', 16), ('crisismerge', 64), ('pgsz', 1000);
  `,
  // The runs of a suite are read from its index alone: in the table each would lie in a page of its own.
  `
  DROP INDEX results_suite;
  CREATE INDEX results_suite ON results (suite, ended_at DESC, number DESC, exited, test_set, code, scope, status, verdict, branch,
    duration_ms, wait_ms, cpu_percent, memory_mb, task_id);
  `,
];
