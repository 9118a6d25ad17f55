/** Edits (insert, delete, replace, swap of neighbours) between two texts; the "optimal string alignment" distance. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

const MIN_PART = 3;
const fold = (name: string) => name.toLowerCase().replace(/[-. ]/g, '_');

/** Nothing of a one-letter name is left after one edit. Lengths are compared first, so that a huge text costs nothing. */
function editsIfNear(a: string, b: string): number | null {
  const longer = Math.max(a.length, b.length);
  const allowed = longer < 2 ? 0 : Math.max(1, Math.floor(longer / 3));
  if (Math.abs(a.length - b.length) > allowed) return null;
  const distance = editDistance(a, b);
  return distance <= allowed ? distance : null;
}

/**
 * The known name that was most likely meant: the one with the fewest edits, if they are at most a third of its letters;
 * else the only one that contains what was given ("perf" → "performance") or has a part near to it ("timout" →
 * "timeout_minutes"); else null. Case and `-`/`_` do not count.
 */
export function nearestName(given: string, known: Iterable<string>): string | null {
  const names = Array.from(known);
  const wanted = fold(given);
  let nearest: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const edits = editsIfNear(wanted, fold(name));
    if (edits !== null && edits < fewest) {
      nearest = name;
      fewest = edits;
    }
  }
  if (nearest !== null || wanted.length < MIN_PART) return nearest;
  const isPart = (part: string) => part.length >= MIN_PART && editsIfNear(wanted, part) !== null;
  const similar = names.filter((name) => fold(name).includes(wanted) || fold(name).split('_').some(isPart));
  return similar.length === 1 ? (similar[0] ?? null) : null;
}
