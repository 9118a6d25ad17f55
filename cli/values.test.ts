import { expect, test } from 'vitest';
import { listOf, momentOf } from './values.ts';

const NOW = Date.UTC(2026, 10, 25, 12);
const since = momentOf('--since', 'begins', () => NOW);
const until = momentOf('--until', 'ends', () => NOW);

test('a moment is a time ago, a day of this time zone, or a date with its own', () => {
  expect(since('24h')).toBe(NOW - 86_400_000);
  expect(since(' 90min ')).toBe(NOW - 5_400_000);
  expect(since('1.5d')).toBe(NOW - 129_600_000);
  expect(since('2026-11-01')).toBe(new Date(2026, 10, 1).getTime());
  expect(until('2026-11-01')).toBe(new Date(2026, 10, 2).getTime() - 1);
  expect(since('2026-11-01T14:30Z')).toBe(Date.UTC(2026, 10, 1, 14, 30));
  expect(since('2026-11-01T14:30')).toBe(new Date(2026, 10, 1, 14, 30).getTime());
});

test('what is no moment is refused with the flag, the value and what is allowed', () => {
  for (const wrong of ['', 'yesterday', '24', '-1h', '2026-02-31', '2026-13-01', '2026-11', '1 Nov 2026', '99999999h'])
    expect(() => since(wrong)).toThrow(`--since is ${JSON.stringify(wrong)}: it must be a time ago such as 24h`);
});

test('verdicts are a list of known words', () => {
  const verdicts = listOf('--verdict', ['passed', 'failed', 'none']);
  expect(verdicts('failed, NONE')).toEqual(['failed', 'none']);
  expect(() => verdicts('failed,red')).toThrow('--verdict is "red": it must be passed, failed or none');
});
