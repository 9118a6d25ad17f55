import { expect, test } from 'vitest';
import { cronWords } from './cron-words.ts';

test('the usual patterns are said in words', () => {
  expect(cronWords('0 3 * * *')).toBe('every day at 3:00');
  expect(cronWords(' 5  22 * * 1-5 ')).toBe('weekdays at 22:05');
  expect(cronWords('30 9 * * mon')).toBe('Mondays at 9:30');
  expect(cronWords('0 0 * * 7')).toBe('Sundays at 0:00');
  expect(cronWords('0 8 * * SAT,SUN')).toBe('weekends at 8:00');
  expect(cronWords('*/15 * * * *')).toBe('every 15 min');
  expect(cronWords('5 * * * *')).toBe('every hour at :05');
  expect(cronWords('* * * * *')).toBe('every minute');
});

test('of any other pattern nothing is claimed', () => {
  for (const pattern of ['0 3 1 * *', '0 3 * 6 *', '0 */2 * * *', '*/15 * * * 1', '0 3 * * 1#2', '0 3 * * 9', '0 0 3 * * *', '', 'soon'])
    expect(cronWords(pattern), pattern).toBe(null);
});
