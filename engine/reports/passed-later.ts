import type { TestCase } from '../../contract/result.ts';
import { titleOf } from './ctrf.ts';

/** As many titles as a task keeps. */
const MOST = 20;

/** A test that failed in an earlier attempt of the same code. */
export type FailedBefore = Pick<TestCase, 'name' | 'suite' | 'filePath' | 'message'>;

/**
 * Titles of tests that passed in the last of several attempts after they had failed: in it, or in one before. `last`: its tests in the order
 * of lists, which has passed ones at the end, so that they are read only where one of them may be meant.
 */
export async function passedLater(
  before: readonly FailedBefore[],
  last: AsyncIterable<readonly TestCase[]> | Iterable<readonly TestCase[]>,
): Promise<string[]> {
  const failed = new Set(before.map(keyOf));
  const titles = new Set<string>();
  for await (const piece of last) {
    for (const test of piece) {
      const isFlaky = test.status === 'flaky' || (test.status === 'passed' && failed.has(keyOf(test)));
      if (isFlaky && titles.size < MOST) titles.add(titleOf(test));
    }
    if (titles.size >= MOST || (failed.size === 0 && piece.at(-1)?.status === 'passed')) break;
  }
  return [...titles];
}

/** Equal for the same test of two attempts. */
export const keyOf = ({ filePath, suite, name }: Pick<TestCase, 'filePath' | 'suite' | 'name'>) => JSON.stringify([filePath, suite, name]);
