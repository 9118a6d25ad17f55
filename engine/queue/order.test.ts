import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import { urgencyOf } from './order.ts';
import type { LastStart, QueueTask } from './queue-task.ts';
import { facts, HOUR, NOW, rules, running, task } from './testing/facts.ts';

test('a task gains a step for each span that it waits, but priority 1 is for what asked for it', () => {
  const after = (hours: number, priority: number) => urgencyOf({ priority, since: 0 }, HOUR, hours * HOUR);
  expect([0, 0.9, 1, 2.5, 3, 100].map((hours) => after(hours, 5))).toEqual([5, 5, 4, 3, 2, 2]);
  expect([after(0, 1), after(100, 1), after(100, 2)]).toEqual([1, 1, 2]);
  expect(after(-5, 5)).toBe(5);
});

test('a low task that has waited long enough goes before a newer one of medium priority, and after an urgent one', () => {
  const tasks = [running(1), task(2, { priority: 5 }), task(3, { queuedAt: 3 * HOUR }), task(4, { priority: 1, queuedAt: 3 * HOUR })];
  const orderAt = (now: number) => decide(facts(tasks), rules(1), now).waiting.map(({ taskId }) => taskId);
  expect(orderAt(HOUR)).toEqual(['t4', 't3', 't2']);
  expect(orderAt(3 * HOUR)).toEqual(['t4', 't2', 't3']);
});

test('submitters take turns within one urgency, and each goes first in, first out', () => {
  const tasks = [
    ...[1, 2, 3].map((number) => task(number, { submitter: 'ana' })),
    ...[4, 5].map((number) => task(number, { submitter: 'ben' })),
    task(6, { submitter: 'ana', priority: 1 }),
    task(7, { submitter: 'ben', priority: 1 }),
  ];
  expect(decide(facts(tasks), rules(9), NOW).start).toEqual(['t6', 't7', 't1', 't4', 't2', 't5', 't3']);
});

test('with one slot too: who had the last turn waits for the other', () => {
  const tasks = [1, 2].map((number) => task(number, { submitter: 'ana' })).concat(task(3, { submitter: 'ben' }));
  const lastStarts = new Map<string, LastStart>([['ana', { at: 5, number: 0 }]]);
  expect(decide(facts(tasks, { lastStarts }), rules(1), NOW).start).toEqual(['t3']);
  lastStarts.set('ben', { at: 6, number: 9 });
  expect(decide(facts(tasks, { lastStarts }), rules(1), NOW).start).toEqual(['t1']);
});

test('while all have enough to do, no submitter runs more than one task more than another', () => {
  const share = fc.record({
    slots: fc.integer({ min: 1, max: 6 }),
    submitters: fc.integer({ min: 1, max: 4 }),
    ends: fc.array(fc.nat(), { maxLength: 40 }),
  });
  fc.assert(
    fc.property(share, ({ slots, submitters, ends }) => {
      // The first submitter was quickest and queued everything before the others did.
      const names = Array.from({ length: submitters }, (_, index) => `s${index}`);
      let number = 0;
      let tasks: QueueTask[] = names.flatMap((submitter) => Array.from({ length: 60 }, () => task(++number, { submitter })));
      const lastStarts = new Map<string, LastStart>();
      const starts = new Map<string, number>();
      for (const [round, end] of [0, ...ends].entries()) {
        const running = tasks.filter(({ startingAt }) => startingAt !== null);
        if (round > 0) tasks = tasks.filter((one) => one !== running[end % running.length]);
        const { start } = decide(facts(tasks, { lastStarts }), rules(slots), round);
        for (const one of tasks.filter(({ id }) => start.includes(id))) {
          lastStarts.set(one.submitter, { at: round, number: one.number });
          starts.set(one.submitter, (starts.get(one.submitter) ?? 0) + 1);
        }
        tasks = tasks.map((one) => (start.includes(one.id) ? { ...one, startingAt: round } : one));
        const counts = names.map((name) => tasks.filter(({ submitter, startingAt }) => submitter === name && startingAt !== null).length);
        if (round === 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(slots);
      }
      // Whoever ends least is still not starved: with one slot the turns are exactly even.
      const given = names.map((name) => starts.get(name) ?? 0);
      if (slots === 1) expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
    }),
  );
});

test('what waits for something of its own costs its submitter no turn', () => {
  const tasks = [
    running(1, { submitter: 'cem', exclusiveKeys: ['db'] }),
    task(2, { submitter: 'ana', exclusiveKeys: ['db'] }),
    task(3, { submitter: 'ana' }),
    task(4, { submitter: 'ben' }),
  ];
  expect(decide(facts(tasks), rules(2), NOW).start).toEqual(['t3']);
});
