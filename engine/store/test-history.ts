import { createHash } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TestStatus } from '../../contract/result.ts';
import type { TaskConfig } from '../../contract/task.ts';
import type { Database } from './database.ts';
import { identityOf, searchedTitle, type TestRow } from './test-rows.ts';

/** Tests that are written, or deleted, in one go. Between two the host does its other work. */
const CHUNK = 32;
const FORGOTTEN = 500;
/** Far more than a name has; what is longer is cut where it is searched. */
const LONGEST_TITLE = 2000;

/** How outcomes are numbered in the database. Never renumbered. */
export const OUTCOMES: readonly TestStatus[] = ['passed', 'failed', 'flaky', 'skipped'];

/** Does a piece of writing, if need be later; null where it was given up. */
export type Write = <T>(work: () => T) => Promise<T | null>;
const writeAtOnce: Write = async (work) => work();

/** Tests and what came of them in each run. */
export class TestHistory {
  readonly #db: Database;
  /** Compiled once: a report may have 50,000 tests. */
  readonly #statements: ReturnType<typeof compile>;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = compile((text) => db.sql.prepare(text));
  }

  /**
   * Writes the tests of a run, in many transactions where there are many. Until the run itself is recorded they belong to nothing, so
   * a host that is killed in between writes them anew. Answers what tells this set of tests from another; null where there are none. What
   * `pieces` throws is thrown when the tests before it are forgotten again.
   */
  async keep(
    number: number,
    config: TaskConfig,
    pieces: AsyncIterable<readonly TestRow[]> | Iterable<readonly TestRow[]>,
    write: Write = writeAtOnce,
  ): Promise<number | null> {
    await this.forget(number, write);
    const all: number[] = [];
    try {
      for await (const rows of pieces) {
        for (let at = 0; at < rows.length; at += CHUNK) {
          const ids = await write(() =>
            this.#db.transactionAhead(() => {
              const suite = this.suiteId(config);
              return rows.slice(at, at + CHUNK).map((row) => this.#keepOne(number, suite, row));
            }),
          );
          if (ids === null) return null;
          all.push(...ids);
          await nextTurn();
        }
      }
    } catch (error) {
      await this.forget(number, write);
      throw error;
    }
    return all.length === 0 ? null : setOf(all);
  }

  /** Deletes what is known of the tests of a run, a piece at a time. */
  async forget(number: number, write: Write = writeAtOnce): Promise<void> {
    while ((await write(() => this.#statements.forget.run(number, number, FORGOTTEN)))?.changes === FORGOTTEN) await nextTurn();
  }

  /** The suite's id in the database; it is given one where it has none. */
  suiteId({ project, category, environment }: Pick<TaskConfig, 'project' | 'category' | 'environment'>): number {
    const { findSuite, addSuite } = this.#statements;
    return Number(findSuite.get(project, category, environment)?.id ?? addSuite.run(project, category, environment).lastInsertRowid);
  }

  #keepOne(number: number, suite: number, row: TestRow): number {
    const test = this.#testId(suite, row);
    this.#statements.addRun.run(number, test, OUTCOMES.indexOf(row.outcome), row.durationMs, row.retries, this.#messageId(row.message));
    return test;
  }

  #testId(suite: number, row: TestRow): number {
    const { findTest, moveTest, addTest } = this.#statements;
    const { name, file, line, browser } = row;
    const key = hashOf(`${identityOf(row)}${row.occurrence}`);
    const tags = JSON.stringify(row.tags);
    const known = findTest.get(suite, key);
    if (!known) {
      const title = searchedTitle(row).slice(0, LONGEST_TITLE);
      return Number(addTest.run(suite, key, name, JSON.stringify(row.suite), title, file, line, browser, tags).lastInsertRowid);
    }
    const id = Number(known.id);
    if (known.line !== line || known.tags !== tags) moveTest.run(line, tags, id);
    return id;
  }

  #messageId(text: string | null): number | null {
    if (text === null || text === '') return null;
    const { findMessage, addMessage } = this.#statements;
    const hash = hashOf(text);
    return Number(findMessage.get(hash)?.id ?? addMessage.run(hash, text).lastInsertRowid);
  }
}

const compile = (prepare: (text: string) => StatementSync) => ({
  findSuite: prepare('SELECT id FROM suites WHERE project = ? AND category = ? AND environment = ?'),
  addSuite: prepare('INSERT INTO suites (project, category, environment) VALUES (?, ?, ?)'),
  forget: prepare('DELETE FROM test_runs WHERE task = ? AND test IN (SELECT test FROM test_runs WHERE task = ? LIMIT ?)'),
  addRun: prepare('INSERT OR REPLACE INTO test_runs (task, test, outcome, duration_ms, retries, message) VALUES (?, ?, ?, ?, ?, ?)'),
  findTest: prepare('SELECT id, line, tags FROM tests WHERE suite = ? AND key = ?'),
  moveTest: prepare('UPDATE tests SET line = ?, tags = ? WHERE id = ?'),
  addTest: prepare('INSERT INTO tests (suite, key, name, path, title, file, line, browser, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  findMessage: prepare('SELECT id FROM messages WHERE hash = ?'),
  addMessage: prepare('INSERT INTO messages (hash, text) VALUES (?, ?)'),
});

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest().subarray(0, 16);

/** Equal for equal sets of tests, in whichever order they ran. */
function setOf(ids: readonly number[]): number {
  const sorted = Float64Array.from(ids).sort();
  return createHash('sha256').update(sorted.join()).digest().readUIntBE(0, 6);
}
