import { expect, test } from 'vitest';
import { baseWords, changeParts } from './change-words.ts';

const run = {
  taskId: 'task_b',
  number: 12,
  branch: 'feat/x',
  commit: null,
  environment: 'staging',
  endedAt: 2,
  verdict: 'failed' as const,
};

test('what a run changed is told with what needs somebody first, and nothing where nothing changed', () => {
  expect(changeParts({ new: 3, fixed: 1, stillFailing: 2, knownFlaky: 1 }).map(({ text }) => text)).toEqual([
    '3 new failures',
    '1 fixed',
    '2 still failing',
    '1 known flaky',
  ]);
  expect(changeParts({ new: 1, fixed: 0, stillFailing: 0, knownFlaky: 0 })).toEqual([{ text: '1 new failure', tone: 'fail' }]);
  expect(changeParts({ new: 0, fixed: 0, stillFailing: 0, knownFlaky: 0 })).toEqual([]);
});

test('the other run is named by how it was chosen', () => {
  const base = { ...run, number: 9, branch: 'main' };
  expect(baseWords({ run, base, chosen: 'main_branch' })).toBe('the last run on main');
  expect(baseWords({ run: { ...run, branch: 'main' }, base, chosen: 'main_branch' })).toBe('the last run on this branch');
  expect(baseWords({ run, base, chosen: 'previous' })).toBe('the run before');
  expect(baseWords({ run, base, chosen: 'asked' })).toBe('#9');
  expect(baseWords({ run, base: null, chosen: null })).toBeNull();
});
