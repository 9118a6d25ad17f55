import { expect, test } from 'vitest';
import type { Attempt, Task } from '../../contract/task.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { percentile, SuiteHistory } from './suite-history.ts';

let number = 0;
function run(durationMs: number, attempt: Partial<Attempt> = {}, status: 'completed' | 'cancelled' = 'completed'): Task {
  number += 1;
  const times = { queuedAt: 0, startingAt: 0, startedAt: 1000, endedAt: 1000 + durationMs };
  const state: Task['state'] =
    status === 'completed' ? { status, ...times } : { status, queuedAt: 0, startedAt: 1000, endedAt: times.endedAt };
  return aTask({ id: `task_${number}`, number, state, attempts: [anAttempt(attempt)] });
}

test('of ten values the ninth is the 90th percentile; of one it is that one, of none null', () => {
  expect([percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 0.9), percentile([7], 0.9), percentile([], 0.9)]).toEqual([9, 7, null]);
});

test('the claim is what nine of ten earlier runs needed, the duration what half of the last ten took', () => {
  const runs = Array.from({ length: 20 }, (_, index) =>
    run(index < 10 ? 1000 * (index + 1) : 999_000, { peakMemoryMb: 100 * (index + 1), meanCpuPercent: 10 * (index + 1) }),
  );
  const history = new SuiteHistory(() => runs);
  expect(history.usualOf(aTask().config)).toEqual({ durationMs: 5000, claim: { cores: 1.8, memoryMb: 1800 } });
});

test('what was asked for goes before what was learned', () => {
  const history = new SuiteHistory(() => [run(1, { peakMemoryMb: 500, meanCpuPercent: 50 })]);
  const { config } = aTask();
  expect(history.claimOf(aTask())).toEqual({ cores: 0.5, memoryMb: 500 });
  expect(history.claimOf(aTask({ config: { ...config, cpuClaimCores: 2, memoryClaimGb: 1 } }))).toEqual({ cores: 2, memoryMb: 1024 });
});

test('each end is learned from, once, and a cancelled run tells nothing; the database is asked once for each suite', () => {
  let asked = 0;
  const history = new SuiteHistory(() => {
    asked += 1;
    return [];
  });
  const { config } = aTask();
  expect(history.usualOf(config)).toEqual({ durationMs: null, claim: { cores: 0, memoryMb: 0 } });
  const ended = run(3000);
  for (const task of [ended, ended, run(9000, {}, 'cancelled')]) history.ended(task);
  expect(history.usualOf(config).durationMs).toBe(3000);
  expect(asked).toBe(1);
  history.usualOf({ ...config, environment: 'staging' });
  expect(asked).toBe(2);
});
