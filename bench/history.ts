// Pages of a long history, on their own: node bench/history.ts [runs]. As a part of npm run bench: its group history.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestStatus, Verdict } from '../contract/result.ts';
import type { Task } from '../contract/task.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { openDatabase } from '../engine/store/database.ts';
import type { PageOptions } from '../engine/store/history.ts';
import { TaskStore } from '../engine/store/tasks.ts';
import { TestHistory } from '../engine/store/test-history.ts';
import type { TestRow } from '../engine/store/test-rows.ts';
import { aSuite } from '../engine/testing/a-suite.ts';
import { type Figure, figure } from './figure.ts';

const TESTS_PER_RUN = 20;
const MINUTE = 60_000;
const BEGUN = Date.UTC(2026, 0, 1);
const BRANCHES = ['main', 'feature/checkout-v2', 'fix/login', 'release/4.2', 'wip'];
const PAGES = ['cart', 'checkout', 'login', 'search', 'catalogue', 'profile', 'orders', 'returns'];

/** A task of a made-up history. Everything about it follows from its number. */
function taskOf(number: number): Task {
  const category = ['e2e', 'smoke', 'cypress', 'performance'][number % 4] ?? 'e2e';
  const failed = number % 7 === 0;
  const verdict: Verdict = failed ? 'failed' : number % 11 === 0 ? 'flaky' : 'passed';
  const at = BEGUN + number * MINUTE;
  const base = aTask();
  return aTask({
    id: `task_${number.toString(36).padStart(12, '0')}`,
    number,
    projectName: `shop-${number % 5}`,
    config: {
      ...base.config,
      project: `/projects/shop-${number % 5}`,
      category,
      environment: number % 3 === 0 ? 'staging' : 'development',
    },
    git: {
      branch: BRANCHES[number % 13 === 0 ? number % 5 : 0] ?? 'main',
      commit: ((number >> 2) * 2654435761).toString(16).padStart(40, '0'),
      changedFiles: 0,
      // Some runs of a suite test the same code.
      tree: (number >> 8).toString(16),
    },
    state: { status: 'completed', queuedAt: at - MINUTE, startingAt: at - MINUTE, startedAt: at - MINUTE, endedAt: at },
    attempts: [anAttempt({ startedAt: at - MINUTE, endedAt: at, peakMemoryMb: 600 + (number % 100), meanCpuPercent: 150 })],
    decidedBy: 1,
    verdict,
    counts: { total: TESTS_PER_RUN, passed: TESTS_PER_RUN - Number(failed), failed: Number(failed), skipped: 0, flaky: 0 },
    error: failed ? `${PAGES[number % 8]} › pays by card: expected ${number % 1000}, got 4` : null,
  });
}

/** Its tests: the suite's own 20, of which one is renamed from time to time. */
function testsOf({ number, config, verdict }: Task): TestRow[] {
  return Array.from({ length: TESTS_PER_RUN }, (_, n) => {
    const failed = verdict === 'failed' && n === number % TESTS_PER_RUN;
    const outcome: TestStatus = failed ? 'failed' : 'passed';
    const generation = n === 0 ? Math.floor(number / 5000) : 0;
    return {
      name: `${PAGES[n % PAGES.length]} ${n} of ${config.category}${generation > 0 ? ` v${generation}` : ''}`,
      suite: [`tests/${PAGES[n % PAGES.length]}.spec.ts`, 'journeys'],
      file: `tests/${PAGES[n % PAGES.length]}.spec.ts`,
      line: n * 10,
      browser: null,
      tags: [],
      outcome,
      durationMs: 500 + ((number * 31 + n * 17) % 1000),
      retries: 0,
      message: failed ? `expected ${number % 1000}, got 4` : null,
      occurrence: 1,
    };
  });
}

/** Fills a database with so many ended runs of 20 tests each. */
export async function fillHistory(path: string, runs: number): Promise<void> {
  const database = openDatabase(path);
  database.sql.exec('PRAGMA synchronous = OFF');
  const store = new TaskStore(database, () => {});
  const tests = new TestHistory(database);
  const add = database.sql.prepare(
    'INSERT INTO tasks (id, number, status, category, project, verdict, queued_at, ended_at, suite, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const suite = JSON.stringify(aSuite());
  for (let number = 1; number <= runs; number += 1) {
    const task = taskOf(number);
    const testSet = await tests.keep(number, task.config, [testsOf(task)]);
    database.transaction(() => {
      const { id, state, config, verdict } = task;
      add.run(
        id,
        number,
        state.status,
        config.category,
        config.project,
        verdict,
        state.queuedAt,
        BEGUN + number * MINUTE,
        suite,
        JSON.stringify(task),
      );
      store.history.record(task, { attempt: 1, testSet });
    });
  }
  database.sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** What people ask for, and combinations that no index would serve. */
export function questions(runs: number): Record<string, PageOptions> {
  const limit = 50;
  const middle = `${BEGUN + Math.floor(runs / 2) * MINUTE}.${Math.floor(runs / 2)}`;
  const project = '/projects/shop-1';
  return {
    'the newest': { limit },
    'from the middle': { limit, before: middle },
    failed: { limit, failed: true },
    'a branch': { limit, branch: 'wip' },
    'nothing matches two common values': { limit, project, category: 'e2e', verdict: 'failed', branch: 'nowhere' },
    'five filters at once': { limit, project, category: 'smoke', environment: 'staging', branch: 'main', verdict: ['failed', 'flaky'] },
    'a commit that is not there': { limit, commit: 'fffffffffff' },
    'a span of old days': { limit, since: BEGUN, until: BEGUN + 500 * MINUTE, failed: true },
    'search: checkout': { limit, search: 'checkout' },
    'search: checkout, failed, an old cursor': { limit, search: 'checkout', failed: true, before: `${BEGUN + 60 * MINUTE}.60` },
    'search: a test that was renamed long ago': { limit, search: 'cart v1' },
    'search: a test, on a branch that never had it': { limit, search: 'v3 smoke', branch: 'nowhere' },
    'search: a number': { limit, search: `#${Math.floor(runs / 2)}` },
    'search: nothing': { limit, search: 'zzzzz' },
    'search: one letter': { limit, search: 'q' },
  };
}

/** How long each question takes, in ms, over several runs; the first one that a host is asked is not among them. */
export async function historyTimes(runs: number, repeats: number): Promise<{ loadMs: number; times: Map<string, number[]> }> {
  const folder = mkdtempSync(join(tmpdir(), 'bge2e-bench-'));
  try {
    const path = join(folder, 'queue.db');
    await fillHistory(path, runs);
    const database = openDatabase(path);
    const store = new TaskStore(database, () => {});
    const begun = performance.now();
    store.ended({ limit: 1, search: 'not there at all' });
    const loadMs = performance.now() - begun;
    const times = new Map<string, number[]>();
    for (const [name, question] of Object.entries(questions(runs))) {
      const values: number[] = [];
      for (let n = 0; n < repeats; n += 1) {
        const start = performance.now();
        store.ended(question);
        values.push(performance.now() - start);
      }
      times.set(name, values);
    }
    database.close();
    return { loadMs, times };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every question to 100,000 runs of 20 tests. */
export async function historyFigures(): Promise<Figure[]> {
  const { loadMs, times } = await historyTimes(100_000, 9);
  return [
    figure('history of 100,000 runs read into memory', 'ms', [loadMs]),
    ...[...times].map(([question, values]) => figure(`a page of 100,000 runs, ${question}`, 'ms', values)),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const runs = Number(process.argv[2] ?? 100_000);
  const { loadMs, times } = await historyTimes(runs, 9);
  console.log(`${runs} runs, ${runs * TESTS_PER_RUN} tests; read into memory in ${loadMs.toFixed(0)} ms`);
  for (const [name, values] of times) {
    const sorted = values.toSorted((a, b) => a - b);
    console.log(`${name.padEnd(48)} ${sorted[4]?.toFixed(1).padStart(6)} ms  (${sorted[0]?.toFixed(1)} to ${sorted.at(-1)?.toFixed(1)})`);
  }
}
