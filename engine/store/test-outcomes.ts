import type { StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { KnownTest } from '../../contract/insights.ts';
import { parsedJson } from '../../contract/json.ts';
import type { TestStatus } from '../../contract/result.ts';
import { titleOf } from '../reports/ctrf.ts';
import { type Database, inColumns } from './database.ts';
import type { Run } from './runs.ts';
import { OUTCOMES } from './test-history.ts';

/** Tests of a run that are asked about in one go while the host does other work. */
const PIECE = 1000;

/** What came of one test in one run. */
export interface TestOutcome {
  /** The run's number. */
  task: number;
  test: number;
  outcome: TestStatus;
}

/** A test that failed or was flaky. */
export interface WrongOutcome extends TestOutcome {
  /** Id of its message. */
  message: number | null;
}

export interface TimedOutcome extends TestOutcome {
  durationMs: number;
}

/** The run that another one is compared with. */
type Other = Pick<Run, 'number' | 'suite'>;

/** Tests and what came of them, as insights ask for it. Tests and messages are named by their ids in the database. */
export class TestOutcomes {
  readonly #statements: ReturnType<typeof compile>;

  constructor({ sql }: Database) {
    this.#statements = compile((text) => sql.prepare(text));
  }

  /** What failed or was flaky in a run, by test; at most `limit` of it, and of the tests after `after`. */
  wrongIn(task: number, limit: number, after = 0): WrongOutcome[] {
    return this.#statements.wrongIn.all(task, after, limit).map((row) => ({
      task,
      test: Number(row.test),
      outcome: outcomeOf(row.outcome),
      message: row.message === null ? null : Number(row.message),
    }));
  }

  /** What failed or was flaky in several runs. */
  wrongInAny(tasks: readonly number[]): WrongOutcome[] {
    return this.#statements.wrongInAny.all(JSON.stringify(tasks)).map((row) => ({
      task: Number(row.task),
      test: Number(row.test),
      outcome: outcomeOf(row.outcome),
      message: row.message === null ? null : Number(row.message),
    }));
  }

  /** All that failed or was flaky in a run, a piece at a time. */
  async *allWrongIn(task: number): AsyncGenerator<WrongOutcome> {
    for (let after = 0; ; await nextTurn()) {
      const piece = this.wrongIn(task, PIECE, after);
      yield* piece;
      if (piece.length < PIECE) return;
      after = piece.at(-1)?.test ?? after;
    }
  }

  /** null where the test was not in that run. */
  outcome(task: number, test: number): TestStatus | null {
    const row = this.#statements.outcome.get(task, test);
    return row ? outcomeOf(row.outcome) : null;
  }

  /** The last outcomes of a test in runs up to that number, the newest first. */
  newest(test: number, { limit, upTo = Number.MAX_SAFE_INTEGER }: { limit: number; upTo?: number }): TimedOutcome[] {
    return this.#statements.newest
      .all(test, upTo, limit)
      .map((row) => ({ task: Number(row[0]), test, outcome: outcomeOf(row[1]), durationMs: Number(row[2]) }));
  }

  /** How long it took where it simply passed, in runs before that number, the newest first. */
  durationsBefore(test: number, task: number, limit: number): number[] {
    return this.#statements.durations.all(test, task, limit).map((row) => Number(row.duration_ms));
  }

  /** Tests that passed in both runs and took longer in the first by 200 ms and 30 %: at most `limit`, the most by far first. */
  async longer(task: number, base: Other, limit: number): Promise<{ test: number; durationMs: number }[]> {
    const found: { test: number; durationMs: number; by: number }[] = [];
    for await (const [after, last] of this.#ranges(task)) {
      for (const row of this.#statements.longer.all(base.number, base.suite, task, after, last, limit))
        found.push({ test: Number(row.test), durationMs: Number(row.duration_ms), by: Number(row.by) });
    }
    return found.sort((a, b) => b.by - a.by).slice(0, limit);
  }

  /** Tests of a run that are not in the other one. */
  async onlyIn(task: number, other: Other): Promise<number[]> {
    const found: number[] = [];
    for await (const [after, last] of this.#ranges(task))
      for (const { test } of this.#statements.onlyIn.all(task, after, last, other.number, other.suite)) found.push(Number(test));
    return found;
  }

  /** The tests of a run in ranges of ids (after, last], each small enough to be asked about in one go. */
  async *#ranges(task: number): AsyncGenerator<[after: number, last: number]> {
    for (let after = 0; ; await nextTurn()) {
      const last = this.#statements.lastOfPiece.get(task, after, PIECE)?.last;
      if (typeof last !== 'number') return;
      yield [after, last];
      after = last;
    }
  }

  /** The tests of a run that took longest. */
  longest(task: number, limit: number): number[] {
    return this.#statements.longest.all(task, limit).map(({ test }) => Number(test));
  }

  /** The same test in another suite; null where it has none. */
  inSuite(test: number, suite: number): number | null {
    const row = this.#statements.inSuite.get(suite, test);
    return row ? Number(row.id) : null;
  }

  /** Equal for the same test of several suites. */
  keyOf(test: number): string {
    return String(this.#statements.key.get(test)?.key);
  }

  test(id: number): KnownTest & { name: string; suite: string[] } {
    const row = this.#statements.test.get(id);
    if (!row) return { name: `test ${id}`, suite: [], title: `test ${id}`, file: null, line: null, browser: null };
    const file = textOrNull(row.file);
    const name = String(row.name);
    const suite = Path.safeParse(parsedJson(String(row.path))).data ?? [];
    return {
      name,
      suite,
      title: titleOf({ name, suite, filePath: file ?? undefined }),
      file,
      line: row.line === null ? null : Number(row.line),
      browser: textOrNull(row.browser),
    };
  }

  message(id: number | null): string | null {
    return id === null ? null : textOrNull(this.#statements.message.get(id)?.text);
  }

  /** Titles of a suite's tests with the files that they are in. */
  *testsOf(suite: number): Generator<ReturnType<TestOutcomes['test']>> {
    for (const { id } of this.#statements.tests.all(suite)) yield this.test(Number(id));
  }
}

const Path = z.array(z.string());

const compile = (prepare: (text: string) => StatementSync) => ({
  wrongIn: prepare('SELECT test, outcome, message FROM test_runs WHERE task = ? AND outcome IN (1, 2) AND test > ? ORDER BY test LIMIT ?'),
  wrongInAny: prepare(
    `SELECT r.task, r.test, r.outcome, r.message FROM json_each(?) j CROSS JOIN test_runs r WHERE r.task = j.value AND r.outcome IN (1, 2)`,
  ),
  lastOfPiece: prepare('SELECT max(test) AS last FROM (SELECT test FROM test_runs WHERE task = ? AND test > ? ORDER BY test LIMIT ?)'),
  outcome: prepare('SELECT outcome FROM test_runs WHERE task = ? AND test = ?'),
  newest: inColumns(prepare('SELECT task, outcome, duration_ms FROM test_runs WHERE test = ? AND task <= ? ORDER BY task DESC LIMIT ?')),
  durations: prepare('SELECT duration_ms FROM test_runs WHERE test = ? AND task < ? AND outcome = 0 ORDER BY task DESC LIMIT ?'),
  longer: prepare(`
    SELECT now.test, now.duration_ms, now.duration_ms - was.duration_ms AS by FROM test_runs now JOIN tests t ON t.id = now.test
    JOIN test_runs was ON was.task = ? AND was.test = (SELECT id FROM tests WHERE suite = ? AND key = t.key)
    WHERE now.task = ? AND now.test > ? AND now.test <= ? AND now.outcome = 0 AND was.outcome = 0
      AND now.duration_ms >= was.duration_ms + 200 AND now.duration_ms >= was.duration_ms * 1.3
    ORDER BY by DESC LIMIT ?`),
  onlyIn: prepare(`
    SELECT one.test FROM test_runs one JOIN tests t ON t.id = one.test
    WHERE one.task = ? AND one.test > ? AND one.test <= ? AND NOT EXISTS (
      SELECT 1 FROM test_runs two WHERE two.task = ? AND two.test = (SELECT id FROM tests WHERE suite = ? AND key = t.key))`),
  longest: prepare('SELECT test FROM test_runs WHERE task = ? ORDER BY duration_ms DESC LIMIT ?'),
  inSuite: prepare('SELECT other.id FROM tests one JOIN tests other ON other.suite = ? AND other.key = one.key WHERE one.id = ?'),
  key: prepare('SELECT hex(key) AS key FROM tests WHERE id = ?'),
  test: prepare('SELECT name, path, file, line, browser FROM tests WHERE id = ?'),
  tests: prepare('SELECT id FROM tests WHERE suite = ?'),
  message: prepare('SELECT text FROM messages WHERE id = ?'),
});

const outcomeOf = (value: unknown): TestStatus => OUTCOMES[Number(value)] ?? 'skipped';
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
