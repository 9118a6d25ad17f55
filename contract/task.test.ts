import { expect, test } from 'vitest';
import { Task } from './task.ts';
import { anAttempt, aTask } from './testing/a-task.ts';

const without = (value: object, ...names: string[]) => Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));

test('a task that an earlier version kept, without later fields, can still be read', () => {
  const git = { branch: 'main', commit: 'abc', changedFiles: 1, tree: null };
  const task = aTask({ attempts: [anAttempt()], git });
  const kept = {
    ...without(task, 'decidedBy', 'flakyTests'),
    config: without(task.config, 'retryOn', 'retryDelaySeconds', 'noOutputTimeoutMinutes'),
    attempts: task.attempts.map((attempt) => without(attempt, 'git', 'retryAt')),
    git: without(git, 'tree'),
  };
  expect(Task.parse(kept)).toEqual(task);
});
