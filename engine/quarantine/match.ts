import type { QuarantineEntry } from '../../contract/insights.ts';
import { titleOf } from '../reports/ctrf.ts';

/** What a test is called. */
export interface NamedTest {
  name: string;
  /** Outer first: file, describe blocks. */
  suite: readonly string[];
  file: string | null;
}

const SEPARATOR = ' › ';
const oneSpace = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Does the entry mean this test: by its title, or by the whole end of it from a `›` on, and by its file where it names one? */
export const matches = (entry: Pick<QuarantineEntry, 'test' | 'file'>, test: NamedTest): boolean => matcherOf([entry])(test).length > 0;

/** Finds the entries that mean a test. What is compared is made once of each entry and of each test, because there may be many of both. */
export function matcherOf<E extends Pick<QuarantineEntry, 'test' | 'file'>>(entries: readonly E[]): (test: NamedTest) => E[] {
  const known = entries.map((entry) => ({ entry, file: entry.file, wanted: oneSpace(entry.test) }));
  return ({ name, suite, file: own }) => {
    if (known.length === 0) return [];
    const whole = oneSpace([...suite, name].join(SEPARATOR));
    const title = oneSpace(titleOf({ name, suite: [...suite], filePath: own ?? undefined }));
    return known
      .filter(({ file }) => !file || file === own)
      .filter(({ wanted }) => whole === wanted || title === wanted || (whole.endsWith(wanted) && whole.endsWith(SEPARATOR + wanted)))
      .map(({ entry }) => entry);
  };
}

/** The last moment of a day on this machine's calendar, in UTC ms. */
export function endOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).getTime() - 1;
}

export const isExpired = ({ until }: Pick<QuarantineEntry, 'until'>, now: number): boolean => endOf(until) < now;
