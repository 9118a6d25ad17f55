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
  const environments = [...new Set(runs.map(({ environment }) => environment))];
  for (const environment of environments) {
    const isThere = (run: SeenTest) => run.environment === environment;
    const hits = flakes.filter(isThere).length;
    if (!isPattern(runs, flakes, isThere, environments.length)) continue;
    return hits === flakes.length ? `only in ${environment}` : `${hits} of ${flakes.length} in ${environment}`;
  }
  return null;
}

function timeOf(runs: readonly SeenTest[], flakes: readonly Flake[]): string | null {
  const looks = WIDTHS.length * 24;
  for (const width of WIDTHS) {
    let best: { from: number; hits: number } | null = null;
    for (let from = 0; from < 24; from += 1) {
      const isThen = ({ endedAt }: SeenTest) => (new Date(endedAt).getHours() - from + 24) % 24 < width;
      const hits = flakes.filter(isThen).length;
      if (hits > (best?.hits ?? 0) && isPattern(runs, flakes, isThen, looks)) best = { from, hits };
    }
    if (best) return `${best.hits} of ${flakes.length} between ${clock(best.from)} and ${clock(best.from + width)}`;
  }
  return null;
}

function isPattern(runs: readonly SeenTest[], flakes: readonly Flake[], holds: (run: SeenTest) => boolean, looks: number): boolean {
  const hits = flakes.filter(holds).length;
  if (hits < MOST_OF_THEM * flakes.length) return false;
  const chance = chanceOf({ hits, drawn: flakes.length, marked: runs.filter(holds).length, total: runs.length });
  return chance * looks < CHANCE;
}

const clock = (hour: number) => `${String(hour % 24).padStart(2, '0')}:00`;
