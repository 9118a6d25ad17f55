import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Verdict } from '../../contract/result.ts';
import type { Task } from '../../contract/task.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { aSuite } from '../testing/a-suite.ts';
import { type Database, openDatabase } from './database.ts';
import type { PageOptions } from './history.ts';
import { MIGRATIONS } from './migrations.ts';
import { TaskStore } from './tasks.ts';

let folder: string;
let database: Database;
let store: TaskStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-history-'));
  database = openDatabase(join(folder, 'queue.db'));
  database.sql.exec('PRAGMA synchronous = OFF'); // thousands of runs, and no power cut
  store = new TaskStore(database, () => {});
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Opens the same database again, as the next host does. */
function openAgain(): void {
  database.close();
  database = openDatabase(join(folder, 'queue.db'));
  store = new TaskStore(database, () => {});
}

interface Run {
  endedAt: number;
  project: string;
  category: string;
  environment: string;
  branch: string | null;
  commit: string;
  verdict: Verdict;
  status: 'completed' | 'timeout' | 'cancelled';
  error: string | null;
  titles: string[];
}

const A_RUN: Run = {
  endedAt: 100,
  project: '/projects/shop',
  category: 'e2e',
  environment: 'development',
  branch: 'main',
  commit: 'abc1234',
  verdict: 'passed',
  status: 'completed',
  error: null,
  titles: [],
};

let added = 0;
beforeEach(() => {
  added = 0;
});

/** Queues a task and ends it at once. */
async function ended(rest: Partial<Run>): Promise<Task> {
  const run = { ...A_RUN, ...rest };
  added += 1;
  const { project, category, environment } = run;
  const queued = store.add(
    aTask({
      id: `task_0k3x9q1c${String(added).padStart(4, '0')}`,
      config: { ...aTask().config, project, category, environment },
      git: { branch: run.branch, commit: run.commit, changedFiles: 0, tree: null },
    }),
    aSuite(),
    `request-${added}`,
  );
  const report = ctrfReport(
    { name: 'test' },
    run.titles.map((name) => ({ name, status: 'passed', duration: 5 })),
    0,
    1,
  );
  const kept = await store.history.keepTests(queued, 1, [report.results.tests]);
  const times = { queuedAt: 1, startedAt: 1, endedAt: run.endedAt };
  const state: Task['state'] =
    run.status === 'completed'
      ? { status: 'completed', startingAt: 1, ...times }
      : run.status === 'timeout'
        ? { status: 'timeout', reason: 'too long', ...times }
        : { status: 'cancelled', ...times };
  return store.update(queued.id, 'ended', (task) => ({ ...task, state, verdict: run.verdict, error: run.error }), kept);
}

const numbersOf = (options: Omit<PageOptions, 'limit'>) => store.ended({ limit: 1000, ...options }).tasks.map(({ number }) => number);

test('results are found by project, category, environment, branch, beginning of the commit, verdict and time', async () => {
  await ended({ endedAt: 10, project: '/projects/other' });
  await ended({ endedAt: 20, category: 'smoke', environment: 'staging' });
  await ended({ endedAt: 30, branch: 'feature/x', commit: 'ffe1234' });
  await ended({ endedAt: 40, branch: null, verdict: 'failed' });
  await ended({ endedAt: 50, status: 'timeout', verdict: 'failed' });
  await ended({ endedAt: 60, status: 'cancelled', verdict: 'none' });
  for (const again of [false, true]) {
    if (again) openAgain();
    expect(numbersOf({})).toEqual([6, 5, 4, 3, 2, 1]);
    expect(numbersOf({ project: '/projects/other' })).toEqual([1]);
    expect(numbersOf({ project: '/projects/other/tests/deep' })).toEqual([1]);
    expect(numbersOf({ project: '/projects' })).toEqual([]);
    expect(numbersOf({ category: 'smoke' })).toEqual([2]);
    expect(numbersOf({ environment: 'staging' })).toEqual([2]);
    expect(numbersOf({ branch: 'feature/x' })).toEqual([3]);
    expect(numbersOf({ branch: 'feature' })).toEqual([]);
    expect(numbersOf({ commit: 'FFE' })).toEqual([3]);
    expect(numbersOf({ verdict: 'failed' })).toEqual([5, 4]);
    expect(numbersOf({ verdict: ['failed', 'none'] })).toEqual([6, 5, 4]);
    expect(numbersOf({ failed: true })).toEqual([5, 4]);
    expect(numbersOf({ since: 30, until: 50 })).toEqual([5, 4, 3]);
    expect(numbersOf({ since: 30, failed: true, branch: 'main' })).toEqual([5]);
  }
});

test('a project within another one has results of its own', async () => {
  await ended({ project: '/home/ana' });
  await ended({ project: '/home/ana/shop' });
  expect(numbersOf({ project: '/home/ana/shop/tests' })).toEqual([2]);
  expect(numbersOf({ project: '/home/ana/shopping' })).toEqual([1]);
});

test('every word that is searched for is found in what names the run, in its error, or in the title of a test', async () => {
  await ended({ titles: ['Checkout › pays by card', 'logs in'] });
  await ended({ error: 'connect ECONNREFUSED 127.0.0.1:5432' });
  await ended({ branch: 'feature/checkout-v2', titles: ['adds "one" item (100%_done)'] });
  await ended({ category: 'smoke', titles: ['支払い'] });
  for (const again of [false, true]) {
    if (again) openAgain();
    expect(numbersOf({ search: 'checkout' })).toEqual([3, 1]);
    expect(numbersOf({ search: 'CHECKOUT card' })).toEqual([1]);
    expect(numbersOf({ search: 'econnrefused 5432' })).toEqual([2]);
    expect(numbersOf({ search: '"one" (100%_' })).toEqual([3]);
    expect(numbersOf({ search: '100__done' })).toEqual([]);
    expect(numbersOf({ search: '支払' })).toEqual([4]);
    expect(numbersOf({ search: '#2' })).toEqual([2]);
    expect(numbersOf({ search: 'task_0k3x9q1c0003' })).toEqual([3]);
    expect(numbersOf({ search: '0k3x9q1c0003' })).toEqual([3]);
    expect(numbersOf({ search: 'smoke' })).toEqual([4]);
    expect(numbersOf({ search: "' OR 1=1 --" })).toEqual([]);
    expect(numbersOf({ search: 'NOT' })).toEqual([]);
    expect(numbersOf({ search: '   ' })).toEqual([4, 3, 2, 1]);
  }
});

test('a test that most runs have is found in those that have it, and in no other', async () => {
  // More than are listed beforehand, and of several sets of tests.
  for (let n = 1; n <= 2100; n += 1)
    await ended({ endedAt: n, titles: n % 100 === 0 ? ['other'] : n % 2 === 0 ? ['pays', 'adds'] : ['pays'] });
  const found = numbersOf({ search: 'pays', since: 1901 });
  expect(found).toHaveLength(198);
  expect(found.some((number) => number % 100 === 0)).toBe(false);
}, 60_000);

test('the tests of a run are kept with what came of them, also two of one name; a second time they are replaced', async () => {
  const task = store.add(aTask(), aSuite(), 'request-1');
  const report = ctrfReport(
    { name: 'test' },
    [
      {
        name: 'pays',
        suite: ['a.spec.ts', 'cart'],
        filePath: 'a.spec.ts',
        line: 3,
        status: 'failed',
        duration: 7.4,
        message: 'no',
        tags: ['@slow'],
        browser: 'firefox',
      },
      { name: 'pays', suite: ['a.spec.ts', 'cart'], filePath: 'a.spec.ts', line: 9, status: 'passed', duration: 5, browser: 'firefox' },
      {
        name: 'adds',
        status: 'passed',
        flaky: true,
        retries: 1,
        duration: 5,
        retryAttempts: [{ attempt: 1, status: 'failed', message: 'once' }],
      },
      { name: 'set-up', status: 'other', duration: 0, message: 'not a test' },
    ],
    0,
    1,
  );
  await store.history.keepTests(task, 1, [[{ name: 'gone', status: 'passed', duration: 1 }]]);
  await store.history.keepTests(task, 1, [report.results.tests]);
  const rows = database.sql
    .prepare(`SELECT t.name, t.file, t.line, t.browser, t.tags, r.outcome, r.duration_ms, r.retries, m.text FROM test_runs r
      JOIN tests t ON t.id = r.test LEFT JOIN messages m ON m.id = r.message WHERE r.task = ? ORDER BY t.id`)
    .all(task.number)
    .map((row) => Object.values(row));
  expect(rows).toEqual([
    ['pays', 'a.spec.ts', 3, 'firefox', '["@slow"]', 1, 7, 0, 'no'],
    ['pays', 'a.spec.ts', 9, 'firefox', '[]', 0, 5, 0, null],
    ['adds', null, null, null, '[]', 2, 5, 1, 'once'],
  ]);
});

test('pages of any filter hold each result once, in order, also while further ones end', async () => {
  const word = fc.constantFrom('checkout', 'login', 'cart');
  const aRun = fc.record({
    endedAt: fc.integer({ min: 1, max: 6 }),
    category: fc.constantFrom('e2e', 'smoke'),
    branch: fc.constantFrom('main', 'wip', null),
    verdict: fc.constantFrom<Verdict>('passed', 'failed', 'flaky'),
    titles: fc.uniqueArray(word, { maxLength: 2 }),
    /** In which turn of paging it ends. */
    turn: fc.integer({ min: 0, max: 3 }),
  });
  const aFilter = fc.record(
    {
      category: fc.constantFrom('e2e', 'smoke'),
      branch: fc.constantFrom('main', 'wip'),
      verdict: fc.constantFrom<Verdict>('passed', 'failed'),
      since: fc.integer({ min: 1, max: 6 }),
      until: fc.integer({ min: 1, max: 6 }),
      search: word,
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(aRun, { maxLength: 25 }), aFilter, fc.integer({ min: 1, max: 4 }), async (runs, filter, limit) => {
      database.sql.exec('DELETE FROM tasks; DELETE FROM requests; DELETE FROM results; DELETE FROM test_runs; DELETE FROM tests');
      store = new TaskStore(database, () => {});
      const expected = (run: (typeof runs)[number]) =>
        (filter.category === undefined || run.category === filter.category) &&
        (filter.branch === undefined || run.branch === filter.branch) &&
        (filter.verdict === undefined || run.verdict === filter.verdict) &&
        (filter.since === undefined || run.endedAt >= filter.since) &&
        (filter.until === undefined || run.endedAt <= filter.until) &&
        (filter.search === undefined || run.titles.includes(filter.search));
      const number = new Map<(typeof runs)[number], number>();
      const endThose = async (turn: number) => {
        for (const run of runs.filter((one) => one.turn === turn)) number.set(run, (await ended(run)).number);
      };
      const seen: number[] = [];
      await endThose(0);
      let before: string | null = null;
      for (let turn = 1; ; turn += 1) {
        const page: ReturnType<TaskStore['ended']> = store.ended({ limit, before, ...filter });
        seen.push(...page.tasks.map((task) => task.number));
        await endThose(turn);
        before = page.next;
        if (before === null) break;
      }
      const order = new Map(runs.map((run) => [number.get(run), run.endedAt]));
      const sorted = seen.toSorted((a, b) => (order.get(b) ?? 0) - (order.get(a) ?? 0) || b - a);
      expect(seen).toEqual(sorted);
      expect(new Set(seen).size).toBe(seen.length);
      // What had ended before the first page is there, whatever ends meanwhile.
      for (const run of runs.filter((one) => one.turn === 0)) expect(seen.includes(number.get(run) ?? 0)).toBe(expected(run));
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('results of an earlier version are found after its database was brought to this one', () => {
  const path = join(folder, 'older.db');
  const older = new DatabaseSync(path);
  older.exec(`${MIGRATIONS[0]} PRAGMA user_version = 1; INSERT INTO meta VALUES ('epoch', 'older')`);
  const git = { branch: 'feature/x', commit: 'ffe1234', changedFiles: 0, tree: null };
  const state = { status: 'completed', queuedAt: 1, startingAt: 1, startedAt: 1, endedAt: 9 } as const;
  const task = aTask({ git, state, verdict: 'failed', error: 'expected 3, got 4' });
  const add = older.prepare(
    `INSERT INTO tasks (id, number, status, category, project, verdict, queued_at, ended_at, suite, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '{}', ?)`,
  );
  const { config } = task;
  add.run(task.id, 1, 'completed', config.category, config.project, 'failed', 1, 9, JSON.stringify(task));
  const waiting = aTask({ id: 'task_0k3x9q1c7b2n', number: 2 });
  add.run(waiting.id, 2, 'queued', config.category, config.project, null, 1, null, JSON.stringify(waiting));
  older.close();
  const newer = openDatabase(path);
  const found = new TaskStore(newer, () => {}).ended({ limit: 9, branch: 'feature/x', environment: 'development', search: 'got' });
  newer.close();
  expect(found.tasks.map(({ id }) => id)).toEqual([task.id]);
});

test('no question of a page reads a table from its beginning to its end', () => {
  const plans = (sql: string) =>
    database.sql
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail))
      .join('; ');
  const asked: string[] = [];
  const prepare = database.sql.prepare.bind(database.sql);
  database.sql.prepare = (sql) => {
    asked.push(sql);
    return prepare(sql);
  };
  store.ended({ limit: 1, search: 'checkout', project: '/projects/shop' });
  database.sql.prepare = prepare;
  expect(asked.length).toBeGreaterThan(2);
  for (const sql of asked) expect(`${sql}: ${plans(sql)}`).not.toMatch(/SCAN (?:results|tasks|test_runs|tests|r)\b/);
});

test('a page of a long history that is not yet read is the same whether or not it may hold the host', async () => {
  const { sql } = database;
  sql.exec("INSERT INTO suites (project, category, environment) VALUES ('/shop', 'e2e', 'staging')");
  const add = sql.prepare(
    "INSERT INTO results (number, task_id, ended_at, suite, status, verdict) SELECT ?, ?, ?, max(id), 'completed', ? FROM suites",
  );
  database.transaction(() => {
    for (let n = 1; n <= 2500; n += 1) add.run(n, `task_${n}`, n, n % 500 === 0 ? 'failed' : 'passed');
  });
  const fresh = () => new TaskStore(database, () => {}).history;
  for (const options of [{}, { verdict: 'failed' as const }, { before: '700.700' }, { search: 'nothing' }, { since: 2400 }]) {
    const [waiting, atOnce] = [fresh(), fresh()];
    const [one, two] = await Promise.all([waiting.pageSoon({ limit: 3, ...options }), waiting.pageSoon({ limit: 3, ...options })]);
    expect(one).toEqual(atOnce.page({ limit: 3, ...options }));
    expect(two).toEqual(one);
  }
  expect(fresh().page({ limit: 9, verdict: 'failed' }).numbers).toEqual([2500, 2000, 1500, 1000, 500]);
});
