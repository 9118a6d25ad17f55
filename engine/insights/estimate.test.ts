import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Estimate, type EstimatedTask, estimate } from './estimate.ts';

const MINUTE = 60_000;
const task = (id: string, minutes: number | null, rest: Partial<EstimatedTask> = {}): EstimatedTask => ({
  id,
  category: 'e2e',
  foreground: false,
  exclusiveKeys: [],
  startedAt: null,
  usualMs: minutes === null ? null : minutes * MINUTE,
  isPaused: false,
  needsRoom: false,
  startAt: null,
  after: [],
  ...rest,
});
const running = (id: string, minutes: number | null, rest: Partial<EstimatedTask> = {}) => task(id, minutes, { startedAt: 0, ...rest });
const inMinutes = (found: Iterable<[string, Estimate]>) =>
  Object.fromEntries([...found].map(([id, { startAt, endAt }]) => [id, [startAt, endAt].map((at) => (at === null ? null : at / MINUTE))]));
const rules = (slots: number, slotsPerCategory = {}) => ({ slots, slotsPerCategory });

test('each task starts when a slot becomes free and takes as long as usual', () => {
  const found = estimate([running('a', 10), running('b', 4)], [task('c', 3), task('d', 5), task('e', 1)], rules(2), MINUTE);
  expect(inMinutes(found)).toEqual({ a: [null, 10], b: [null, 4], c: [4, 7], d: [7, 12], e: [10, 11] });
});

test('a duration that nobody knows hides what comes after it, not what has another slot', () => {
  const found = estimate([running('a', null), running('b', 4)], [task('c', null), task('d', 5)], rules(2), 0);
  expect(inMinutes(found)).toEqual({ a: [null, null], b: [null, 4], c: [4, null], d: [null, null] });
});

test('what runs longer than usual may end at any moment, and says no more when', () => {
  expect(inMinutes(estimate([running('a', 10)], [task('b', 1)], rules(1), 15 * MINUTE))).toEqual({ a: [null, null], b: [15, 16] });
});

test('what waits for cores or memory beside free slots starts no sooner than something that runs ends', () => {
  const big = { needsRoom: true };
  expect(inMinutes(estimate([running('a', 10), running('b', 4)], [task('c', 1, big)], rules(9), 0))).toMatchObject({ c: [4, 5] });
  expect(inMinutes(estimate([running('a', null)], [task('c', 1, big), task('d', 1)], rules(9), 0))).toMatchObject({
    c: [null, null],
    d: [0, 1],
  });
  expect(inMinutes(estimate([], [task('c', 1, big)], rules(9), 0))).toMatchObject({ c: [0, 1] });
});

test('keys, slots of a category, start times, predecessors and pauses are minded', () => {
  const key = { exclusiveKeys: ['db'] };
  expect(inMinutes(estimate([running('a', 10, key)], [task('b', 1, key), task('c', 2)], rules(3), 0))).toMatchObject({
    b: [10, 11],
    c: [0, 2],
  });
  expect(inMinutes(estimate([running('a', 10)], [task('b', 1)], rules(3, { e2e: 1 }), 0))).toMatchObject({ b: [10, 11] });
  const waiting = [
    task('b', 1, { startAt: 7 * MINUTE }),
    task('c', 2, { after: ['b'] }),
    task('d', 1, { isPaused: true }),
    task('e', 1, { after: ['d'] }),
  ];
  expect(inMinutes(estimate([], waiting, rules(9), 0))).toEqual({ b: [7, 8], c: [8, 10], d: [null, null], e: [null, null] });
});

test('whoever asks for the first ones pays for no others', () => {
  const asked: string[] = [];
  function* waiting() {
    for (const id of ['b', 'c', 'd']) {
      asked.push(id);
      yield task(id, 1);
    }
  }
  for (const [id] of estimate([running('a', 1)], waiting(), rules(1), 0)) if (id === 'b') break;
  expect(asked).toEqual(['b']);
});

test('more that run than there are slots, as after a change of the settings, free none at first', () => {
  expect(inMinutes(estimate([running('a', 1), running('b', 2), running('c', 3)], [task('d', 1)], rules(1), 0))).toMatchObject({
    d: [3, 4],
  });
});

test('never do more tasks run at a time than there are slots, and none starts in the past', () => {
  const minutes = fc.integer({ min: 1, max: 50 });
  fc.assert(
    fc.property(
      fc.array(minutes, { maxLength: 4 }),
      fc.array(minutes, { maxLength: 20 }),
      fc.integer({ min: 4, max: 6 }),
      (runs, waits, slots) => {
        const begun = runs.map((usual, index) => running(`r${index}`, usual));
        const found = estimate(
          begun,
          waits.map((usual, index) => task(`w${index}`, usual)),
          rules(slots),
          0,
        );
        const spans = [...found].map(([, { startAt, endAt }]) => [startAt ?? 0, endAt ?? Number.NaN] as const);
        for (const [start] of spans) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(spans.filter(([from, to]) => from <= start && start < to).length).toBeLessThanOrEqual(slots);
        }
      },
    ),
  );
});
