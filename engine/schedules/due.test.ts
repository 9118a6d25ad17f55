import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCron, dueOf, MISSED_AFTER_MS } from './due.ts';

const at = (time: string) => new Date(`2026-11-25T${time}`).getTime(); // the clock of this machine, as the patterns mean it
const DAY_MS = 86_400_000;
const NIGHTLY = '0 3 * * *';

test('a run is queued at its time, and not a second time', () => {
  const due = dueOf(NIGHTLY, 'run', at('02:00:00'), at('03:00:00'));
  expect(due).toEqual({ run: at('03:00:00'), doneUntil: at('03:00:00'), nextAt: at('03:00:00') + DAY_MS });
  expect(dueOf(NIGHTLY, 'run', due.doneUntil, at('03:00:01'))).toMatchObject({ run: null, doneUntil: due.doneUntil });
});

test('before its time nothing is due', () => {
  expect(dueOf(NIGHTLY, 'run', at('02:00:00'), at('02:59:59'))).toEqual({ run: null, doneUntil: at('02:00:00'), nextAt: at('03:00:00') });
});

test('of many runs that were missed one is made up for', () => {
  const now = at('12:00:00');
  const due = dueOf(NIGHTLY, 'run', now - 30 * DAY_MS, now);
  expect(due).toMatchObject({ run: at('03:00:00'), doneUntil: at('03:00:00') });
});

test('where missed runs are to be skipped they are dealt with all the same', () => {
  const now = at('12:00:00');
  const due = dueOf(NIGHTLY, 'skip', now - 30 * DAY_MS, now);
  expect(due).toMatchObject({ run: null, doneUntil: at('03:00:00') });
});

test('a run that is a little late was not missed', () => {
  const now = at('03:00:00') + MISSED_AFTER_MS;
  expect(dueOf(NIGHTLY, 'skip', at('02:00:00'), now).run).toBe(at('03:00:00'));
  expect(dueOf(NIGHTLY, 'skip', at('02:00:00'), now + 1).run).toBeNull();
});

test('a clock that is set back does not queue again what was queued', () => {
  expect(dueOf(NIGHTLY, 'run', at('03:00:00'), at('01:00:00'))).toMatchObject({
    run: null,
    doneUntil: at('03:00:00'),
    nextAt: at('03:00:00'),
  });
});

test('however often and whenever it is looked at, each time is queued once at most and the last one never forgotten', () => {
  const looks = fc.array(fc.integer({ min: 1, max: 3 * 60 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom('*/7 * * * *', '0 * * * *', '30 2,14 * * *'), looks, (pattern, minutes) => {
      let now = at('00:00:30');
      let doneUntil = now;
      const runs: number[] = [];
      for (const pause of minutes) {
        now += pause * 60_000;
        const due = dueOf(pattern, 'run', doneUntil, now);
        if (due.run !== null) runs.push(due.run);
        expect(due.nextAt).toBeGreaterThan(now);
        expect(due.doneUntil).toBeGreaterThanOrEqual(doneUntil);
        doneUntil = due.doneUntil;
        // Nothing that came since is left.
        expect(dueOf(pattern, 'run', doneUntil, now).run).toBeNull();
      }
      expect(runs).toEqual([...new Set(runs)].sort((a, b) => a - b));
      expect(runs.every((run) => run <= now)).toBe(true);
    }),
  );
});

describe('a pattern that is none is refused with a sentence', () => {
  test.each([
    ['', 'five fields'],
    ['0 3 * *', 'five fields'],
    ['0 0 3 * * *', 'five fields'],
    ['61 * * * *', 'Invalid value for minute: 61'],
    ['a b c d e', 'illegal characters'],
    ['0 0 30 2 *', 'no such time comes any more'],
    ['@reboot', 'five fields'],
  ])('%s', (pattern, why) => {
    expect(() => checkCron(pattern, at('00:00:00'))).toThrow(why);
    expect(() => checkCron(pattern, at('00:00:00'))).toThrow(`cron is ${JSON.stringify(pattern)}`);
  });

  test.each(['0 3 * * *', '*/15 8-18 * * MON-FRI', '@daily', '@HOURLY', '0 0 1,15 JAN-MAR *'])('%s is one', (pattern) => {
    expect(() => checkCron(pattern, at('00:00:00'))).not.toThrow();
  });
});
