import type { SlowerTest, SlowTest } from '../../contract/insights.ts';
import { paced } from '../paced.ts';
import type { FiguredRun } from '../store/runs.ts';
import type { TestOutcomes } from '../store/test-outcomes.ts';
import { isSlower, median } from './noise.ts';
import { percentile } from './suite-history.ts';

const MOST_TOLD = 10;
/** Runs whose longest tests are looked at, of those that are looked at at all. */
const SAMPLED_RUNS = 4;
const LONGEST_OF_EACH = 25;
const LAST_RUNS = 30;
/** How a test is now: the median of so many runs. */
const NOW_RUNS = 5;

/** A suite's slowest tests over its last runs, and those that got slower. `runs` are whole ones, the newest first. */
export async function slowTestsOf(
  runs: readonly FiguredRun[],
  suite: number,
  tests: TestOutcomes,
): Promise<{ slowest: SlowTest[]; slower: SlowerTest[] }> {
  const [last] = runs;
  if (!last) return { slowest: [], slower: [] };
  const step = Math.max(1, Math.floor(Math.min(runs.length, LAST_RUNS) / SAMPLED_RUNS));
  const sampled = runs
    .slice(0, LAST_RUNS)
    .filter((_, index) => index % step === 0)
    .slice(0, SAMPLED_RUNS);
  const long = new Set<number>();
  for await (const { number } of paced(sampled, 1)) for (const test of tests.longest(number, LONGEST_OF_EACH)) long.add(test);
  const before = runs.at(Math.min(runs.length, LAST_RUNS) - 1);
  const longer =
    before && before !== last
      ? (await tests.longer(last.number, { number: before.number, suite }, LONGEST_OF_EACH)).map(({ test }) => test)
      : [];
  const known = [...new Set([...long, ...longer])].map((test) => ({
    test,
    durations: tests.durationsBefore(test, last.number + 1, LAST_RUNS),
  }));
  const slowest = known
    .flatMap(({ test, durations }) => {
      const [durationP50Ms, durationP90Ms] = [percentile(durations, 0.5), percentile(durations, 0.9)];
      return durationP50Ms === null || durationP90Ms === null || !long.has(test)
        ? []
        : [{ test, durationP50Ms, durationP90Ms, runs: durations.length }];
    })
    .sort((a, b) => b.durationP50Ms - a.durationP50Ms);
  const slower = known
    .flatMap(({ test, durations }) => {
      const [now, earlier] = [durations.slice(0, NOW_RUNS), durations.slice(NOW_RUNS)];
      const [durationMs, usualMs] = [median(now), median(earlier)];
      return now.length < NOW_RUNS || durationMs === null || usualMs === null || !isSlower(durationMs, earlier)
        ? []
        : [{ test, durationMs, usualMs }];
    })
    .sort((a, b) => b.durationMs - b.usualMs - (a.durationMs - a.usualMs));
  const named = <T extends { test: number }>({ test, ...rest }: T) => {
    const { title, file, line, browser } = tests.test(test);
    return { title, file, line, browser, ...rest };
  };
  return { slowest: slowest.slice(0, MOST_TOLD).map(named), slower: slower.slice(0, MOST_TOLD).map(named) };
}
