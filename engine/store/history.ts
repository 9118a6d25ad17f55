import type { StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Refusal } from '../../contract/errors.ts';
import type { Task } from '../../contract/task.ts';
import type { TestPieces } from '../reports/kept-report.ts';
import type { FailedBefore } from '../reports/passed-later.ts';
import type { KeptRun } from '../retention/plan.ts';
import { type Database, inColumns } from './database.ts';
import { matcherOf, type ResultFilter } from './result-filter.ts';
import { compareEnds, type Entry, type Position, ResultIndex, type Shared } from './result-index.ts';
import { factsOf } from './run-facts.ts';
import { TestHistory, type Write } from './test-history.ts';
import { testRowsOf } from './test-rows.ts';
import { TestSearch } from './test-search.ts';

/** Entries that are read in one go while the host does other work. */
const CHUNK = 1000;
const ENTRIES = `
  SELECT number, task_id, ended_at, suite, status, verdict, branch, "commit", error, test_set
  FROM results WHERE (ended_at, number) < (?, ?) ORDER BY ended_at DESC, number DESC LIMIT ?`;

const KEPT = `
  SELECT r.number, r.task_id, r.ended_at, r.suite, r.verdict, r.bytes, s.project
  FROM results r JOIN suites s ON s.id = r.suite
  WHERE (r.ended_at, r.number) < (?, ?) ORDER BY r.ended_at DESC, r.number DESC LIMIT ?`;
const LAST: Position = { endedAt: Number.MAX_SAFE_INTEGER, number: Number.MAX_SAFE_INTEGER };

const DROP_TESTS = 'DELETE FROM test_runs WHERE task = ? AND test IN (SELECT test FROM test_runs WHERE task = ? LIMIT ?)';
/** Rows that are deleted in one go, and unused tests: each of these leaves the index of titles, which costs the most. */
const DROPPED = 128;
const UNUSED = 50;

export interface PageOptions extends ResultFilter {
  limit: number;
  /** The `next` of the page before. */
  before?: string | null;
}

/** Numbers of ended tasks, newest first, and the cursor of the page after them. */
export interface Page {
  numbers: number[];
  next: string | null;
}

/** What runs of a suite share. `words`: with each of their branches. */
interface SuiteTexts {
  project: Shared;
  category: Shared;
  environment: Shared;
  words: Map<string, Shared>;
}

/** Which attempt decided, and which tests it had. */
export interface KeptTests {
  attempt: number;
  testSet: number | null;
}

/** Ended tasks and their tests, as they are searched. */
export class History {
  readonly #db: Database;
  readonly #tests: TestHistory;
  readonly #search: TestSearch;
  readonly #index = new ResultIndex();
  readonly #texts = new Map<string, Shared>();
  readonly #suites = new Map<number, SuiteTexts>();
  readonly #entries: StatementSync;
  #version = 0;
  /** What is read from the database next is older than this; null when all of it was read. */
  #unread: Position | null = LAST;

  constructor(db: Database) {
    this.#db = db;
    this.#tests = new TestHistory(db);
    this.#search = new TestSearch(db);
    this.#entries = inColumns(db.sql.prepare(ENTRIES));
  }

  /**
   * Keeps the tests of an attempt that ends its task, before the task is recorded as ended. `failedBefore`: as in `testRowsOf`. Throws what
   * `tests` throws.
   */
  async keepTests(
    task: Task,
    attempt: number,
    tests: TestPieces,
    { failedBefore = [], write }: { failedBefore?: readonly FailedBefore[]; write?: Write } = {},
  ): Promise<KeptTests> {
    return { attempt, testSet: await this.#tests.keep(task.number, task.config, testRowsOf(tests, failedBefore), write) };
  }

  /** Records an ended task, or what changed of it: part of the transaction that changes the task. `remember` follows when that holds. */
  record(task: Task, kept: KeptTests | null): Entry | null {
    const { state } = task;
    if (!('endedAt' in state)) return null;
    const facts = factsOf(task);
    const suite = this.#tests.suiteId(task.config);
    const row = this.#db.sql
      .prepare(`
        INSERT INTO results (number, task_id, ended_at, suite, status, verdict, branch, "commit", error, attempt, test_set,
          code, scope, exited, duration_ms, wait_ms, cpu_percent, memory_mb)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (number) DO UPDATE SET status = excluded.status, verdict = excluded.verdict, error = excluded.error,
          attempt = coalesce(excluded.attempt, attempt), test_set = coalesce(excluded.test_set, test_set)
        RETURNING test_set`)
      .get(
        task.number,
        task.id,
        state.endedAt,
        suite,
        state.status,
        task.verdict,
        task.git?.branch ?? null,
        task.git?.commit ?? null,
        task.error,
        kept?.attempt ?? null,
        kept?.testSet ?? null,
        facts.code,
        facts.scope,
        Number(facts.exited),
        facts.durationMs,
        facts.waitMs,
        facts.cpuPercent,
        facts.memoryMb,
      );
    const { branch = null, commit = null } = task.git ?? {};
    return this.#entry([
      ...[task.number, task.id, state.endedAt, suite, state.status, task.verdict],
      ...[branch, commit, task.error, row?.test_set ?? null],
    ]);
  }

  /** Another number after each change of what has ended. */
  get version(): number {
    return this.#version;
  }

  remember(entry: Entry): void {
    this.#version += 1;
    // What is not yet read will be read.
    if (this.#unread === null || compareEnds(entry, this.#unread) >= 0) this.#index.put(entry);
  }

  /**
   * Deletes what is searched of ended tasks: part of the transaction that deletes the tasks. `forgotten` follows with the answer when that
   * holds, and some time `dropForgotten`.
   */
  forget(numbers: readonly number[]): Position[] {
    const note = this.#db.sql.prepare('INSERT OR IGNORE INTO forgotten (number) VALUES (?)');
    const drop = this.#db.sql.prepare('DELETE FROM results WHERE number = ? RETURNING ended_at');
    return numbers.flatMap((number) => {
      note.run(number);
      const row = drop.get(number);
      return row ? [{ number, endedAt: Number(row.ended_at) }] : [];
    });
  }

  forgotten(ends: readonly Position[]): void {
    this.#version += 1;
    for (const end of ends) this.#index.remove(end);
  }

  /** Deletes the tests of forgotten tasks, a piece at a time. What another host has left of them goes too. */
  async dropForgotten(isWanted: () => boolean): Promise<void> {
    while (isWanted() && this.#db.transactionAhead(() => this.#dropSome())) await nextTurn();
  }

  /** False when nothing is left to drop. */
  #dropSome(): boolean {
    const drop = this.#db.sql.prepare(DROP_TESTS);
    const done = this.#db.sql.prepare('DELETE FROM forgotten WHERE number = ?');
    const forgotten = this.#db.sql.prepare('SELECT number FROM forgotten LIMIT ?').all(DROPPED);
    let left = DROPPED;
    for (const { number } of forgotten) {
      left -= Number(drop.run(Number(number), Number(number), left).changes);
      if (left === 0) return true;
      done.run(Number(number));
    }
    return forgotten.length === DROPPED;
  }

  /** Every ended task, the newest first, with what its folder takes, null where that was not measured yet. Between pieces the host does its other work. */
  async *keptRuns(): AsyncGenerator<Omit<KeptRun, 'bytes'> & { bytes: number | null }> {
    for (let before: Position = LAST; ; await nextTurn()) {
      const rows = this.#db.sql.prepare(KEPT).all(before.endedAt, before.number, CHUNK);
      for (const row of rows) {
        yield {
          taskId: String(row.task_id),
          number: Number(row.number),
          endedAt: Number(row.ended_at),
          project: String(row.project),
          suite: Number(row.suite),
          verdict: row.verdict === null ? null : String(row.verdict),
          bytes: row.bytes === null ? null : Number(row.bytes),
        };
      }
      const last = rows.at(-1);
      if (rows.length < CHUNK || !last) return;
      before = { endedAt: Number(last.ended_at), number: Number(last.number) };
    }
  }

  /** Keeps what folders take, by the numbers of their tasks. */
  setBytes(sizes: ReadonlyMap<number, number>): void {
    const set = this.#db.sql.prepare('UPDATE results SET bytes = ? WHERE number = ?');
    this.#db.transactionAhead(() => {
      for (const [number, bytes] of sizes) set.run(bytes, number);
    });
  }

  /** Deletes tests that no run has any more, and messages that nobody refers to: a piece at a time. */
  async dropUnused(isWanted: () => boolean): Promise<void> {
    for (const { table, column } of [
      { table: 'tests', column: 'test' },
      { table: 'messages', column: 'message' },
    ]) {
      const last = Number(this.#db.sql.prepare(`SELECT coalesce(max(id), 0) AS last FROM ${table}`).get()?.last);
      const drop = this.#db.sql.prepare(
        `DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE id > ? AND id <= ?
          AND NOT EXISTS (SELECT 1 FROM test_runs WHERE ${column} = ${table}.id) LIMIT ?)`,
      );
      for (let from = 0; from < last && isWanted(); ) {
        const { changes } = this.#db.transactionAhead(() => drop.run(from, from + CHUNK, UNUSED));
        if (changes < UNUSED) from += CHUNK;
        await nextTurn();
      }
    }
  }

  /** Reads all of it, a piece at a time. Until then a question reads the rest at once. `isWanted` is asked before each piece. */
  async load(isWanted: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const step = () => {
      if (!isWanted() || !this.#readMore()) return resolve();
      setImmediate(step);
    };
    setImmediate(step);
    return promise;
  }

  /** Numbers of the ended tasks of one page, newest first, and the cursor of the page after it. What is not yet read for it is read at once. */
  page(options: PageOptions): Page {
    return this.#page(options, true) ?? { numbers: [], next: null };
  }

  /** The same, but what is not yet read for it is read a piece at a time. */
  async pageSoon(options: PageOptions): Promise<Page> {
    const page = this.#page(options, false);
    if (page) return page;
    await this.load(() => true);
    return this.page(options);
  }

  /** null where it may not read and what was read before is not enough. */
  #page({ limit, before, since = null, until = null, ...filter }: PageOptions, mayRead: boolean): Page | null {
    let from = before ? parseCursor(before) : null;
    const matches = matcherOf(filter, this.#roots(), (word) => this.#search.named(word));
    const found: Entry[] = [];
    for (;;) {
      found.push(...this.#index.newest(matches, { limit: limit + 1 - found.length, before: from, since, until }));
      if (found.length > limit || this.#unread === null || (since !== null && this.#unread.endedAt < since)) break;
      if (!mayRead) return null;
      if (from === null || compareEnds(this.#unread, from) < 0) from = this.#unread;
      this.#readMore();
    }
    const last = found.length > limit ? found[limit - 1] : undefined;
    return { numbers: found.slice(0, limit).map(({ number }) => number), next: last ? `${last.endedAt}.${last.number}` : null };
  }

  #roots(): string[] {
    return this.#db.sql
      .prepare('SELECT DISTINCT project FROM suites')
      .all()
      .map(({ project }) => String(project));
  }

  /** False when nothing is left to read. */
  #readMore(): boolean {
    if (this.#unread === null) return false;
    const rows = this.#entries.all(this.#unread.endedAt, this.#unread.number, CHUNK);
    const read = rows.map((row) => this.#entry(Object.values(row)));
    this.#index.prepend(read);
    this.#unread = read.length === CHUNK ? (read.at(-1) ?? null) : null;
    return this.#unread !== null;
  }

  /** `columns`: as ENTRIES has them. */
  #entry([number, taskId, endedAt, suite, status, verdict, branch, commit, error, testSet]: readonly unknown[]): Entry {
    const { project, category, environment, words } = this.#suite(Number(suite));
    const branchText = typeof branch === 'string' ? branch : '';
    let all = words.get(branchText);
    if (all === undefined) {
      all = this.#shared([project.text, category.text, environment.text, branchText].join('\n'));
      words.set(branchText, all);
    }
    return {
      number: Number(number),
      taskId: String(taskId),
      endedAt: Number(endedAt),
      project,
      category,
      environment,
      branch: this.#sharedOrNull(branch),
      commit: this.#sharedOrNull(commit),
      error: this.#sharedOrNull(error),
      words: all,
      status: String(status),
      verdict: verdict === null ? null : String(verdict),
      testSet: testSet === null ? null : Number(testSet),
    };
  }

  #suite(id: number): SuiteTexts {
    const known = this.#suites.get(id);
    if (known) return known;
    const row = this.#db.sql.prepare('SELECT project, category, environment FROM suites WHERE id = ?').get(id);
    const [project, category, environment] = [row?.project, row?.category, row?.environment].map((text) => this.#shared(String(text)));
    if (!project || !category || !environment) throw new Error(`There is no suite ${id}.`); // each result names one that is there
    const suite = { project, category, environment, words: new Map<string, Shared>() };
    this.#suites.set(id, suite);
    return suite;
  }

  #sharedOrNull(text: unknown): Shared | null {
    return typeof text === 'string' ? this.#shared(text) : null;
  }

  #shared(text: string): Shared {
    const known = this.#texts.get(text);
    if (known) return known;
    const shared = { text, lower: text.toLowerCase(), asked: 0, answer: false };
    this.#texts.set(text, shared);
    return shared;
  }
}

function parseCursor(cursor: string): Position {
  const match = /^(\d{1,16})\.(\d{1,16})$/.exec(cursor);
  if (!match)
    throw new Refusal('invalid', `before is "${cursor}"; it must be the next of an earlier page.`, [
      { field: 'before', message: 'must be the next of an earlier page' },
    ]);
  return { endedAt: Number(match[1]), number: Number(match[2]) };
}
