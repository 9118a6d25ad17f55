import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aboutMinutes, ago, cores, count, dayName, duration, memory, shortDuration, timeAhead } from './units.ts';

const at = (text: string) => new Date(text).getTime();

test('a duration has minutes and two digits of seconds, and hours only when there are some', () => {
  expect(duration(0)).toBe('0:00');
  expect(duration(9_999)).toBe('0:09');
  expect(duration(24 * 60_000 + 18_000)).toBe('24:18');
  expect(duration(3_600_000 + 2 * 60_000 + 33_000)).toBe('1:02:33');
  expect(duration(-5)).toBe('0:00');
});

test('a duration never loses or adds a second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400_000 }), (seconds) => {
      const parts = duration(seconds * 1000)
        .split(':')
        .map(Number);
      expect(parts.reduce((sum, part) => sum * 60 + part, 0)).toBe(seconds);
    }),
  );
});

test('short durations choose their unit', () => {
  expect(shortDuration(12)).toBe('12 ms');
  expect(shortDuration(3400)).toBe('3.4 s');
  expect(shortDuration(59_990)).toBe('0:59');
  expect(shortDuration(65_000)).toBe('1:05');
});

test('the past is told in the coarsest unit that still says something', () => {
  const now = at('2026-05-12T15:00:00');
  expect(ago(now - 5000, now)).toBe('just now');
  expect(ago(now + 5000, now)).toBe('just now');
  expect(ago(at('2026-05-12T14:54:00'), now)).toBe('6 min ago');
  expect(ago(at('2026-05-12T12:00:00'), now)).toBe('3 h ago');
  expect(ago(at('2026-05-11T22:00:00'), now)).toBe('yesterday');
  expect(ago(at('2026-05-02T22:00:00'), now)).toBe('2 May');
  expect(ago(at('2025-12-31T22:00:00'), now)).toBe('31 Dec 2025');
});

test('a run of late yesterday is some hours ago just after midnight', () => {
  expect(ago(at('2026-05-11T23:00:00'), at('2026-05-12T01:30:00'))).toBe('2 h ago');
});

test('days have names', () => {
  const now = at('2026-05-12T00:30:00');
  expect(dayName(at('2026-05-12T00:01:00'), now)).toBe('Today');
  expect(dayName(at('2026-05-11T23:59:00'), now)).toBe('Yesterday');
  expect(dayName(at('2026-05-10T08:00:00'), now)).toBe('Sunday 10 May');
  expect(dayName(at('2025-05-10T08:00:00'), now)).toBe('Saturday 10 May 2025');
});

test('memory and cores have one decimal where it matters', () => {
  expect(memory(412.4)).toBe('412 MB');
  expect(memory(1945.6)).toBe('1.9 GB');
  expect(cores(140)).toBe('1.4');
});

test('one is not many', () => {
  expect(count(1, 'test')).toBe('1 test');
  expect(count(0, 'test')).toBe('0 tests');
  expect(count(2, 'match', 'matches')).toBe('2 matches');
});

test('a time ahead says as much of its day as is needed', () => {
  const now = new Date(2026, 4, 12, 14, 0).getTime(); // a Tuesday
  const at = (day: number, hour: number) => timeAhead(new Date(2026, 4, day, hour, 5).getTime(), now);
  expect([at(12, 22), at(13, 3), at(15, 3), at(30, 3)]).toEqual(['22:05', 'tomorrow 3:05', 'Fri 3:05', '30 May 3:05']);
});

test('an estimate is rounded to minutes', () => {
  expect([10_000, 29_999, 14 * 60_000 + 20_000, 120 * 60_000, 125 * 60_000].map(aboutMinutes)).toEqual([
    'under a minute',
    'under a minute',
    '14 min',
    '2 h',
    '2 h 5 min',
  ]);
});
