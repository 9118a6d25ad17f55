import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { QueueFacts, QueueTask } from './queue-task.ts';
import { anyFacts, anyRules, carriedOut, facts, HOUR, NOW, rules, running, task } from './testing/facts.ts';
import { sentenceOf } from './wait.ts';

const anyQueue = anyRules.chain((given) => anyFacts(given).map((found) => ({ given, found })));
const runningOnes = ({ tasks }: QueueFacts) => tasks.filter(({ startingAt }) => startingAt !== null);
const inSlots = (all: readonly QueueTask[]) => all.filter(({ foreground }) => !foreground);
const reasonsOf = ({ waiting }: ReturnType<typeof decide>, now = NOW) => waiting.map(({ taskId, wait }) => [taskId, sentenceOf(wait, now)]);
const orderOf = ({ waiting }: ReturnType<typeof decide>) => waiting.map(({ taskId }) => taskId);

test('what runs never needs more slots than there are, of all and of a category, nor one key twice', () => {
  fc.assert(
    fc.property(anyQueue, ({ given, found }) => {
      const after = runningOnes(carriedOut(found, decide(found, given, NOW), NOW));
      expect(inSlots(after).length).toBeLessThanOrEqual(given.slots);
      const smoke = inSlots(after).filter(({ category }) => category === 'smoke');
      expect(smoke.length).toBeLessThanOrEqual(given.slotsPerCategory.smoke ?? given.slots);
      const keys = after.flatMap(({ exclusiveKeys }) => exclusiveKeys);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test('what starts was not paused, its time has come, and it fits beside what runs', () => {
  fc.assert(
    fc.property(anyQueue, ({ given, found }) => {
      const started = found.tasks.filter(({ id }) => decide(found, given, NOW).start.includes(id));
      for (const one of started) {
        expect(one.pausedAt).toBeNull();
        expect(one.startAt ?? 0).toBeLessThanOrEqual(NOW);
        if (!one.foreground) expect(found.paused.all || found.paused.categories.includes(one.category)).toBe(false);
      }
      if (!given.useClaims || started.some(({ foreground }) => foreground)) return;
      const before = runningOnes(found);
      const cores = [...before, ...started].reduce((sum, { claim }) => sum + claim.cores, 0);
      if (before.length + started.length > 1 && started.length > 0 && before.every(({ foreground }) => !foreground))
        expect(cores).toBeLessThanOrEqual(
          Math.max(
            4,
            before.reduce((sum, { claim }) => sum + claim.cores, 0),
          ),
        );
    }),
  );
});

test('deciding again after carrying out the decision starts nothing more, and the others wait in the same order', () => {
  fc.assert(
    fc.property(anyQueue, ({ given, found }) => {
      const first = decide(found, given, NOW);
      const second = decide(carriedOut(found, first, NOW), given, NOW);
      expect([second.start, second.end]).toEqual([[], []]);
      expect(orderOf(second)).toEqual(orderOf(first));
    }),
  );
});

test('every task that has not ended either starts, ends with a sentence, waits with a sentence, or runs already', () => {
  fc.assert(
    fc.property(anyQueue, ({ given, found }) => {
      const decision = decide(found, given, NOW);
      const { start, end, waiting } = decision;
      const ids = [...start, ...[...end, ...waiting].map(({ taskId }) => taskId), ...runningOnes(found).map(({ id }) => id)];
      expect(ids.sort()).toEqual(found.tasks.map(({ id }) => id).sort());
      for (const [, reason] of reasonsOf(decision)) expect(reason).toMatch(/^Waits .+\.$/);
      for (const { reason } of end) expect(reason).toMatch(/^It did not start within its queue timeout of .+\.$/);
    }),
  );
});

test('until the moment that a decision names, time alone starts and ends nothing and changes no order', () => {
  fc.assert(
    fc.property(anyQueue, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), ({ given, found }, part) => {
      const decided = decide(found, given, NOW);
      const left = carriedOut(found, decided, NOW);
      const wakeAt = decided.wakeAt ?? NOW + 1000 * HOUR;
      expect(wakeAt).toBeGreaterThan(NOW);
      const later = decide(left, given, Math.floor(NOW + (wakeAt - NOW) * part));
      expect([later.start, later.end]).toEqual([[], []]);
      expect(orderOf(later)).toEqual(orderOf(decided));
    }),
  );
});

test('all tasks that are not paused start in the end, however they block each other, if time passes and what runs ends', () => {
  fc.assert(
    fc.property(anyQueue, ({ given, found }) => {
      let left: QueueFacts = {
        ...found,
        paused: { all: false, categories: [] },
        tasks: found.tasks.filter(({ pausedAt }) => pausedAt === null),
      };
      let now = NOW;
      for (let round = 0; left.tasks.length > 0; round += 1) {
        expect(round).toBeLessThanOrEqual(3 * found.tasks.length + 60);
        const decision = decide(left, given, now);
        left = carriedOut(left, decision, now);
        const [first] = runningOnes(left);
        if (first) left = { ...left, tasks: left.tasks.filter((one) => one !== first) };
        else if (decision.end.length === 0) now = decision.wakeAt ?? Number.NaN;
      }
    }),
  );
});

test('the more urgent task starts first, and of two alike the older one', () => {
  expect(decide(facts([task(1), task(2, { priority: 1 }), task(3, { priority: 1 })]), rules(2), NOW).start).toEqual(['t2', 't3']);
  expect(decide(facts([task(2), task(1)]), rules(1), NOW).start).toEqual(['t1']);
});

test('a foreground task starts although every slot is taken or the queue is paused, and takes none', () => {
  const paused = { all: true, categories: ['e2e'] };
  expect(decide(facts([running(1), task(2, { foreground: true }), task(3)], { paused }), rules(1), NOW).start).toEqual(['t2']);
  expect(decide(facts([running(1, { foreground: true }), task(2)]), rules(1), NOW).start).toEqual(['t2']);
});

test('what waits for a slot says for which', () => {
  const waiting = (slots: number, more = {}) => reasonsOf(decide(facts([running(1), running(2), task(3)]), rules(slots, more), NOW));
  expect(waiting(1)).toEqual([['t3', 'Waits for the slot to become free.']]);
  expect(waiting(2)).toEqual([['t3', 'Waits for one of 2 slots to become free.']]);
  expect(waiting(3, { slotsPerCategory: { e2e: 2 } })).toEqual([['t3', 'Waits for one of 2 slots of e2e to become free.']]);
});

test('a category that has its slots full lets others pass', () => {
  const tasks = [running(1), task(2), task(3, { category: 'smoke' })];
  expect(decide(facts(tasks), rules(3, { slotsPerCategory: { e2e: 1 } }), NOW).start).toEqual(['t3']);
});
