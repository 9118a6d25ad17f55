import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { type Move, placesFor } from './move.ts';
import type { QueueTask } from './queue-task.ts';
import { facts, HOUR, NOW, rules, running, task } from './testing/facts.ts';

const orderOf = (tasks: readonly QueueTask[], now = NOW) =>
  decide(facts([running(999), ...tasks]), rules(1), now).waiting.map(({ taskId }) => taskId);
const moved = (tasks: readonly QueueTask[], move: Move, now = NOW): QueueTask[] => {
  const places = placesFor(tasks, move, HOUR, now);
  return tasks.map((one) => ({ ...one, ...places.get(one.id) }));
};

test('a moved task takes over the urgency of its new neighbour', () => {
  const tasks = [task(1), task(2, { priority: 1 }), task(3, { priority: 5 }), task(4)];
  expect(orderOf(moved(tasks, { taskId: 't3', beside: 't2', side: 'before' }))).toEqual(['t3', 't2', 't1', 't4']);
  expect(orderOf(moved(tasks, { taskId: 't2', beside: 't1', side: 'after' }))).toEqual(['t1', 't2', 't4', 't3']);
});

test('neither ageing nor a later task parts it from where it was moved to', () => {
  const tasks = moved([task(1, { priority: 5 }), task(2), task(3, { priority: 5, queuedAt: 0 })], {
    taskId: 't2',
    beside: 't3',
    side: 'after',
  });
  for (const hours of [0, 1, 2, 3, 50])
    expect(orderOf([...tasks, task(4, { priority: 5, queuedAt: hours * HOUR })], hours * HOUR)).toEqual(['t1', 't3', 't2', 't4']);
});

test('among submitters it stands where it was moved to', () => {
  const tasks = [
    task(1, { submitter: 'ana' }),
    task(2, { submitter: 'ben' }),
    task(3, { submitter: 'ana' }),
    task(4, { submitter: 'cem' }),
  ];
  const order = orderOf(moved(tasks, { taskId: 't4', beside: 't1', side: 'before' }));
  expect(order.slice(0, 2)).toEqual(['t4', 't1']);
});

const anyMoves = fc.array(
  fc.record({ what: fc.nat({ max: 5 }), beside: fc.nat({ max: 5 }), side: fc.constantFrom('before' as const, 'after' as const) }),
  {
    maxLength: 150,
  },
);

test('however often tasks of one submitter are moved, the order is that of a list in which they were moved', () => {
  fc.assert(
    fc.property(anyMoves, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 }), (moves, priorities) => {
      let tasks = priorities.map((priority, index) => task(index + 1, { priority }));
      let list = orderOf(tasks);
      for (const { what, beside, side } of moves) {
        const [taskId, anchor] = [`t${what + 1}`, `t${beside + 1}`];
        if (taskId === anchor) continue;
        tasks = moved(tasks, { taskId, beside: anchor, side });
        list = list.filter((id) => id !== taskId);
        list = list.toSpliced(list.indexOf(anchor) + (side === 'after' ? 1 : 0), 0, taskId);
      }
      expect(orderOf(tasks)).toEqual(list);
    }),
  );
});

test('two that change places a hundred times still can', () => {
  let tasks = [task(1), task(2), task(3)];
  for (let round = 0; round < 100; round += 1) {
    const [, second = '', third = ''] = orderOf(tasks);
    tasks = moved(tasks, { taskId: third, beside: second, side: 'before' });
    expect(orderOf(tasks)).toEqual(['t1', third, second]);
  }
});
