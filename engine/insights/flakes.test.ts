import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOf } from './chance.ts';
import { compareFailures } from './compare-failures.ts';
import { flakesOf, type SeenTest, stripOf } from './flakes.ts';
import { isSlower, median } from './noise.ts';
import { patternsOf } from './patterns.ts';

const HOUR = 3_600_000;
/** Midnight on this machine's clock. */
const MIDNIGHT = new Date(2026, 0, 5).getTime();

const seen = (number: number, rest: Partial<SeenTest> = {}): SeenTest => ({
  number,
  endedAt: MIDNIGHT + number * HOUR,
  environment: 'development',
  code: `code ${number}`,
  outcome: 'passed',
  ...rest,
});

describe('flakes', () => {
  test('a test that failed and passed on the same code was flaky where it failed', () => {
    const runs = [seen(1, { code: 'a', outcome: 'failed' }), seen(2, { code: 'a' }), seen(3, { code: 'b', outcome: 'failed' }), seen(4)];
    expect(flakesOf(runs).map(({ number, isWithin }) => [number, isWithin])).toEqual([[1, false]]);
  });

  test('a test that passed when it was tried again needs no other run', () => {
    expect(flakesOf([seen(1, { code: null, outcome: 'flaky' })])).toMatchObject([{ number: 1, isWithin: true }]);
  });

  test('neither other code, nor another environment, nor code that nobody knows proves anything', () => {
    const failed = seen(1, { code: 'a', outcome: 'failed' });
    expect(flakesOf([failed, seen(2, { code: 'b' })])).toEqual([]);
    expect(flakesOf([failed, seen(2, { code: 'a', environment: 'staging' })])).toEqual([]);
    expect(flakesOf([seen(1, { code: null, outcome: 'failed' }), seen(2, { code: null })])).toEqual([]);
    expect(flakesOf([failed, seen(2, { code: 'a', outcome: 'skipped' })])).toEqual([]);
  });

  test('a test with one outcome on each code is never flaky, and one that is flaky failed or was tried again', () => {
    const aRun = fc.record({
      code: fc.constantFrom('a', 'b', 'c', null),
      outcome: fc.constantFrom('passed', 'failed', 'flaky', 'skipped'),
    });
    fc.assert(
      fc.property(fc.array(aRun, { maxLength: 20 }), (runs) => {
        const tests = runs.map((run, number) => seen(number, run));
        for (const { outcome, code } of flakesOf(tests)) {
          if (outcome === 'flaky') continue;
          expect(outcome).toBe('failed');
          expect(tests.some((one) => one.code === code && (one.outcome === 'passed' || one.outcome === 'flaky'))).toBe(true);
        }
        const steady = tests.map((one) => ({ ...one, outcome: one.code === 'a' ? ('failed' as const) : ('passed' as const) }));
        expect(flakesOf(steady)).toEqual([]);
      }),
    );
  });

  test('a strip has the last outcomes, the oldest first', () => {
    expect(stripOf([seen(3, { outcome: 'failed' }), seen(1), seen(2, { outcome: 'flaky' })], 2)).toBe('kf');
  });
});

describe('chance', () => {
  test('the figures of the lady tasting tea', () => {
    // Fisher, The Design of Experiments, 1935: 8 cups, 4 with milk first; all 4 found by chance once in 70 times, at least 3 in 17 of 70.
    expect(chanceOf({ hits: 4, drawn: 4, marked: 4, total: 8 })).toBeCloseTo(1 / 70, 12);
    expect(chanceOf({ hits: 3, drawn: 4, marked: 4, total: 8 })).toBeCloseTo(17 / 70, 12);
  });

  test('it lies between 0 and 1 and never grows with the hits', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), fc.nat(60), (a, b, total) => {
        const [drawn, marked] = [Math.min(a, total), Math.min(b, total)];
        let before = 1;
        for (let hits = 0; hits <= drawn; hits += 1) {
          const chance = chanceOf({ hits, drawn, marked, total });
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(before + 1e-9);
          before = chance;
        }
      }),
    );
  });
});

describe('patterns', () => {
  const flakyAt = (isFlaky: (n: number) => boolean, environment: (n: number) => string = () => 'development') => {
    const runs = Array.from({ length: 240 }, (_, n) => seen(n, { outcome: isFlaky(n) ? 'flaky' : 'passed', environment: environment(n) }));
    return patternsOf(runs, flakesOf(runs));
  };

  test('an environment that has all flakes of a test is named, with so many that it is no chance', () => {
    expect(
      flakyAt(
        (n) => n % 24 === 2,
        (n) => (n % 2 === 0 ? 'staging' : 'development'),
      ),
    ).toContain('only in staging');
    expect(
      flakyAt(
        (n) => n === 2,
        (n) => (n % 2 === 0 ? 'staging' : 'development'),
      ),
    ).toEqual([]);
  });

  test('a time of day is named', () => {
    expect(flakyAt((n) => n % 24 === 2 || n === 15)).toEqual(['10 of 11 between 01:00 and 03:00']);
  });

  test('a suite that only runs at night says nothing by being flaky at night', () => {
    const runs = Array.from({ length: 60 }, (_, n) =>
      seen(n, { endedAt: MIDNIGHT + n * 24 * HOUR + 3 * HOUR, outcome: n % 4 === 0 ? 'flaky' : 'passed' }),
    );
    expect(patternsOf(runs, flakesOf(runs))).toEqual([]);
  });

  test('flakes at random are rarely called a pattern', () => {
    let random = 1;
    const next = () => {
      random = (random * 48271) % 2147483647; // MINSTD
      return random / 2147483647;
    };
    const said = Array.from({ length: 200 }, () =>
      flakyAt(
        () => next() < 0.1,
        () => (next() < 0.5 ? 'a' : 'b'),
      ),
    ).filter(({ length }) => length > 0);
    expect(said.length).toBeLessThanOrEqual(20);
  });
});

describe('slower', () => {
  test('neither noise, nor less than 200 ms, nor less than 30 % is called slower', () => {
    expect(isSlower(190, [10, 10, 10, 10, 10])).toBe(false);
    expect(isSlower(12_000, [10_000, 10_000, 10_000, 10_000, 10_000])).toBe(false);
    expect(isSlower(3000, [500, 1000, 2500, 1500, 2000, 3000])).toBe(false);
    expect(isSlower(3000, [1000, 1010, 990, 1000, 9000])).toBe(true);
  });

  test('beside few earlier runs only twice as long counts; beside none nothing does', () => {
    expect(isSlower(1900, [1000])).toBe(false);
    expect(isSlower(2000, [1000])).toBe(true);
    expect(isSlower(2000, [])).toBe(false);
  });

  test('a median lies in the middle', () => {
    expect([median([]), median([3]), median([3, 1]), median([9, 1, 2])]).toEqual([null, 3, 2, 2]);
  });
});

describe('failures of two runs', () => {
  const outcomes = fc.constantFrom('passed', 'failed', 'flaky', 'skipped', null);
  const aTest = fc.record({ now: outcomes, before: outcomes, flaky: fc.boolean(), held: fc.boolean() });

  test('each test is told once at most, and in the right place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aTest), async (tests) => {
        const wrong = (side: 'now' | 'before') =>
          new Map(tests.flatMap((one, id) => (one[side] === 'failed' || one[side] === 'flaky' ? [[id, one[side]] as const] : [])));
        const told = await compareFailures({
          now: wrong('now'),
          before: wrong('before'),
          outcomeNow: (id) => tests[id]?.now ?? null,
          wasFlaky: (id) => tests[id]?.flaky ?? false,
          isQuarantined: (id) => tests[id]?.held ?? false,
        });
        for (const [id, { now, before, flaky, held }] of tests.entries()) {
          const lists = Object.entries(told).flatMap(([name, ids]) => (ids.includes(id) ? [name] : []));
          const expected = () => {
            if (now === 'failed' && held) return ['quarantined'];
            if (now === 'failed' && before === 'failed') return ['stillFailing'];
            if (before === 'failed') return now === 'passed' || now === 'flaky' ? ['fixed'] : [];
            if ((now === 'failed' || now === 'flaky') && flaky) return ['knownFlaky'];
            return now === 'failed' ? ['newFailures'] : [];
          };
          expect(lists).toEqual(expected());
        }
      }),
    );
  });
});
