import type { StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Task, TaskStatus } from '../../contract/task.ts';
import { type Database, inColumns } from './database.ts';
import { deepestAround } from './result-filter.ts';
import type { Position } from './result-index.ts';
import { factsOf, type RunFacts } from './run-facts.ts';

/** Project, category and environment: what is run again and again. */
export interface SuiteKey {
  id: number;
  project: string;
  category: string;
  environment: string;
}

/** An ended task as insights look at it. */
export interface Run extends Position, RunFacts {
  suite: number;
  taskId: string;
  status: Extract<TaskStatus, 'completed' | 'failed' | 'timeout' | 'cancelled'>;
  verdict: 'passed' | 'failed' | 'flaky' | 'none' | null;
  branch: string | null;
  commit: string | null;
  /** Equal for runs that had the same tests; null where none are known. */
  testSet: number | null;
}

export type ExitedRun = Pick<Run, 'number' | 'endedAt' | 'code'>;

/** A run in figures. */
export type FiguredRun = Omit<Run, 'suite' | 'branch' | 'commit' | 'code'>;

const COLUMNS = `number, task_id, ended_at, suite, status, verdict, branch, "commit", test_set, code, scope, exited, duration_ms, wait_ms,
  cpu_percent, memory_mb`;

/** Suites and their runs, the newest first. */
export class Runs {
  readonly #sql: Database['sql'];
  readonly #statements: ReturnType<typeof compile>;

  constructor({ sql }: Database) {
    this.#sql = sql;
    this.#statements = compile((text) => sql.prepare(text));
  }

  /** Suites of the project that a folder lies in, the one that ran last first. */
  suitesOf(folder: string, { category, environment }: { category?: string | null; environment?: string | null } = {}): SuiteKey[] {
    const project = deepestAround(
      folder,
      this.#statements.projects.all().map((row) => String(row.project)),
    );
    return this.#statements.suites
      .all(project)
      .map(toSuite)
      .filter((suite) => (!category || suite.category === category) && (!environment || suite.environment === environment))
      .map((suite) => ({ suite, last: this.newest(suite.id, { limit: 1 })[0]?.endedAt ?? 0 }))
      .sort((a, b) => b.last - a.last)
      .map(({ suite }) => suite);
  }

  /** The suite of that project, category and environment; null where it never ran to an end. */
  suite({ project, category, environment }: Omit<SuiteKey, 'id'>): SuiteKey | null {
    const row = this.#statements.suite.get(project, category, environment);
    return row ? toSuite(row) : null;
  }

  /** A task that has just ended, as it will be recorded. null where its suite never kept anything. */
  ofTask(task: Task, testSet: number | null): Run | null {
    const { state, config, git } = task;
    const suite = this.suite(config);
    if (suite === null || !('endedAt' in state)) return null;
    return {
      ...factsOf(task),
      number: task.number,
      taskId: task.id,
      endedAt: state.endedAt,
      suite: suite.id,
      status: state.status,
      verdict: task.verdict,
      branch: git?.branch ?? null,
      commit: git?.commit ?? null,
      testSet,
    };
  }

  suiteById(id: number): SuiteKey | null {
    const row = this.#statements.suiteById.get(id);
    return row ? toSuite(row) : null;
  }

  run(number: number): Run | null {
    const row = this.#statements.run.get(number);
    return row ? toRun(row) : null;
  }

  /** Runs of a suite that ended before `before` and not before `since`. */
  newest(suite: number, { limit, before = LAST, since = 0 }: { limit: number; before?: Position; since?: number }): Run[] {
    return this.#statements.newest.all(suite, before.endedAt, before.number, since, limit).map(toRun);
  }

  /**
   * Runs of a suite that came to their end by themselves, with tests: one that was ended fails tests that are none the worse for it. The
   * newest first, their numbers with what they are told apart by.
   */
  exited(suite: number, { limit, before = LAST }: { limit: number; before?: Position }): ExitedRun[] {
    return this.#statements.exited
      .all(suite, before.endedAt, before.number, limit)
      .map((row) => ({ number: Number(row.number), endedAt: Number(row.ended_at), code: textOrNull(row.code) }));
  }

  /**
   * How many tests failed or were flaky in each of these runs, where some did: at most `most` are counted in each. The order of `exited`.
   */
  wrongIn(suite: number, { limit, before = LAST, most }: { limit: number; before?: Position; most: number }): Map<number, number> {
    const rows = this.#statements.wrong.all(most, suite, before.endedAt, before.number, limit);
    return new Map(rows.map((row) => [Number(row.number), Number(row.wrong)]));
  }

  /** Runs of a suite that did not end before `since`, the newest first, a piece at a time: read from the index alone. */
  async *figures(suite: number, { limit, since }: { limit: number; since: number }): AsyncGenerator<FiguredRun[]> {
    let before = LAST;
    for (let left = limit; left > 0; await nextTurn()) {
      const rows = this.#statements.figures.all(suite, before.endedAt, before.number, since, Math.min(left, PIECE)).map(toFigures);
      yield rows;
      const last = rows.at(-1);
      if (rows.length < PIECE || !last) return;
      left -= rows.length;
      before = last;
    }
  }

  /** The last run before `before` that ran the same part of the suite to its end, with tests, on one of these branches; on any, where none is named. */
  lastWhole(
    suite: number,
    { before, scope, branches }: { before: Position; scope: string; branches: readonly (string | null)[] | null },
  ): Run | null {
    const on = branches === null ? '' : `AND (${branches.map(() => 'branch IS ?').join(' OR ') || '0'})`;
    const row = this.#sql
      .prepare(
        `SELECT ${COLUMNS} FROM results WHERE suite = ? AND (ended_at, number) < (?, ?) AND scope = ? AND exited AND test_set IS NOT NULL
          AND status IN ('completed', 'failed') ${on} ORDER BY ended_at DESC, number DESC LIMIT 1`,
      )
      .get(suite, before.endedAt, before.number, scope, ...(branches ?? []));
    return row ? toRun(row) : null;
  }
}

/** Runs that are read in one go while the host does other work. */
const PIECE = 1000;
const LAST: Position = { endedAt: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER };

const compile = (prepare: (text: string) => StatementSync) => ({
  projects: prepare('SELECT DISTINCT project FROM suites'),
  suites: prepare('SELECT id, project, category, environment FROM suites WHERE project = ? ORDER BY id'),
  suite: prepare('SELECT id, project, category, environment FROM suites WHERE project = ? AND category = ? AND environment = ?'),
  suiteById: prepare('SELECT id, project, category, environment FROM suites WHERE id = ?'),
  run: prepare(`SELECT ${COLUMNS} FROM results WHERE number = ?`),
  exited: prepare(
    `SELECT number, ended_at, code FROM results WHERE suite = ? AND (ended_at, number) < (?, ?) AND exited AND test_set IS NOT NULL
      ORDER BY ended_at DESC, number DESC LIMIT ?`,
  ),
  // The limit comes before the count, or each run of the suite would be counted.
  wrong: prepare(
    `SELECT number, wrong FROM (
       SELECT number, (SELECT count(*) FROM (SELECT 1 FROM test_runs t WHERE t.task = r.number AND t.outcome IN (1, 2) LIMIT ?)) AS wrong
       FROM (SELECT number FROM results WHERE suite = ? AND (ended_at, number) < (?, ?) AND exited AND test_set IS NOT NULL
         ORDER BY ended_at DESC, number DESC LIMIT ?) r
     ) WHERE wrong > 0`,
  ),
  figures: inColumns(
    prepare(
      `SELECT number, task_id, ended_at, status, verdict, test_set, scope, exited, duration_ms, wait_ms, cpu_percent, memory_mb
        FROM results WHERE suite = ? AND (ended_at, number) < (?, ?) AND ended_at >= ? ORDER BY ended_at DESC, number DESC LIMIT ?`,
    ),
  ),
  newest: prepare(
    `SELECT ${COLUMNS} FROM results WHERE suite = ? AND (ended_at, number) < (?, ?) AND ended_at >= ?
      ORDER BY ended_at DESC, number DESC LIMIT ?`,
  ),
});

type Row = Record<string, unknown>;

const toFigures = (row: Row): FiguredRun => ({
  number: Number(row[0]),
  taskId: String(row[1]),
  endedAt: Number(row[2]),
  status: STATUSES.find((one) => one === row[3]) ?? 'failed',
  verdict: VERDICTS.find((one) => one === row[4]) ?? null,
  testSet: numberOrNull(row[5]),
  scope: String(row[6]),
  exited: row[7] === 1,
  durationMs: numberOrNull(row[8]),
  waitMs: numberOrNull(row[9]),
  cpuPercent: numberOrNull(row[10]),
  memoryMb: numberOrNull(row[11]),
});

const toSuite = (row: Row): SuiteKey => ({
  id: Number(row.id),
  project: String(row.project),
  category: String(row.category),
  environment: String(row.environment),
});

const toRun = (row: Row): Run => ({
  number: Number(row.number),
  taskId: String(row.task_id),
  endedAt: Number(row.ended_at),
  suite: Number(row.suite),
  status: STATUSES.find((one) => one === row.status) ?? 'failed',
  verdict: VERDICTS.find((one) => one === row.verdict) ?? null,
  branch: textOrNull(row.branch),
  commit: textOrNull(row.commit),
  testSet: numberOrNull(row.test_set),
  code: textOrNull(row.code),
  scope: String(row.scope),
  exited: row.exited === 1,
  durationMs: numberOrNull(row.duration_ms),
  waitMs: numberOrNull(row.wait_ms),
  cpuPercent: numberOrNull(row.cpu_percent),
  memoryMb: numberOrNull(row.memory_mb),
});

const STATUSES = ['completed', 'failed', 'timeout', 'cancelled'] as const;
const VERDICTS = ['passed', 'failed', 'flaky', 'none'] as const;
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
const numberOrNull = (value: unknown) => (typeof value === 'number' ? value : null);
