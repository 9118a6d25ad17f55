import { expect, test } from 'vitest';
import { Memo } from './memo.ts';

test('an answer is made once until the runs change or a minute is over, for each question', async () => {
  let version = 1;
  let made = 0;
  const memo = new Memo<number>(() => version);
  const ask = (key: string, now: number) => memo.get(key, async () => ++made, now);
  expect(await Promise.all([ask('a', 0), ask('a', 0), ask('b', 0)])).toEqual([1, 1, 2]);
  expect(await ask('a', 59_999)).toBe(1);
  expect(await ask('a', 60_000)).toBe(3);
  version = 2;
  expect(await ask('a', 60_001)).toBe(4);
  expect(await ask('a', 0)).toBe(5); // a clock that was set back
});

test('a failure is not remembered, and old questions are forgotten', async () => {
  const memo = new Memo<number>(() => 1);
  await expect(memo.get('a', () => Promise.reject(new Error('no')), 0)).rejects.toThrow('no');
  expect(await memo.get('a', async () => 1, 0)).toBe(1);
  for (let n = 0; n < 20; n += 1) await memo.get(`other ${n}`, async () => n, 0);
  expect(await memo.get('a', async () => 2, 0)).toBe(2);
});
