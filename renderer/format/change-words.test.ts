import { expect, test } from 'vitest';
import type { Change } from '../../contract/insights.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { baseWords, changeParts, changeSummary } from './change-words.ts';

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

test('a line of the queue says what a run changed, with the words that matter first', () => {
  const told = (change: Partial<Change>, verdict: 'passed' | 'failed' = 'failed') => {
    const none: Change = { new: 0, fixed: 0, stillFailing: 0, knownFlaky: 0, base: 'task_a', since: null, recoveredAfter: 0 };
    const state = { status: 'completed' as const, queuedAt: 1, startingAt: 1, startedAt: 1, endedAt: 2 };
    return changeSummary(aTask({ state, verdict, change: { ...none, ...change } }));
  };
  expect(told({ new: 2, fixed: 1 })).toEqual({ lead: '2 new failures', tone: 'fail', rest: ', 1 fixed' });
  expect(told({ fixed: 1, stillFailing: 3 })).toEqual({ lead: '1 fixed', tone: 'pass', rest: ', 3 still failing' });
  expect(told({ stillFailing: 3, since: 38 })).toEqual({ lead: 'Still failing', tone: 'fail', rest: ': 3, since #38' });
  expect(told({ recoveredAfter: 2 }, 'passed')).toEqual({ lead: 'Recovered', tone: 'pass', rest: ' after 2 failed runs' });
  expect(told({}, 'passed')).toBeNull();
  expect(told({ new: 2, base: null })).toBeNull();
});

test('the other run is named by how it was chosen', () => {
  const base = { ...run, number: 9, branch: 'main' };
  expect(baseWords({ run, base, chosen: 'main_branch' })).toBe('the last run on main');
  expect(baseWords({ run: { ...run, branch: 'main' }, base, chosen: 'main_branch' })).toBe('the last run on this branch');
  expect(baseWords({ run, base, chosen: 'previous' })).toBe('the run before');
  expect(baseWords({ run, base, chosen: 'asked' })).toBe('#9');
  expect(baseWords({ run, base: null, chosen: null })).toBeNull();
});
