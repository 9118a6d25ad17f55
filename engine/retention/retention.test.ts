import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { readArtifacts } from '../artifacts/artifacts.ts';
import { attemptFolder, type HomePaths, openHome, taskFolder } from '../home.ts';
import { Insights } from '../insights/insights.ts';
import { readLogPiece } from '../log-file.ts';
import { ctrfReport } from '../reports/ctrf.ts';
import { keepReport, keptTests, readTests } from '../reports/kept-report.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { TaskStore } from '../store/tasks.ts';
import { aSuite } from '../testing/a-suite.ts';
import { Retention } from './retention.ts';

const RUNS = 60;
const DAY = 86_400_000;
const NOW = Date.now();

let folder: string;
let paths: HomePaths;
let database: Database;
let store: TaskStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-retention-'));
  paths = openHome(folder);
  database = openDatabase(paths.database);
  database.sql.exec('PRAGMA synchronous = OFF');
  store = new TaskStore(database, () => {});
});
afterEach(() => {
  database.close();
  rmSync(paths.sockets, { recursive: true, force: true });
  rmSync(folder, { recursive: true });
});

/** A run that ended so many days ago, with a log, a picture and a report of a passed and a failed test. */
async function aRun(number: number, daysAgo: number): Promise<string> {
  const id = `task_${String(number).padStart(12, '0')}`;
  const run = attemptFolder(paths, id, 1);
  mkdirSync(join(run, 'artifacts'), { recursive: true });
  writeFileSync(join(run, 'output.log'), 'said\n');
  writeFileSync(join(run, 'artifacts/till.png'), 'x');
  const tests = (['passed', 'failed'] as const).map((status) => ({ name: status, status, duration: 1 }));
  await keepReport(run, ctrfReport({ name: 'test' }, tests, 0, 1));
  const task = store.add(aTask({ id, state: { status: 'queued', queuedAt: 1 } }), aSuite(), `request ${number}`);
  const kept = await store.history.keepTests(task, 1, keptTests(run));
  const endedAt = NOW - daysAgo * DAY;
  const state = { status: 'completed', queuedAt: 1, startingAt: 1, startedAt: 1, endedAt } as const;
  const end = { cause: 'exited', exitCode: 1, signal: null, message: null, survivors: [], notChecked: [] } as const;
  const attempts = [anAttempt({ end: { ...end, survivors: [], notChecked: [] } })];
  store.update(id, 'ended', (current) => ({ ...current, state, attempts, decidedBy: 1, verdict: 'failed' }), kept);
  return id;
}

const retention = () => new Retention(store, paths, { keepDays: 90, keepRuns: 1000, keepDiskMb: 1000 });

test('while runs go, whoever reads a page, tests, a log, artifacts or a comparison gets them, or a sentence', async () => {
  const ids: string[] = [];
  for (let n = 1; n <= RUNS; n += 1) ids.push(await aRun(n, n < RUNS ? 100 : 1));
  const insights = new Insights(database, store, paths);
  let goesOn = true;
  const answers = new Set<string>();
  const read = async (id: string) => {
    const page = (await store.endedSoon({ limit: RUNS })).tasks.map((task) => task.id);
    expect(page).toEqual(ids.filter((one) => store.known(one) !== null).reverse());
    const run = attemptFolder(paths, id, 1);
    const there = existsSync(run);
    // What is read is whole, or is gone by now.
    const gone = () => !existsSync(run);
    const tests = await readTests(run);
    expect(tests.length === 2 || (tests.length === 0 && gone())).toBe(true);
    const { text } = await readLogPiece(run, 0, true, 100);
    expect(text === 'said\n' || (text === '' && gone())).toBe(true);
    const artifacts = await readArtifacts(run);
    expect(artifacts.length === 1 || gone()).toBe(true);
    answers.add(there ? 'there' : 'gone');
    for (const ask of [() => insights.compareRuns({ task: id }), () => insights.getCauses({ task: id })]) {
      try {
        await ask();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.message).toMatch(/^There is no task |^#\d+ has no tests/);
        answers.add('a sentence');
      }
    }
  };
  await read(ids[0] ?? '');
  const pruned = retention()
    .prune({ dryRun: false })
    .finally(() => {
      goesOn = false;
    });
  for (let n = 0; goesOn; n += 1) await read(ids[n % RUNS] ?? '');
  expect(await pruned).toMatchObject({ total: RUNS - 1 });
  await read(ids[0] ?? '');
  expect(answers).toEqual(new Set(['there', 'gone', 'a sentence']));
  expect(store.ended({ limit: RUNS }).tasks.map(({ id }) => id)).toEqual(ids.slice(-1));
  expect(database.sql.prepare('SELECT DISTINCT task FROM test_runs').all()).toEqual([{ task: RUNS }]);
  expect(database.sql.prepare('SELECT count(*) AS n FROM requests').get()).toEqual({ n: 1 });
});

test('what is foreseen is what goes; a pass that a closing host breaks off is finished by the next', async () => {
  const ids: string[] = [];
  for (let n = 1; n <= RUNS; n += 1) ids.push(await aRun(n, n < RUNS ? 100 : 1));
  const foreseen = await retention().prune({ dryRun: true });
  expect(foreseen.total).toBe(RUNS - 1);
  expect(foreseen.pruned.map(({ taskId }) => taskId)).toEqual(ids.slice(0, -1));
  const first = retention();
  const broken = first.prune({ dryRun: false });
  while (existsSync(taskFolder(paths, ids[0] ?? ''))) await new Promise(setImmediate);
  await first.close();
  const { total } = await broken;
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThan(RUNS - 1);
  const rest = await retention().prune({ dryRun: false });
  expect(total + rest.total).toBe(RUNS - 1);
  expect(database.sql.prepare('SELECT DISTINCT task FROM test_runs').all()).toEqual([{ task: RUNS }]);
});
