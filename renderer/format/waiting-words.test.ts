import { expect, test } from 'vitest';
import type { Task } from '../../contract/task.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import type { TaskDetail } from '../../contract/views.ts';
import { countdown, leftWords, lengthWords, startWords } from './waiting-words.ts';

const NOW = new Date(2026, 4, 12, 14, 0).getTime();
const at = (hour: number, minute = 0) => new Date(2026, 4, 12, hour, minute).getTime();
const detail = (more: Partial<TaskDetail> = {}, task: Partial<Task> = {}): TaskDetail => ({
  task: aTask({ state: { status: 'queued', queuedAt: NOW - 180_000 }, ...task }),
  waiting: 'Waits for the slot to become free.',
  process: null,
  progress: null,
  ...more,
});

test('a start is an estimate, a time that was asked for, or not said', () => {
  expect(startWords(detail({ estimatedStartAt: at(14, 40) }), NOW)).toBe('about 14:40');
  expect(startWords(detail({ estimatedStartAt: NOW + 20_000 }), NOW)).toBe('soon');
  expect(startWords(detail({ estimatedStartAt: at(22) }, { config: { ...aTask().config, startAt: at(22) } }), NOW)).toBe('22:00');
  expect(startWords(detail(), NOW)).toBe('');
});

test('a pause, its own or one of all, is said before any estimate', () => {
  expect(startWords(detail({ estimatedStartAt: at(15) }, { pausedAt: 1 }), NOW)).toBe('paused');
  expect(startWords(detail({ estimatedStartAt: at(15), waitingFor: 'pause' }), NOW)).toBe('paused');
  expect(startWords(detail({ estimatedStartAt: at(15) }, { cancelRequestedAt: 1 }), NOW)).toBe('');
});

test('the length is what it usually takes, else how long it has waited', () => {
  expect(lengthWords(detail({ estimatedStartAt: at(14, 40), estimatedEndAt: at(15, 2) }), NOW)).toEqual({
    text: '22 min',
    title: 'takes 22 min as a rule, queued 3 min ago',
  });
  expect(lengthWords(detail(), NOW).text).toBe('3 min ago');
});

test('what is left is said while it is an estimate, and nothing once the usual time is over', () => {
  expect(leftWords(at(14, 14), NOW)).toBe('about 14 min left');
  expect(leftWords(NOW + 5000, NOW)).toBe('under a minute left');
  expect([leftWords(NOW, NOW), leftWords(null, NOW), leftWords(undefined, NOW)]).toEqual(['', '', '']);
});

test('a countdown never goes below 0', () => {
  expect([countdown(NOW + 24_100, NOW), countdown(NOW + 100_000, NOW), countdown(NOW - 5, NOW)]).toEqual(['25 s', '1:40', '0 s']);
});
