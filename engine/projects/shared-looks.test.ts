import { expect, test } from 'vitest';
import { SharedLooks } from './shared-looks.ts';

/** Looks that end when the test says so, each with its number. */
function numbered() {
  const looks = new SharedLooks<number>();
  const begun: PromiseWithResolvers<number>[] = [];
  const ask = (key = 'shop') =>
    looks.ask(key, () => {
      const look = Promise.withResolvers<number>();
      begun.push(look);
      return look.promise;
    });
  const end = (number: number) => begun[number - 1]?.resolve(number);
  return { ask, begun, end };
}

test('who asks while one look is at work shares the next one, which began after everybody had asked', async () => {
  const { ask, begun, end } = numbered();
  const first = ask();
  const others = [ask(), ask(), ask()];
  expect(begun).toHaveLength(1);
  end(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  const late = ask();
  end(2);
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  end(3);
  expect(await late).toBe(3);
  expect(begun).toHaveLength(3);
});

test('a look that fails keeps nobody from the next, and other keys wait for none', async () => {
  const { ask, begun, end } = numbered();
  const first = ask();
  const second = ask();
  const other = ask('docs');
  begun[0]?.reject(new Error('broken'));
  await expect(first).rejects.toThrow('broken');
  end(2);
  expect(await other).toBe(2);
  end(3);
  expect(await second).toBe(3);
  const alone = ask();
  end(4);
  expect(await alone).toBe(4);
});
