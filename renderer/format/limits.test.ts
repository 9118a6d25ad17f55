import { expect, test } from 'vitest';
import { aTask } from '../../contract/testing/a-task.ts';
import { isNear, limitsOf, limitWords, memoryOf, ofCores } from './limits.ts';

const limited = (cpuLimitPercent: number | null, memoryLimitGb: number | null) =>
  aTask({ config: { ...aTask().config, cpuLimitPercent, memoryLimitGb } });

test('limits are said in the units of the charts: cores of this machine, and MiB', () => {
  expect(limitsOf(limited(25, 4), 8)).toEqual({ cpu: 2, memory: 4096 });
  expect(limitsOf(limited(null, null), 8)).toEqual({ cpu: null, memory: null });
  expect(limitsOf(limited(25, 4), null).cpu).toBe(null); // the machine has not said how many cores it has
});

test('a value and its limit share a unit', () => {
  expect(memoryOf(1946, 4096)).toEqual(['1.9', 'of 4 GB']);
  expect(memoryOf(412.4, 512)).toEqual(['412', 'of 512 MB']);
  expect(memoryOf(10, 4096)).toEqual(['< 0.1', 'of 4 GB']);
  expect([ofCores(2), ofCores(1.5)]).toEqual(['of 2', 'of 1.5']);
  expect([isNear(3700, 4096), isNear(3000, 4096), isNear(3000, null)]).toEqual([true, false, false]);
});

test('a limit that nothing holds, or that is held in part, says why', () => {
  const record = { kind: 'cpu', asked: 50, enforcedBy: 'duty-cycle', notEnforcedBecause: null } as const;
  expect(limitWords(record)).toEqual({ what: 'CPU 50 %', how: 'held by stopping it at times', held: true });
  expect(limitWords({ ...record, enforcedBy: null, notEnforcedBecause: 'there is no /proc' })).toEqual({
    what: 'CPU 50 %',
    how: 'not enforced: there is no /proc',
    held: false,
  });
  expect(limitWords({ ...record, notEnforcedBecause: 'ionice is missing' }).how).toBe(
    'held in part by stopping it at times: ionice is missing',
  );
  expect(limitWords({ ...record, enforcedBy: 'playwright-workers, another' }).how).toBe('held by fewer workers, another');
  expect(limitWords({ ...record, kind: 'priority', asked: 'nice 10' }).what).toBe('Priority nice 10');
});
