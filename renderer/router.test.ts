import { expect, test } from 'vitest';
import { hashOf, parseHash } from './router.ts';

const queue = { name: 'queue' } as const;

test('each page has an address', () => {
  for (const page of [
    queue,
    { name: 'history' } as const,
    { name: 'insights', project: null } as const,
    { name: 'insights', project: '/home/a b/shop' } as const,
    { name: 'run', task: 'task_0abc', tab: 'log' } as const,
    { name: 'run', task: '#42', tab: null } as const,
    { name: 'compare', base: 'task_0abc', task: 'task_0abd' } as const,
    { name: 'compare', base: null, task: '#42' } as const,
  ])
    expect(parseHash(hashOf(page), queue)).toEqual({ page, sheet: false });
});

test('the sheet for a new run leaves the page below it', () => {
  expect(parseHash('#/new', { name: 'history' })).toEqual({ page: { name: 'history' }, sheet: true });
});

test('an address that is none shows the queue', () => {
  expect(parseHash('', { name: 'history' }).page).toEqual(queue);
  expect(parseHash('#/runs/%E0%A4%A', queue).page).toEqual({ name: 'run', task: '%E0%A4%A', tab: null });
  expect(parseHash('#/settings', { name: 'history' }).page).toEqual(queue);
  expect(parseHash('#/runs/task_1/nothing', queue).page).toEqual({ name: 'run', task: 'task_1', tab: null });
});
