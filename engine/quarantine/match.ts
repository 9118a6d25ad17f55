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
export function matches({ test, file }: Pick<QuarantineEntry, 'test' | 'file'>, { name, suite, file: own }: NamedTest): boolean {
  if (file && file !== own) return false;
  const wanted = oneSpace(test);
  const whole = oneSpace([...suite, name].join(SEPARATOR));
  return (
    whole === wanted ||
    whole.endsWith(SEPARATOR + wanted) ||
    oneSpace(titleOf({ name, suite: [...suite], filePath: own ?? undefined })) === wanted
  );
}

/** The last moment of a day on this machine's calendar, in UTC ms. */
export function endOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + 1).getTime() - 1;
}

export const isExpired = ({ until }: Pick<QuarantineEntry, 'until'>, now: number): boolean => endOf(until) < now;
