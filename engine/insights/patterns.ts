import { chanceOf } from './chance.ts';
import type { Flake, SeenTest } from './flakes.ts';

/** What is said may be chance once in so many cases, with all that was looked for taken into account (Bonferroni). */
const CHANCE = 0.05;
/** Less of the flakes is no pattern, however unlikely. */
const MOST_OF_THEM = 0.75;
/** Widths of the times of day that are looked at, in hours; each at every full hour. */
const WIDTHS = [2, 4, 6];

/**
 * What the flakes of a test have in common, as short sentences: an environment, a time of day on this machine's clock. Said only where
 * Fisher's exact test, against all runs of the test, calls it chance in less than 5 % of cases. `runs` are all runs in which it ran.
 */
export function patternsOf(runs: readonly SeenTest[], flakes: readonly Flake[]): string[] {
  return [environmentOf(runs, flakes), timeOf(runs, flakes)].filter((sentence) => sentence !== null);
}

function environmentOf(runs: readonly SeenTest[], flakes: readonly Flake[]): string | null {
  const all = countedBy(runs, ({ environment }) => environment);
  for (const [environment, hits] of countedBy(flakes, (flake) => flake.environment)) {
    const marked = all.get(environment) ?? 0;
    if (!isPattern({ hits, drawn: flakes.length, marked, total: runs.length }, all.size)) continue;
    return hits === flakes.length ? `only in ${environment}` : `${hits} of ${flakes.length} in ${environment}`;
  }
  return null;
}

function timeOf(runs: readonly SeenTest[], flakes: readonly Flake[]): string | null {
  const hourOf = ({ endedAt }: SeenTest) => new Date(endedAt).getHours();
  const [all, flaky] = [countedBy(runs, hourOf), countedBy(flakes, hourOf)];
  for (const width of WIDTHS) {
    const within = (counts: ReadonlyMap<number, number>, from: number) =>
      Array.from({ length: width }, (_, n) => counts.get((from + n) % 24) ?? 0).reduce((sum, count) => sum + count, 0);
    let best: { from: number; hits: number } | null = null;
    for (let from = 0; from < 24; from += 1) {
      const hits = within(flaky, from);
      const figures = { hits, drawn: flakes.length, marked: within(all, from), total: runs.length };
      if (hits > (best?.hits ?? 0) && isPattern(figures, WIDTHS.length * 24)) best = { from, hits };
    }
    if (best) return `${best.hits} of ${flakes.length} between ${clock(best.from)} and ${clock(best.from + width)}`;
  }
  return null;
}

/** `hits` of `drawn` flakes, where `marked` of `total` runs were there or then; one of so many `looks`. */
function isPattern(figures: { hits: number; drawn: number; marked: number; total: number }, looks: number): boolean {
  return figures.hits >= MOST_OF_THEM * figures.drawn && chanceOf(figures) * looks < CHANCE;
}

function countedBy<K>(tests: readonly SeenTest[], keyOf: (test: SeenTest) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const one of tests) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}

const clock = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
