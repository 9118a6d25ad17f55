import type { FailureGroup } from '../../contract/insights.ts';
import { firstLineOf, isOfTheSystem, normalise } from './normalise.ts';
import { ownFrame } from './own-frame.ts';

/** Titles that a group names. */
const MOST_TITLES = 20;

/** A failed test, or an error outside of tests. */
export interface Failure {
  title: string;
  message: string | null;
  trace: string | null;
}

interface Group {
  count: number;
  titles: string[];
  /** Places in the order in which the failures were added. */
  places: number[];
  /** The lines as they were, with how often. */
  lines: Map<string, number>;
  frames: Map<string | null, number>;
}

/**
 * Failures by their cause. Equal causes have equal first lines but for numbers, ids, times and paths, and come from the same file of the
 * project; what the system or the network says is one cause wherever it is said.
 */
export class Causes {
  readonly #projectRoot: string;
  readonly #groups = new Map<string, Group>();
  readonly #normalised = new Map<string, string>();
  #added = 0;

  constructor(projectRoot: string) {
    this.#projectRoot = projectRoot;
  }

  add({ title, message, trace }: Failure): void {
    const line = firstLineOf(message ?? '') || firstLineOf(trace ?? '') || 'no message';
    const frame = ownFrame(trace, this.#projectRoot) ?? ownFrame(message, this.#projectRoot);
    const file = isOfTheSystem(line) ? '' : (frame?.replace(/:\d+$/, '') ?? '');
    const key = `${this.#normalise(line)}\n${normalise(file)}`;
    const group: Group = this.#groups.get(key) ?? { count: 0, titles: [], places: [], lines: new Map(), frames: new Map() };
    this.#groups.set(key, group);
    group.count += 1;
    group.places.push(this.#added++);
    if (group.titles.length < MOST_TITLES) group.titles.push(title);
    group.lines.set(line, (group.lines.get(line) ?? 0) + 1);
    group.frames.set(frame, (group.frames.get(frame) ?? 0) + 1);
  }

  /** The largest first; of equal ones, the one that was seen first. */
  groups(most = Number.POSITIVE_INFINITY): FailureGroup[] {
    return this.groupsInFull(most).map(({ failures: _, ...group }) => group);
  }

  /** The same, with all failures of each group: as places in the order in which they were added. */
  groupsInFull(most = Number.POSITIVE_INFINITY): (FailureGroup & { failures: number[] })[] {
    return [...this.#groups.values()]
      .sort((a, b) => b.count - a.count)
      .slice(0, most)
      .map(({ count, titles, places, lines, frames }) => ({
        message: commonest(lines) ?? '',
        frame: commonest(frames),
        count,
        tests: titles,
        failures: places,
      }));
  }

  #normalise(line: string): string {
    const known = this.#normalised.get(line);
    if (known !== undefined) return known;
    const text = normalise(line);
    this.#normalised.set(line, text);
    return text;
  }
}

function commonest<T>(counted: ReadonlyMap<T, number>): T | null {
  return [...counted].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
