// A long history as hosts have it after years: what its pages, its insights and its end cost. The database is made once a day.

import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'ctrf';
import type { TestStatus, Verdict } from '../contract/result.ts';
import type { Task } from '../contract/task.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { artifactsFolder, keepList, listed, readArtifacts } from '../engine/artifacts/artifacts.ts';
import { exportResult } from '../engine/export/export.ts';
import { attemptFolder, type HomePaths, openHome } from '../engine/home.ts';
import { Insights } from '../engine/insights/insights.ts';
import { ctrfReport } from '../engine/reports/ctrf.ts';
import { keepReport, readKeptReport } from '../engine/reports/kept-report.ts';
import { Retention } from '../engine/retention/retention.ts';
import { type Database, openDatabase } from '../engine/store/database.ts';
import type { PageOptions } from '../engine/store/history.ts';
import { MIGRATIONS } from '../engine/store/migrations.ts';
import { TaskStore } from '../engine/store/tasks.ts';
import { TestHistory } from '../engine/store/test-history.ts';
import type { TestRow } from '../engine/store/test-rows.ts';
import { aSuite } from '../engine/testing/a-suite.ts';
import { type Figure, figure } from './figure.ts';

const TESTS_PER_RUN = 20;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const REPEATS = 9;
const PAGE = 50;
/** Runs that are removed in the end. */
const PRUNED = 1000;
/** The last of them ended as this day began, so that there are some in the last month. */
const END = Math.floor(Date.now() / DAY) * DAY;
const RUNS = 100_000;
const BEGUN = END - RUNS * MINUTE;
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

/** The path of a database with 100,000 ended runs of 20 tests each; made where there is none of today. */
async function madeHistory(): Promise<string> {
  const day = new Date(END).toISOString().slice(0, 10);
  const path = join(tmpdir(), `bge2e-bench-history-v${MIGRATIONS.length}-${day}.db`);
  if (existsSync(path)) return path;
  console.log(`${path} is being made, which takes some minutes.`);
  const draft = `${path}.draft`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${draft}${end}`, { force: true });
  await fillHistory(draft);
  renameSync(draft, path);
  return path;
}

async function fillHistory(path: string): Promise<void> {
  const database = openDatabase(path);
  database.sql.exec('PRAGMA synchronous = OFF');
  const store = new TaskStore(database, () => {});
  const tests = new TestHistory(database);
  const ask = database.sql.prepare('INSERT INTO requests (id, task_id) VALUES (?, ?)');
  const suite = aSuite();
  for (let number = 1; number <= RUNS; number += 1) {
    const task = taskOf(number);
    const testSet = await tests.keep(number, task.config, [testsOf(task)]);
    store.restore([{ task, suite, kept: { attempt: 1, testSet } }]);
    ask.run(`request ${number}`, task.id);
  }
  database.sql.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** What people ask for, and combinations that no index would serve. */
function questions(): Record<string, PageOptions> {
  const limit = PAGE;
  const middle = `${BEGUN + (RUNS / 2) * MINUTE}.${RUNS / 2}`;
  const project = '/projects/shop-1';
  return {
    'the newest': { limit },
    'from the middle': { limit, before: middle },
    'the oldest': { limit, before: `${BEGUN + (PAGE + 1) * MINUTE}.${PAGE + 1}` },
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
    'search: a number': { limit, search: `#${RUNS / 2}` },
    'search: nothing': { limit, search: 'zzzzz' },
    'search: one letter': { limit, search: 'q' },
  };
}

/** Every combination of the filters that `bge2e results` has. */
function combinations(): PageOptions[] {
  const filters: Omit<PageOptions, 'limit'>[] = [
    { project: '/projects/shop-1' },
    { category: 'e2e' },
    { environment: 'staging' },
    { branch: 'main' },
    { commit: 'a' },
    { verdict: ['failed', 'flaky'] },
    { failed: true },
    { since: BEGUN + 5000 * MINUTE },
    { until: END - 5000 * MINUTE },
    { search: 'checkout' },
  ];
  return Array.from({ length: 2 ** filters.length }, (_, bits) =>
    Object.assign({ limit: PAGE }, ...filters.filter((__, index) => (bits & (1 << index)) !== 0)),
  );
}

/** Every question to 100,000 runs of 20 tests. */
export async function historyFigures(): Promise<Figure[]> {
  const made = await madeHistory();
  const folder = mkdtempSync(join(tmpdir(), 'bge2e-bench-'));
  try {
    const path = join(folder, 'queue.db');
    copyFileSync(made, path, constants.COPYFILE_FICLONE);
    const paths = openHome(join(folder, 'home'));
    const database = openDatabase(path);
    const started = startFigures(database);
    const { store } = started;
    const figures = [
      ...started.figures,
      ...(await loadFigures(store)),
      ...pageFigures(store),
      ...(await insightFigures(database, store, paths)),
      ...(await pruneFigures(store, paths)),
    ];
    database.close();
    rmSync(paths.sockets, { recursive: true, force: true });
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A host has just started: what it has to read before it answers, and its first answer. */
function startFigures(database: Database): { store: TaskStore; figures: Figure[] } {
  const begun = performance.now();
  const store = new TaskStore(database, () => {});
  const opened = performance.now();
  store.ended({ limit: PAGE });
  const answered = performance.now();
  return {
    store,
    figures: [
      figure('history: tasks and events are taken in as a host starts', 'ms', [opened - begun]),
      figure('history: the first page that a new host is asked for', 'ms', [answered - opened]),
    ],
  };
}

/** The narrow rows of all ended tasks are read into memory a piece at a time. */
async function loadFigures(store: TaskStore): Promise<Figure[]> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const { ms, hold } = await held(() => store.history.load(() => true));
  globalThis.gc?.();
  const heap = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  return [
    figure('history: all of it is read into memory', 'ms', [ms]),
    figure('history: longest hold of the thread meanwhile, CPU', 'ms', [hold]),
    figure(`history: memory of it${globalThis.gc ? '' : ' and of garbage (node --expose-gc tells it alone)'}`, 'MiB', [heap]),
  ];
}

function pageFigures(store: TaskStore): Figure[] {
  const timed = (question: PageOptions) => {
    const start = performance.now();
    store.ended(question);
    return performance.now() - start;
  };
  const each = Object.entries(questions()).map(([name, question]) =>
    figure(
      `a page of 100,000 runs, ${name}`,
      'ms',
      Array.from({ length: REPEATS }, () => timed(question)),
    ),
  );
  const all = combinations().map(timed);
  const walk: number[] = [];
  for (let before: string | null | undefined; before !== null; ) {
    const start = performance.now();
    ({ next: before } = store.ended({ limit: PAGE, before }));
    walk.push(performance.now() - start);
  }
  return [
    ...each,
    figure(`a page of 100,000 runs, every combination of filters`, 'ms', all),
    figure(`a page of 100,000 runs, each down to the oldest`, 'ms', walk),
  ];
}

async function insightFigures(database: Database, store: TaskStore, paths: HomePaths): Promise<Figure[]> {
  const number = Math.floor((RUNS - 10) / 35) * 35 + 1; // of shop-1
  const failed = Array.from({ length: 35 }, (_, n) => number - n).find((one) => one % 7 === 0 && one % 5 === 1) ?? number;
  const task = store.find(`#${failed}`);
  const run = attemptFolder(paths, task.id, 1);
  mkdirSync(artifactsFolder(run), { recursive: true });
  const tests = testsOf(task).map(
    ({ name, suite, outcome, durationMs, message, file }): Test => ({
      ...{ name, suite, status: outcome === 'failed' ? 'failed' : 'passed', duration: durationMs },
      ...{ filePath: file ?? undefined, message: message ?? undefined },
    }),
  );
  await keepReport(run, ctrfReport({ name: 'test' }, tests, 0, 1));
  for (let n = 0; n < 50; n += 1) writeFileSync(join(artifactsFolder(run), `shot-${n}.png`), 'x');
  await keepList(run, await listed(run, new Map()));

  const project = task.config.project;
  const old = `#${failed - 35 * 1000}`;
  const asked: Record<string, (insights: Insights) => unknown> = {
    'flaky tests of a project, 30 runs': (insights) => insights.getFlaky({ project, runs: 30 }),
    'flaky tests of a project, 500 runs': (insights) => insights.getFlaky({ project, runs: 500 }),
    'trends and slowest tests of a suite': (insights) => insights.getTrends({ project, category: 'e2e', environment: 'staging', days: 30 }),
    'trends and slowest tests of a project, 30 days': (insights) => insights.getTrends({ project, days: 30 }),
    'trends and slowest tests of a project, a year': (insights) => insights.getTrends({ project, days: 365 }),
    'a run beside the one before': (insights) => insights.compareRuns({ task: task.id }),
    'a run beside an old one': (insights) => insights.compareRuns({ task: task.id, other: old }),
    'how failed tests did before': (insights) => insights.getTestStrips({ task: task.id }),
    'causes of failures of a run': (insights) => insights.getCauses({ task: task.id }),
    'artifacts of a run': () => readArtifacts(run),
    'export of a run': async () => exportResult({ task, report: await readKeptReport(run) }, 'junit'),
    'projects that were used last': () => store.projects(20),
    'a task by its number': () => store.find(`#${RUNS / 2}`),
  };
  const figures: Figure[] = [];
  const holds: number[] = [];
  for (const [name, ask] of Object.entries(asked)) {
    const [first, again]: [number[], number[]] = [[], []];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const insights = new Insights(database, store, paths); // one that remembers no answer
      for (const times of [first, again]) {
        const { ms, hold } = await held(async () => ask(insights));
        times.push(ms);
        holds.push(hold);
      }
    }
    figures.push(figure(`${name} of 100,000 runs, first asked`, 'ms', first), figure(`${name} of 100,000 runs, asked again`, 'ms', again));
  }
  return [...figures, figure('longest hold of the thread while these were made, CPU', 'ms', holds)];
}

/** Half of the runs are too old, as foreseen; then 1000 of them go. */
async function pruneFigures(store: TaskStore, paths: HomePaths): Promise<Figure[]> {
  const keeping = (kept: number) =>
    new Retention(store, paths, { keepDays: (Date.now() - END) / DAY + (kept * MINUTE) / DAY, keepRuns: 1e6, keepDiskMb: 1e6 });
  const first = await held(() => keeping(RUNS / 2).prune({ dryRun: true })); // measures all folders
  const foreseen = await held(() => keeping(RUNS / 2).prune({ dryRun: true }));
  const gone = await held(() => keeping(RUNS - PRUNED).prune({ dryRun: false }));
  return [
    figure(`prune --dry-run of 100,000 runs, folders measured for the first time`, 'ms', [first.ms]),
    figure('longest hold of the thread meanwhile, CPU', 'ms', [first.hold]),
    figure(`prune --dry-run of 100,000 runs`, 'ms', [foreseen.ms]),
    figure('longest hold of the thread meanwhile, CPU', 'ms', [foreseen.hold]),
    figure(`prune of ${PRUNED} of 100,000 runs`, 'ms', [gone.ms]),
    figure('longest hold of the thread meanwhile, CPU', 'ms', [gone.hold]),
  ];
}

/**
 * How long it took, and the longest time for which other work had to wait, in ms: of the thread's own CPU time, which is the same however much
 * else the machine does.
 */
async function held(work: () => Promise<unknown>): Promise<{ ms: number; hold: number }> {
  let hold = 0;
  let last = process.threadCpuUsage();
  let goesOn = true;
  const look = () => {
    const { user, system } = process.threadCpuUsage(last);
    hold = Math.max(hold, (user + system) / 1000);
    last = process.threadCpuUsage();
    if (goesOn) setImmediate(look);
  };
  setImmediate(look);
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  look();
  goesOn = false;
  return { ms, hold };
}
