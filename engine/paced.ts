import { setImmediate as nextTurn } from 'node:timers/promises';

/** The same items; after each `most` of them the host does its other work. */
export async function* paced<T>(items: Iterable<T>, most: number): AsyncGenerator<T> {
  let left = most;
  for (const item of items) {
    yield item;
    left -= 1;
    if (left > 0) continue;
    await nextTurn();
    left = most;
  }
}
