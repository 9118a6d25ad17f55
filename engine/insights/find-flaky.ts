import { setImmediate as nextTurn } from 'node:timers/promises';
import { FLAKY_RUNS, type FlakyTest } from '../../contract/insights.ts';
import { paced } from '../paced.ts';
import type { Position } from '../store/result-index.ts';
import type { ExitedRun, Runs, SuiteKey } from '../store/runs.ts';
import type { TestOutcomes, WrongOutcome } from '../store/test-outcomes.ts';
import { flakesOf, type SeenTest, stripOf } from './flakes.ts';
import { patternsOf } from './patterns.ts';

/** Runs of a suite that first sight and patterns are looked for in; fewer where many suites or tests are flaky. */
const MOST_RUNS = 1000;
const MOST_RUNS_OF_ALL = 3000;
const MOST_OUTCOMES = 6000;
const LEAST_RUNS = 50;
/** Flaky tests that are told of; who has more has another problem. */
const MOST_TESTS = 200;
const STRIP = 30;
/** Where more tests than this went wrong in one run, something else than its tests did. */
const MOST_WRONG = 2000;

/** Rows that are read in one go while the host does other work, and tests that are looked for in one go in the runs of one code. */
const MOST_READ = 2000;
const TESTS_AT_ONCE = 50;
const DESCRIBED_AT_ONCE = 2;

/** A flaky test with its name as reports have it. */
export type FoundTest = Omit<FlakyTest, 'quarantinedUntil'> & { name: string; suite: string[] };

/** Finds tests that gave both outcomes on the same code. */
export class FlakyFinder {
  readonly #runs: Runs;
  readonly #tests: TestOutcomes;

  constructor(runs: Runs, tests: TestOutcomes) {
    this.#runs = runs;
    this.#tests = tests;
  }

  /** Ids of a suite's tests that were flaky in the last `runs` before `before`, with how often. Looks at what failed alone. */
  async flakyIds(suite: number, { runs = FLAKY_RUNS, before }: { runs?: number; before?: Position } = {}): Promise<Map<number, number>> {
    const window = this.#runs.exited(suite, { limit: runs, before });
    const flakes = new Map<number, number>();
    const add = (test: number) => flakes.set(test, (flakes.get(test) ?? 0) + 1);
    const codes = new Map(window.map(({ number, code }) => [number, code]));
    const failedIn = new Map<string, Map<number, Set<number>>>();
    for await (const { task, test, outcome } of this.#wrongIn(suite, runs, before)) {
      const code = codes.get(task) ?? null;
      if (outcome === 'flaky') add(test);
      else if (code !== null)
        getOrAdd(
          getOrAdd(failedIn, code, () => new Map()),
          test,
          () => new Set<number>(),
        ).add(task);
    }
    const byCode = Map.groupBy(window, ({ code }) => code);
    for (const [code, tests] of failedIn) {
      const same = byCode.get(code) ?? [];
      for await (const [test, failed] of paced(tests, TESTS_AT_ONCE)) {
        const passedIn = ({ number }: ExitedRun) => !failed.has(number) && isPass(this.#tests.outcome(number, test));
        if (failed.size < same.length && same.some(passedIn)) for (const _ of failed) add(test);
      }
    }
    return flakes;
  }

  /** What went wrong in the last runs of a suite, but for those in which too much did. */
  async *#wrongIn(suite: number, limit: number, before: Position | undefined): AsyncGenerator<WrongOutcome> {
    let together: number[] = [];
    let rows = 0;
    for (const [number, wrong] of this.#runs.wrongIn(suite, { limit, before, most: MOST_WRONG + 1 })) {
      if (wrong > MOST_WRONG) continue;
      if (rows + wrong > MOST_READ) {
        yield* this.#tests.wrongInAny(together);
        await nextTurn();
        together = [];
        rows = 0;
      }
      together.push(number);
      rows += wrong;
    }
    yield* this.#tests.wrongInAny(together);
  }

  /** Flaky tests of these suites, the flakiest first. Suites of one category differ by environment alone. */
  async find(suites: readonly SuiteKey[], runs: number): Promise<FoundTest[]> {
    const found: { id: number; flakes: number; same: SuiteKey[] }[] = [];
    for (const same of Map.groupBy(suites, ({ category }) => category).values()) {
      // One test for all environments, named by the id that it has in the first.
      const ids = new Map<string, { id: number; flakes: number }>();
      for await (const suite of paced(same, 1)) {
        for (const [id, flakes] of await this.#flakiest(suite.id, runs)) {
          const key = this.#tests.keyOf(id);
          ids.set(key, { id, flakes: flakes + (ids.get(key)?.flakes ?? 0) });
        }
      }
      for (const one of ids.values()) found.push({ ...one, same });
    }
    const told = found.sort((a, b) => b.flakes - a.flakes).slice(0, MOST_TESTS);
    const involved = new Set(told.flatMap(({ same }) => same)).size;
    const looks = told.reduce((sum, { same }) => sum + same.length, 0);
    const most = Math.min(MOST_RUNS, MOST_RUNS_OF_ALL / Math.max(1, involved), MOST_OUTCOMES / Math.max(1, looks));
    const limit = Math.max(LEAST_RUNS, runs, Math.floor(most));
    const runsOf = new Map<number, Map<number, ExitedRun>>();
    for (const { same } of told)
      for await (const { id } of paced(same, 1))
        getOrAdd(runsOf, id, () => new Map(this.#runs.exited(id, { limit }).map((run) => [run.number, run])));
    const described: FoundTest[] = [];
    for await (const { id, same } of paced(told, DESCRIBED_AT_ONCE)) {
      const test = this.#describe(id, same, runs, limit, runsOf);
      if (test) described.push(test);
    }
    return described.sort((a, b) => b.rate - a.rate || b.lastSeenAt - a.lastSeenAt);
  }

  async #flakiest(suite: number, runs: number): Promise<[number, number][]> {
    return [...(await this.flakyIds(suite, { runs }))].sort(([, a], [, b]) => b - a).slice(0, MOST_TESTS);
  }

  #describe(
    id: number,
    suites: readonly SuiteKey[],
    runs: number,
    limit: number,
    runsOf: ReadonlyMap<number, ReadonlyMap<number, ExitedRun>>,
  ): FoundTest | null {
    const seen: SeenTest[] = [];
    const recent = new Set<number>();
    for (const suite of suites) {
      const known = runsOf.get(suite.id) ?? new Map<number, ExitedRun>();
      for (const number of [...known.keys()].slice(0, runs)) recent.add(number);
      const own = this.#tests.inSuite(id, suite.id);
      if (own === null) continue;
      for (const { task, outcome } of this.#tests.newest(own, { limit })) {
        const run = known.get(task);
        if (run && outcome !== 'skipped')
          seen.push({ number: task, endedAt: run.endedAt, environment: suite.environment, code: run.code, outcome });
      }
    }
    seen.sort((a, b) => a.endedAt - b.endedAt || a.number - b.number);
    const flakes = flakesOf(seen);
    const lately = flakes.filter(({ number }) => recent.has(number));
    const [first] = flakes;
    const last = flakes.at(-1);
    if (!first || !last || lately.length === 0) return null;
    const environments = [...new Set(lately.map(({ environment }) => environment))];
    const there = seen.filter(({ environment }) => environments.includes(environment));
    const ran = there.filter(({ number }) => recent.has(number)).length;
    return {
      ...this.#tests.test(id),
      category: suites[0]?.category ?? '',
      environments,
      rate: lately.length / ran,
      flakes: lately.length,
      runs: ran,
      withinRuns: lately.filter(({ isWithin }) => isWithin).length,
      betweenRuns: lately.filter(({ isWithin }) => !isWithin).length,
      firstSeenAt: first.endedAt,
      lastSeenAt: last.endedAt,
      firstSeenIn: first.number,
      lastSeenIn: last.number,
      patterns: patternsOf(seen, flakes),
      outcomes: stripOf(there, STRIP),
    };
  }
}

const isPass = (outcome: string | null) => outcome === 'passed' || outcome === 'flaky';

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
