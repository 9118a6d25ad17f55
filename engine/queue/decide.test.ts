import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, type QueueTask, urgencyOf } from './decide.ts';

const task = (number: number, rest: Partial<QueueTask> = {}): QueueTask => ({
  id: `t${number}`,
  number,
  priority: 3,
  queuedAt: 0,
  active: false,
  foreground: false,
  exclusiveKeys: [],
  ...rest,
});

const HOUR = 3_600_000;
const anyTasks = fc
  .array(
    fc.record({
      priority: fc.integer({ min: 1, max: 9 }),
      queuedAt: fc.integer({ min: -20 * HOUR, max: HOUR }),
      foreground: fc.boolean(),
      exclusiveKeys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
    }),
    { maxLength: 20 },
  )
  .map((all) => all.map((rest, index) => task(index + 1, rest)));
const rules = (slots: number) => ({ slots, ageingMs: HOUR });
/** Before anybody has aged. */
const NOW = 1;
const anySlots = fc.integer({ min: 1, max: 5 });

/** Runs what the decision starts, as the engine does. */
const carryOut = (tasks: readonly QueueTask[], start: readonly string[]) =>
  tasks.map((one) => (start.includes(one.id) ? { ...one, active: true } : one));

test('what runs never needs more slots than there are, nor one key twice', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      const running = carryOut(tasks, decide(tasks, rules(slots), NOW).start).filter(({ active }) => active);
      expect(running.filter(({ foreground }) => !foreground).length).toBeLessThanOrEqual(slots);
      const keys = running.flatMap(({ exclusiveKeys }) => exclusiveKeys);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test('deciding again after carrying out the decision starts nothing more', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      const first = decide(tasks, rules(slots), NOW);
      const second = decide(carryOut(tasks, first.start), rules(slots), NOW);
      expect(second.start).toEqual([]);
      expect(second.waiting.map(({ taskId }) => taskId)).toEqual(first.waiting.map(({ taskId }) => taskId));
    }),
  );
});

test('every task that has not ended either starts, waits with a sentence, or runs already', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, (tasks, slots) => {
      const { start, waiting } = decide(tasks, rules(slots), NOW);
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
        const { start } = decide(left, rules(slots), NOW);
        expect(start.length).toBeGreaterThan(0);
        left = left.filter(({ id }) => !start.includes(id));
      }
    }),
  );
});

test('the more urgent task starts first, and of two alike the older one', () => {
  expect(decide([task(1), task(2, { priority: 1 }), task(3, { priority: 1 })], rules(2), NOW).start).toEqual(['t2', 't3']);
  expect(decide([task(2), task(1)], rules(1), NOW).start).toEqual(['t1']);
});

test('a task that waits for a key lets the next one pass and says who holds the key', () => {
  const { start, waiting } = decide(
    [task(1, { active: true, exclusiveKeys: ['port:3000'] }), task(2, { priority: 1, exclusiveKeys: ['port:3000'] }), task(3)],
    rules(2),
    NOW,
  );
  expect(start).toEqual(['t3']);
  expect(waiting).toEqual([{ taskId: 't2', reason: 'Waits for port:3000, which #1 uses.' }]);
});

test('a foreground task starts although every slot is taken, and takes none', () => {
  expect(decide([task(1, { active: true }), task(2, { foreground: true }), task(3)], rules(1), NOW).start).toEqual(['t2']);
  expect(decide([task(1, { active: true, foreground: true }), task(2)], rules(1), NOW).start).toEqual(['t2']);
});

test('a task gains a step for each span that it waits, but priority 1 is for what asked for it', () => {
  const after = (hours: number, priority: number) => urgencyOf({ priority, queuedAt: 0 }, HOUR, hours * HOUR);
  expect([0, 0.9, 1, 2.5, 3, 100].map((hours) => after(hours, 5))).toEqual([5, 5, 4, 3, 2, 2]);
  expect([after(0, 1), after(100, 1), after(100, 2)]).toEqual([1, 1, 2]);
  expect(after(-5, 5)).toBe(5);
});

test('a low task that has waited long enough goes before a newer one of medium priority, and after an urgent one', () => {
  const tasks = [
    task(1, { active: true }),
    task(2, { priority: 5 }),
    task(3, { queuedAt: 3 * HOUR }),
    task(4, { priority: 1, queuedAt: 3 * HOUR }),
  ];
  const orderAt = (now: number) => decide(tasks, rules(1), now).waiting.map(({ taskId }) => taskId);
  expect(orderAt(HOUR)).toEqual(['t4', 't3', 't2']);
  expect(orderAt(3 * HOUR)).toEqual(['t4', 't2', 't3']);
});

test('until the moment that a decision names, time alone changes nothing', () => {
  fc.assert(
    fc.property(anyTasks, anySlots, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (tasks, slots, part) => {
      const decided = decide(tasks, rules(slots), NOW);
      const left = carryOut(tasks, decided.start);
      const wakeAt = decided.wakeAt ?? NOW + 1000 * HOUR;
      expect(wakeAt).toBeGreaterThan(NOW);
      const later = decide(left, rules(slots), Math.floor(NOW + (wakeAt - NOW) * part));
      expect(later.start).toEqual([]);
      expect(later.waiting.map(({ taskId }) => taskId)).toEqual(decided.waiting.map(({ taskId }) => taskId));
    }),
  );
});
