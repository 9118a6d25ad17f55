import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginWatch, look, type Overrun, ranUntil, type TimeLimits, type Watch } from './watchdog.ts';

/** Between two looks: how much later than meant the second one is, and whether there was output. */
interface Step {
  late: number;
  heard: boolean;
}

const START = 1_000_000;
const span = (max: number) => fc.integer({ min: 0, max });
/** A look comes a little late on a busy machine. */
const busy: fc.Arbitrary<Step> = fc.record({ late: span(4000), heard: fc.boolean() });
/** The watchdog's process was stopped, or its machine asleep. */
const lost: fc.Arbitrary<Step> = fc.record({ late: fc.integer({ min: 5001, max: 1e9 }), heard: fc.constant(false) });
const limits: fc.Arbitrary<TimeLimits> = fc.record({
  timeoutMs: fc.integer({ min: 1, max: 60_000 }),
  noOutputMs: fc.option(fc.integer({ min: 1, max: 60_000 })),
});

function follow(given: TimeLimits, steps: readonly Step[]): { watch: Watch; now: number; ends: { overrun: Overrun; at: number }[] } {
  let watch = beginWatch(given, START);
  let now = START;
  const ends: { overrun: Overrun; at: number }[] = [];
  for (const { late, heard } of steps) {
    now = watch.dueAt + late;
    const before = watch.overrun;
    watch = look(given, watch, now, heard);
    if (watch.overrun !== null && watch.overrun !== before) ends.push({ overrun: watch.overrun, at: now });
  }
  return { watch, now, ends };
}

test('nothing is ended before its time, and the first reason stays the reason', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.oneof(busy, lost), { maxLength: 200 }), (given, steps) => {
      const { ends, watch } = follow(given, steps);
      expect(ends.length).toBeLessThanOrEqual(1);
      expect(watch.overrun).toBe(ends[0]?.overrun ?? null);
      for (const { overrun, at } of ends) {
        const limit = overrun === 'timeout' ? given.timeoutMs : given.noOutputMs;
        expect(at - START).toBeGreaterThanOrEqual(limit ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});

test('an attempt ends at the first look after its timeout, whatever it prints', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), fc.array(busy, { minLength: 100, maxLength: 100 }), (timeoutMs, steps) => {
      const { ends } = follow({ timeoutMs, noOutputMs: null }, steps);
      expect(ends).toEqual([{ overrun: 'timeout', at: expect.any(Number) }]);
      const ran = (ends[0]?.at ?? 0) - START;
      expect(ran).toBeGreaterThanOrEqual(timeoutMs);
      expect(ran).toBeLessThanOrEqual(timeoutMs + 4000);
    }),
  );
});

test('silence ends an attempt when there was no output for the whole time, and output gives it all of that time anew', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.array(busy, { maxLength: 100 }), (noOutputMs, steps) => {
      const given = { timeoutMs: 1e9, noOutputMs };
      let watch = beginWatch(given, START);
      let lastHeard = START;
      for (const { late, heard } of steps) {
        const now = watch.dueAt + late;
        if (heard) lastHeard = now;
        watch = look(given, watch, now, heard);
        expect(watch.overrun).toBe(now - lastHeard >= noOutputMs ? 'no_output' : null);
        if (watch.overrun !== null) break;
      }
    }),
  );
});

test('time in which the watchdog could not look is neither running time nor silence', () => {
  fc.assert(
    fc.property(limits, fc.array(fc.tuple(fc.array(lost, { maxLength: 2 }), busy), { maxLength: 60 }), (given, steps) => {
      // A look that comes far too late counts as one that came in time.
      const lostSteps = steps.flatMap(([gaps, step]) => [...gaps, step]);
      const inTime = steps.flatMap(([gaps, step]) => [...gaps.map((gap) => ({ ...gap, late: 0 })), step]);
      const [withGaps, without] = [follow(given, lostSteps).watch, follow(given, inTime).watch];
      const { ranMs, silentMs, overrun } = without;
      expect(withGaps).toMatchObject({ ranMs, silentMs, overrun });
    }),
  );
});

test('the running time is told between two looks, too, and never goes back', () => {
  fc.assert(
    fc.property(limits, fc.array(busy, { maxLength: 50 }), span(4000), (given, steps, more) => {
      const { watch, now } = follow(given, steps);
      expect(ranUntil(watch, now)).toBe(now - START);
      expect(ranUntil(watch, now + more)).toBe(now - START + more);
      expect(ranUntil(watch, now - 1)).toBe(now - START);
    }),
  );
});
