import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeptRun, planRetention, type RetentionRules } from './plan.ts';

const DAY = 86_400_000;
const MIB = 1024 * 1024;
const NOW = 1000 * DAY;
const RULES: RetentionRules = { keepDays: 90, keepRuns: 500, keepDiskMb: 5000, ownDisk: false };

const run = (number: number, rest: Partial<KeptRun> & { daysAgo?: number } = {}): KeptRun => {
  const { daysAgo = 1000 - number, ...fields } = rest;
  return {
    taskId: `task_${number}`,
    number,
    endedAt: NOW - daysAgo * DAY,
    project: '/shop',
    suite: 1,
    verdict: 'passed',
    bytes: MIB,
    ...fields,
  };
};
const planned = async (runs: KeptRun[], rules: Partial<RetentionRules> = {}) =>
  (await planRetention(runs, () => ({ ...RULES, ...rules }), NOW)).map(({ run: { number }, reason, history }) => [number, reason, history]);

test('what is too old goes whole, but never the last run of a suite that passed nor the last that failed', async () => {
  const runs = [
    run(1, { daysAgo: 300, verdict: 'failed' }),
    run(2, { daysAgo: 200, verdict: 'failed' }),
    run(3, { daysAgo: 150, verdict: 'flaky' }),
    run(4, { daysAgo: 120, verdict: 'none' }),
    run(5, { daysAgo: 100, suite: 2 }),
    run(6, { daysAgo: 1 }),
  ];
  expect(await planned(runs)).toEqual([
    [1, 'age', true],
    [3, 'age', true],
    [4, 'age', true],
  ]);
});

test('beyond the number of runs of a suite the oldest keep their history alone; those that gave up their files are not named again', async () => {
  const runs = [run(1), run(2), run(3, { suite: 2 }), run(4), run(5, { verdict: 'failed' }), run(6)];
  expect(await planned(runs, { keepDays: 9999, keepRuns: 2 })).toEqual([
    [1, 'number', false],
    [2, 'number', false],
    [4, 'number', false],
  ]);
  expect(
    await planned(
      runs.map((one) => (one.number === 6 ? one : { ...one, bytes: 0 })),
      { keepDays: 9999, keepRuns: 2 },
    ),
  ).toEqual([]);
});

test('beyond the disk space the oldest give up their files; a project with a limit of its own is measured alone', async () => {
  const runs = [
    run(1),
    run(2),
    run(3),
    run(4, { project: '/big', suite: 2, bytes: 50 * MIB }),
    run(5, { project: '/big', suite: 2, bytes: 50 * MIB }),
  ];
  const rules = (project: string) => ({
    ...RULES,
    keepDays: 9999,
    ...(project === '/big' ? { keepDiskMb: 60, ownDisk: true } : { keepDiskMb: 2 }),
  });
  expect((await planRetention(runs, rules, NOW)).map(({ run: { number }, reason }) => [number, reason])).toEqual([
    [1, 'disk'],
    [4, 'disk'],
  ]);
});

test('whatever there is: the newest, the last passed and the last failed of each suite stay, and what stays fits or is protected', async () => {
  const aRun = fc.record({
    daysAgo: fc.integer({ min: 0, max: 200 }),
    suite: fc.integer({ min: 1, max: 3 }),
    verdict: fc.constantFrom('passed', 'failed', 'flaky', 'none', null),
    bytes: fc.integer({ min: 0, max: 5 }).map((n) => n * MIB),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRun, { maxLength: 40 }),
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 60 }),
      async (made, keepDays, keepRuns, keepDiskMb) => {
        const runs = made.map((fields, index) => run(index + 1, fields));
        const rules = { keepDays, keepRuns, keepDiskMb, ownDisk: false };
        const plan = await planRetention(runs, () => rules, NOW);
        const gone = new Set(plan.map((one) => one.run));
        expect(gone.size).toBe(plan.length);
        const newestFirst = runs.toSorted((a, b) => b.endedAt - a.endedAt || b.number - a.number);
        for (const suite of [1, 2, 3]) {
          for (const verdicts of [['passed', 'flaky'], ['failed']]) {
            const last = newestFirst.find((one) => one.suite === suite && verdicts.includes(one.verdict ?? ''));
            if (last) expect(gone.has(last)).toBe(false);
          }
        }
        const stays = runs.filter((one) => !gone.has(one));
        const ordinary = stays.filter((one) => {
          const isLast = newestFirst.find(
            (other) =>
              other.suite === one.suite &&
              (other.verdict === 'failed') === (one.verdict === 'failed') &&
              other.verdict !== 'none' &&
              other.verdict !== null,
          );
          return isLast !== one && one.number !== runs.length;
        });
        for (const one of ordinary) expect(one.endedAt).toBeGreaterThanOrEqual(NOW - keepDays * DAY);
        const takes = stays.reduce((sum, { bytes }) => sum + bytes, 0);
        if (ordinary.some(({ bytes }) => bytes > 0)) expect(takes).toBeLessThanOrEqual(keepDiskMb * MIB);
        // With nothing to spare a second pass has nothing to do.
        const left = runs.flatMap((one) => {
          const pruned = plan.find((other) => other.run === one);
          return pruned?.history ? [] : [pruned ? { ...one, bytes: 0 } : one];
        });
        expect(await planRetention(left, () => rules, NOW)).toEqual([]);
      },
    ),
  );
});
