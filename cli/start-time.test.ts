import { expect, test } from 'vitest';
import { TaskConfig } from '../contract/task.ts';
import { startTimeOf } from './start-time.ts';

const NOW = new Date(2026, 4, 12, 14, 30, 20).getTime();
const at = startTimeOf('--at', NOW);

test('a span, the next such time of the clock, or RFC 3339', () => {
  expect([at('+90m'), at('+2h'), at('+1.5h'), at('+1d')].map((time) => (time - NOW) / 60_000)).toEqual([90, 120, 90, 1440]);
  expect(at('14:31')).toBe(new Date(2026, 4, 12, 14, 31).getTime());
  expect(at('14:30')).toBe(new Date(2026, 4, 13, 14, 30).getTime());
  expect(at('3:05')).toBe(new Date(2026, 4, 13, 3, 5).getTime());
  expect(at('2026-05-12T03:00:00Z')).toBe(Date.UTC(2026, 4, 12, 3));
  expect(at('2026-05-12T03:00+02:00')).toBe(Date.UTC(2026, 4, 12, 1));
});

test('anything else is refused with the flag and what is allowed', () => {
  for (const wrong of [
    '',
    '25:00',
    '12:60',
    'tomorrow',
    '90',
    '+m',
    '+5',
    '-1h',
    '2026-05-12',
    '2026-05-12T03:00:00',
    '2026-13-01T00:00:00Z',
    '2026-02-30T10:00:00Z',
    '2027-02-29T10:00:00Z',
    '2026-04-00T10:00:00Z',
  ])
    expect(() => at(wrong), wrong).toThrow(`--at is ${JSON.stringify(wrong)}: it must be a time such as 14:30`);
});

test('a leap day and the last moment before the year 10000 can be asked for, nothing after it', () => {
  expect(at('2028-02-29T10:00:00Z')).toBe(Date.UTC(2028, 1, 29, 10));
  expect(TaskConfig.shape.startAt.parse(at('9999-12-31T23:59:59.999Z'))).toBe(Date.UTC(10_000, 0) - 1);
  for (const late of ['+3000000d', '+99999999999999999999d', '9999-12-31T23:59:59-05:00'])
    expect(() => at(late), late).toThrow(`--at is "${late}": it must be before the year 10000`);
});
