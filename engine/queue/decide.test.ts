import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, type QueueTask } from './decide.ts';

const task = (number: number, rest: Partial<QueueTask> = {}): QueueTask => ({
  id: `t${number}`,
  number,
  priority: 3,
  active: false,
  foreground: false,
  exclusiveKeys: [],
  ...rest,
});

const anyTasks = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 1, max: 9 }),
      foreground: fc.boolean(),
      exclusiveKeys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
    }),
    { maxLength: 20 },
  )
  .map((all) => all.map((rest, index) => task(index + 1, rest)));
const anySlots = fc.integer({ min: 1, max: 5 });

/** Runs what the decision starts, as the engine does. */
const carryOut = (tasks: readonly QueueTask[], start: readonly string[]) =>
  tasks.map((one) => (start.includes(one.id) ? { ...one, active: true } : one));

test('what runs never needs more slots than there are, nor one key twice', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      const running = carryOut(tasks, decide(tasks, slots).start).filter(({ active }) => active);
      expect(running.filter(({ foreground }) => !foreground).length).toBeLessThanOrEqual(slots);
      const keys = running.flatMap(({ exclusiveKeys }) => exclusiveKeys);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test('deciding again after carrying out the decision starts nothing more', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      const first = decide(tasks, slots);
      const second = decide(carryOut(tasks, first.start), slots);
      expect(second.start).toEqual([]);
      expect(second.waiting.map(({ taskId }) => taskId)).toEqual(first.waiting.map(({ taskId }) => taskId));
    }),
  );
});

test('every task that has not ended either starts, waits with a sentence, or runs already', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      const { start, waiting } = decide(tasks, slots);
      expect([...start, ...waiting.map(({ taskId }) => taskId)].sort()).toEqual(tasks.map(({ id }) => id).sort());
      for (const { reason } of waiting) expect(reason).toMatch(/^Waits for .+\.$/);
    }),
  );
});

test('all tasks run in the end, however they block each other', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      let left: readonly QueueTask[] = tasks;
      for (let round = 0; left.length > 0; round += 1) {
        expect(round).toBeLessThanOrEqual(tasks.length);
        const { start } = decide(left, slots);
        expect(start.length).toBeGreaterThan(0);
        left = left.filter(({ id }) => !start.includes(id));
      }
    }),
  );
});

test('the more urgent task starts first, and of two alike the older one', () => {
  expect(decide([task(1), task(2, { priority: 1 }), task(3, { priority: 1 })], 2).start).toEqual(['t2', 't3']);
  expect(decide([task(2), task(1)], 1).start).toEqual(['t1']);
});

test('a task that waits for a key lets the next one pass and says who holds the key', () => {
  const { start, waiting } = decide(
    [task(1, { active: true, exclusiveKeys: ['port:3000'] }), task(2, { priority: 1, exclusiveKeys: ['port:3000'] }), task(3)],
    2,
  );
  expect(start).toEqual(['t3']);
  expect(waiting).toEqual([{ taskId: 't2', reason: 'Waits for port:3000, which #1 uses.' }]);
});

test('a foreground task starts although every slot is taken, and takes none', () => {
  expect(decide([task(1, { active: true }), task(2, { foreground: true }), task(3)], 1).start).toEqual(['t2']);
  expect(decide([task(1, { active: true, foreground: true }), task(2)], 1).start).toEqual(['t2']);
});
