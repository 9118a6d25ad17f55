import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'ctrf';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Change, Comparison, FlakyTest, Trend } from '../../contract/insights.ts';
import type { Verdict } from '../../contract/result.ts';
import type { Task } from '../../contract/task.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { openHome } from '../home.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { TaskStore } from '../store/tasks.ts';
import { aSuite } from '../testing/a-suite.ts';
import { Insights } from './insights.ts';

const MINUTE = 60_000;

let folder: string;
let project: string;
let database: Database;
let store: TaskStore;
let insights: Insights;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-insights-'));
  project = folder;
  database = openDatabase(join(folder, 'queue.db'));
  database.sql.exec('PRAGMA synchronous = OFF');
  store = new TaskStore(database, () => {});
  insights = new Insights(database, store, openHome(join(folder, 'home')));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

interface AnEnd {
  /** Outcome of each test by its name. */
  tests: Record<string, 'passed' | 'failed' | 'flaky' | 'skipped'>;
  branch?: string | null;
  tree?: string | null;
  environment?: string;
  category?: string;
  args?: string[];
  durationMs?: number;
  rerunOnly?: 'failed' | null;
  cause?: 'exited' | 'timeout';
  /** Of an earlier attempt of the same code: names of tests that failed in it. */
  failedBefore?: string[];
}

let minutes = 0;
const of = (name: string): Pick<Test, 'name' | 'suite' | 'filePath'> => ({ name, suite: ['a.spec.ts', 'cart'], filePath: 'a.spec.ts' });

/** A run that ends one minute after the one before. */
async function ended(options: AnEnd): Promise<Task> {
  const {
    tests,
    branch = 'main',
    tree = null,
    environment = 'development',
    category = 'e2e',
    args = [],
    durationMs = 10,
    rerunOnly = null,
    cause = 'exited',
  } = options;
  minutes += 1;
  const endedAt = Date.now() - 1000 * MINUTE + minutes * MINUTE;
  const outcomes = Object.values(tests);
  const verdict: Verdict = outcomes.includes('failed') ? 'failed' : outcomes.includes('flaky') ? 'flaky' : 'passed';
  const base = aTask();
  const added = store.add(
    aTask({
      id: `task_${minutes.toString(36).padStart(12, '0')}`,
      config: { ...base.config, project, category, environment, additionalArgs: args },
      git: { branch, commit: tree ?? 'abc', changedFiles: 0, tree },
      rerunOnly,
    }),
    aSuite(),
    `request-${minutes}`,
  );
  const report = ctrfReport(
    { name: 'test' },
    Object.entries(tests).map(([name, status]) => ({
      ...of(name),
      status: status === 'flaky' ? 'passed' : status,
      flaky: status === 'flaky',
      duration: durationMs,
      ...(status === 'failed' ? { message: `${name}: expected 1, got ${minutes}` } : {}),
    })),
    0,
    1,
  );
  const failedBefore = (options.failedBefore ?? []).map((name) => ({
    name,
    suite: ['a.spec.ts', 'cart'],
    status: 'failed' as const,
    durationMs: 1,
    retries: 0,
    message: 'before',
    trace: null,
    filePath: 'a.spec.ts',
    line: null,
  }));
  const kept = await store.history.keepTests(added, 1, [report.results.tests], { failedBefore });
  const times = { queuedAt: endedAt - 3000, startingAt: endedAt - 2000, startedAt: endedAt - 1000, endedAt };
  const state: Task['state'] = cause === 'timeout' ? { status: 'timeout', ...times, reason: 'late' } : { status: 'completed', ...times };
  const end = { cause, exitCode: 0, signal: null, message: null, survivors: [], notChecked: [] };
  const task: Task = {
    ...added,
    state,
    verdict,
    decidedBy: 1,
    attempts: [anAttempt({ end, durationMs: 1000, peakMemoryMb: 500, meanCpuPercent: 120 })],
  };
  const change = await insights.changeOf(task, kept.testSet);
  if (change) Change.parse(change);
  return store.update(task.id, 'ended', () => ({ ...task, ...(change ? { change } : {}) }), kept);
}

const titles = (tests: readonly { title: string }[]) => tests.map(({ title }) => title.replace('cart › ', ''));
async function compared(task: Task, other?: Task) {
  const comparison = await insights.compareRuns({ task: task.id, other: other?.id });
  Comparison.parse(comparison);
  return comparison;
}

describe('what a run is compared with', () => {
  const tests = { a: 'passed' } as const;

  test('the last whole run of the suite on the main branch before it, else on its own branch, else at all', async () => {
    const first = await ended({ tests, branch: 'fix' });
    const other = await ended({ tests, branch: 'other' });
    const second = await ended({ tests, branch: 'fix' });
    expect(await compared(other)).toMatchObject({ base: { number: first.number }, chosen: 'previous' });
    expect(await compared(second)).toMatchObject({ base: { number: first.number }, chosen: 'same_branch' });
    const main = await ended({ tests, branch: 'trunk' });
    const third = await ended({ tests, branch: 'fix' });
    expect(await compared(third)).toMatchObject({ base: { number: main.number }, chosen: 'main_branch' });
    expect(await compared(first)).toMatchObject({ base: null, chosen: null });
    expect(await compared(third, first)).toMatchObject({ base: { number: first.number }, chosen: 'asked' });
  });

  test('never a rerun of what failed, one that was ended, one with arguments of its own, another suite, or a later one', async () => {
    const main = await ended({ tests });
    await ended({ tests, rerunOnly: 'failed' });
    await ended({ tests, cause: 'timeout' });
    await ended({ tests, args: ['--grep', 'a'] });
    await ended({ tests, environment: 'staging' });
    await ended({ tests, category: 'smoke' });
    const run = await ended({ tests });
    await ended({ tests });
    expect((await compared(run)).base?.number).toBe(main.number);
  });

  test('a run with arguments of its own is compared with one that had the same, and of a part neither new nor gone tests are told', async () => {
    await ended({ tests: { a: 'passed', b: 'passed' } });
    const part = await ended({ tests: { a: 'failed' }, args: ['--grep', 'a'] });
    expect(await compared(part)).toMatchObject({ isPartial: true, counts: { newFailures: 1, goneTests: 0 } });
    await ended({ tests: { a: 'passed', b: 'passed' } });
    const again = await ended({ tests: { a: 'failed' }, args: ['--grep', 'a'] });
    expect(await compared(again)).toMatchObject({ base: { number: part.number }, isPartial: false, counts: { stillFailing: 1 } });
  });

  test('a run that has not ended, has no tests, or is the same is refused with a sentence', async () => {
    const run = await ended({ tests });
    const queued = store.add(aTask({ id: 'task_zzzzzzzzzzzz' }), aSuite(), 'request-queued');
    await expect(insights.compareRuns({ task: queued.id })).rejects.toThrow(/has not ended/);
    await expect(insights.compareRuns({ task: run.id, other: run.id })).rejects.toThrow(/cannot be compared with itself/);
    await expect(insights.compareRuns({ task: (await ended({ tests: {} })).id })).rejects.toThrow(/has no tests/);
  });
});

test('two runs side by side: new, fixed, still failing, known flaky, new and gone tests', async () => {
  await ended({ tests: { shaky: 'flaky', a: 'passed' } });
  await ended({ tests: { shaky: 'passed', a: 'passed', broken: 'failed', mended: 'failed', gone: 'failed', skipped: 'failed' } });
  const run = await ended({
    tests: { shaky: 'failed', a: 'failed', broken: 'failed', mended: 'passed', fresh: 'failed', skipped: 'skipped' },
  });
  const comparison = await compared(run);
  expect(titles(comparison.newFailures)).toEqual(['a', 'fresh']);
  expect(titles(comparison.fixed)).toEqual(['mended']);
  expect(titles(comparison.stillFailing)).toEqual(['broken']);
  expect(titles(comparison.knownFlaky)).toEqual(['shaky']);
  expect(titles(comparison.newTests)).toEqual(['fresh']);
  expect(titles(comparison.goneTests)).toEqual(['gone']);
  expect(comparison.newFailures[0]?.message).toBe('a: expected 1, got 3'.replace('3', String(minutes)));
  expect(run.change).toEqual({ new: 2, fixed: 1, stillFailing: 1, knownFlaky: 1, base: expect.any(String), since: 2, recoveredAfter: 0 });
});

test('runs of two environments are compared by what their tests are called', async () => {
  const there = await ended({ tests: { a: 'failed', b: 'passed', c: 'passed' }, environment: 'staging' });
  const here = await ended({ tests: { a: 'passed', b: 'failed', d: 'passed' } });
  const comparison = await compared(here, there);
  expect([comparison.newFailures, comparison.fixed, comparison.newTests, comparison.goneTests].map(titles)).toEqual([
    ['b'],
    ['a'],
    ['d'],
    ['c'],
  ]);
});

test('a test that takes longer than its earlier runs vary is slower', async () => {
  for (const durationMs of [900, 1000, 1100, 950, 1050, 1000]) await ended({ tests: { a: 'passed' }, durationMs });
  expect((await compared(await ended({ tests: { a: 'passed' }, durationMs: 1200 }))).slower).toEqual([]);
  expect((await compared(await ended({ tests: { a: 'passed' }, durationMs: 2500 }))).slower).toMatchObject([
    { title: 'cart › a', durationMs: 2500, usualMs: 1000 },
  ]);
});

test('a row of failed runs on a branch says since when, and a green one that it is over', async () => {
  await ended({ tests: { a: 'passed' } });
  const first = await ended({ tests: { a: 'failed' } });
  await ended({ tests: { a: 'passed' }, branch: 'other' });
  const second = await ended({ tests: { a: 'failed' } });
  const green = await ended({ tests: { a: 'passed' } });
  expect([first.change?.since, second.change?.since]).toEqual([null, first.number]);
  expect(green.change).toMatchObject({ fixed: 1, recoveredAfter: 2, since: null });
  expect((await ended({ tests: { a: 'passed' } })).change).toMatchObject({ recoveredAfter: 0 });
});

test('the first run of a suite has nothing to be compared with, and a rerun of what failed tells nothing of the whole', async () => {
  expect((await ended({ tests: { a: 'failed' } })).change).toMatchObject({ new: 1, base: null });
  expect((await ended({ tests: { a: 'passed' }, rerunOnly: 'failed' })).change).toBeUndefined();
});

describe('flaky tests', () => {
  async function flaky(options: { category?: string; runs?: number } = {}) {
    const { tests } = await insights.getFlaky({ project, ...options });
    for (const one of tests) FlakyTest.parse(one);
    return tests;
  }

  test('are found within a run, between attempts and between runs of one tree', async () => {
    await ended({
      tests: { steady: 'passed', retried: 'flaky', attempted: 'passed', between: 'failed' },
      tree: 'x',
      failedBefore: ['attempted'],
    });
    await ended({ tests: { steady: 'passed', retried: 'passed', attempted: 'passed', between: 'passed' }, tree: 'x' });
    const found = await flaky();
    expect(titles(found).sort()).toEqual(['attempted', 'between', 'retried']);
    expect(found.find(({ title }) => title.endsWith('between'))).toMatchObject({
      betweenRuns: 1,
      withinRuns: 0,
      rate: 0.5,
      outcomes: 'fp',
    });
    expect(found.find(({ title }) => title.endsWith('attempted'))).toMatchObject({ withinRuns: 1, outcomes: 'kp', file: 'a.spec.ts' });
  });

  test('are none where code, arguments, environment or the way it ended differ', async () => {
    await ended({ tests: { a: 'failed' }, tree: 'x' });
    await ended({ tests: { a: 'passed' }, tree: 'y' });
    await ended({ tests: { a: 'passed' }, tree: 'x', args: ['--headed'] });
    await ended({ tests: { a: 'passed' }, tree: 'x', environment: 'staging' });
    await ended({ tests: { b: 'failed' }, tree: null });
    await ended({ tests: { b: 'passed' }, tree: null });
    await ended({ tests: { c: 'failed' }, tree: 'z', cause: 'timeout' });
    await ended({ tests: { c: 'passed' }, tree: 'z' });
    expect(await flaky()).toEqual([]);
  });

  test('a rerun of what failed is a proof as good as any', async () => {
    await ended({ tests: { a: 'failed', b: 'passed' }, tree: 'x' });
    await ended({ tests: { a: 'passed' }, tree: 'x', rerunOnly: 'failed' });
    expect(titles(await flaky())).toEqual(['a']);
  });

  test('are looked for in the last runs alone, though the first time is told', async () => {
    const first = await ended({ tests: { old: 'flaky', a: 'flaky' } });
    for (let n = 0; n < 5; n += 1) await ended({ tests: { old: 'passed', a: 'passed' } });
    const last = await ended({ tests: { old: 'passed', a: 'flaky' } });
    expect(await flaky({ runs: 3 })).toMatchObject([
      { title: 'cart › a', firstSeenIn: first.number, lastSeenIn: last.number, flakes: 1, runs: 3 },
    ]);
  });

  test('of several environments are one, with those in which it was flaky', async () => {
    for (let n = 0; n < 12; n += 1) {
      await ended({ tests: { a: n % 2 === 0 ? 'flaky' : 'passed' }, environment: 'staging' });
      await ended({ tests: { a: 'passed' } });
    }
    expect(await flaky({ category: 'e2e' })).toMatchObject([
      { title: 'cart › a', environments: ['staging'], rate: 0.5, runs: 12, patterns: ['only in staging'] },
    ]);
    expect(await flaky({ category: 'smoke' })).toEqual([]);
  });
});

test('trends: pass rate, durations, waits, resources, by day and by run, and what is slow', async () => {
  for (let n = 0; n < 8; n += 1) await ended({ tests: { quick: 'passed', slow: 'passed' }, durationMs: 100 });
  for (let n = 0; n < 6; n += 1) await ended({ tests: { quick: 'passed', slow: n === 0 ? 'failed' : 'passed' }, durationMs: 900 });
  await ended({ tests: { a: 'passed' }, category: 'smoke' });
  const { suites } = await insights.getTrends({ project, days: 30 });
  expect(suites.map(({ category }) => category)).toEqual(['smoke', 'e2e']);
  const [trend] = (await insights.getTrends({ project, category: 'e2e', environment: 'development', days: 30 })).suites;
  Trend.parse(trend);
  expect(trend).toMatchObject({
    runs: 14,
    passed: 13,
    failed: 1,
    durationP50Ms: 1000,
    waitP50Ms: 1000,
    meanCpuPercent: 120,
    peakMemoryMb: 500,
    slower: [{ title: 'cart › quick', durationMs: 900, usualMs: 100 }, { title: 'cart › slow' }],
  });
  expect(trend?.days.reduce((sum, { runs }) => sum + runs, 0)).toBe(14);
  expect(trend?.points).toHaveLength(14);
  expect((await insights.getTrends({ project: '/nowhere', days: 30 })).suites).toEqual([]);
});

test('no question reads more than it needs', () => {
  const plan = (sql: string) =>
    database.sql
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail))
      .join('\n');
  expect(plan('SELECT test, outcome, message FROM test_runs WHERE task = 1 AND outcome IN (1, 2) LIMIT 9')).toContain(
    'COVERING INDEX test_runs_wrong',
  );
  expect(plan('SELECT task, outcome, duration_ms FROM test_runs WHERE test = 1 AND task <= 9 ORDER BY task DESC LIMIT 9')).toContain(
    'COVERING INDEX test_runs_test',
  );
  const newest = plan(
    'SELECT number FROM results WHERE suite = 1 AND (ended_at, number) < (9, 9) AND ended_at >= 0 ORDER BY ended_at DESC, number DESC LIMIT 9',
  );
  expect(newest).toContain('INDEX results_suite');
  expect(newest).not.toContain('TEMP B-TREE');
});
