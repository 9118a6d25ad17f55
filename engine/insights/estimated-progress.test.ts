import { expect, test } from 'vitest';
import { NOTHING_DONE } from '../attempt-follower.ts';
import { withEstimates } from './estimated-progress.ts';

const START = 1_000_000;
const earlier = { usualMs: 100_000, total: 25 };

test('what tells nothing of itself is told by time, and never as whole', () => {
  expect(withEstimates(NOTHING_DONE, START, earlier, START + 60_000)).toMatchObject({
    source: 'time',
    percent: 60,
    total: null,
    estimatedEndAt: START + 100_000,
  });
  expect(withEstimates(NOTHING_DONE, START, earlier, START + 900_000)).toMatchObject({ source: 'time', percent: 99, estimatedEndAt: null });
  expect(withEstimates(NOTHING_DONE, START, earlier, START - 5000)).toMatchObject({ percent: 0 });
});

test('tests that are counted without a total get that of the last run, said to be an estimate, unless there are more by now', () => {
  const counted = { ...NOTHING_DONE, source: 'output' as const, done: 12, passed: 12 };
  expect(withEstimates(counted, START, earlier, START)).toMatchObject({ source: 'output', total: 25, totalIsEstimate: true });
  expect(withEstimates({ ...counted, done: 26, passed: 26 }, START, earlier, START)).toMatchObject({ total: null });
  const told = withEstimates({ ...counted, total: 30 }, START, earlier, START);
  expect([told.total, told.totalIsEstimate]).toEqual([30, undefined]);
});

test("without earlier runs, and beside a runner's own percent, nothing is made up", () => {
  expect(withEstimates(NOTHING_DONE, START, { usualMs: null, total: null }, START + 5)).toEqual({ ...NOTHING_DONE, estimatedEndAt: null });
  expect(withEstimates({ ...NOTHING_DONE, source: 'output', percent: 17 }, START, earlier, START + 60_000)).toMatchObject({
    source: 'output',
    percent: 17,
  });
});
