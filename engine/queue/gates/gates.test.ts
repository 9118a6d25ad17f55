import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from '../decide.ts';
import type { QueueTask } from '../queue-task.ts';
import { facts, HOUR, MACHINE, NOW, rules, running, task } from '../testing/facts.ts';
import { sentenceOf } from '../wait.ts';

const MINUTE = 60_000;
const reasonsAt = (now: number, ...args: Parameters<typeof facts>) =>
  decide(facts(...args), rules(5), now).waiting.map(({ wait }) => sentenceOf(wait, now));
const needs = (memoryMb: number, cores = 0) => ({ claim: { cores, memoryMb } });

test('a task that waits for a key lets the next one pass and says who has held it for how long', () => {
  const tasks = [running(1, { exclusiveKeys: ['staging-db'] }), task(2, { priority: 1, exclusiveKeys: ['staging-db'] }), task(3)];
  expect(decide(facts(tasks), rules(2), NOW).start).toEqual(['t3']);
  expect(reasonsAt(3 * MINUTE, tasks)).toEqual(['Waits for exclusive key staging-db, which #1 has held for 3 min.']);
  expect(reasonsAt(NOW, tasks)).toEqual(['Waits for exclusive key staging-db, which #1 has held for less than a minute.']);
  expect(reasonsAt(125 * MINUTE, tasks)).toEqual(['Waits for exclusive key staging-db, which #1 has held for 2 h 5 min.']);
});

test('a key that is free goes to the one that waits for it and for another, not to those behind it', () => {
  const tasks = [running(1, { exclusiveKeys: ['a'] }), task(2, { exclusiveKeys: ['a', 'b'] }), task(3, { exclusiveKeys: ['b'] }), task(4)];
  expect(decide(facts(tasks), rules(4), NOW).start).toEqual(['t4']);
  expect(reasonsAt(MINUTE, tasks).at(-1)).toBe('Waits for exclusive key b, which #2 gets first.');
});

test('two keys are got in the end, though tasks that need one of them keep coming', () => {
  const single = (number: number) => task(number, { exclusiveKeys: [number % 2 === 0 ? 'a' : 'b'] });
  let tasks: QueueTask[] = [
    running(1, { exclusiveKeys: ['b'] }),
    running(2, { exclusiveKeys: ['a'] }),
    task(3, { exclusiveKeys: ['a', 'b'] }),
  ];
  for (let number = 4; ; number += 1) {
    expect(number).toBeLessThan(10);
    const { start } = decide(facts(tasks), rules(5), NOW);
    if (start.includes('t3')) break;
    tasks = tasks.map((one) => (start.includes(one.id) ? { ...one, startingAt: number } : one));
    const oldest = tasks.findIndex(({ startingAt }) => startingAt !== null); // it ends, and another one comes
    tasks = [...tasks.filter((_, index) => index !== oldest), single(number)];
  }
});

test('what is paused does not start and says so; what runs goes on', () => {
  const tasks = [running(1), task(2), task(3, { category: 'smoke' }), task(4, { category: 'api', pausedAt: MINUTE })];
  expect(reasonsAt(4 * MINUTE, tasks, { paused: { all: false, categories: ['smoke'] } })).toEqual([
    'Waits because smoke is paused.',
    'Waits because it has been paused for 3 min.',
  ]);
  const all = decide(facts(tasks, { paused: { all: true, categories: [] } }), rules(5), NOW);
  expect(all.start).toEqual([]);
  expect(all.wakeAt).toBe(HOUR); // it ages while it waits
});

test('a task starts at its time, which is when the queue asks again', () => {
  const tasks = [task(1, { startAt: 90 * MINUTE, queuedAt: 90 * MINUTE })];
  const early = decide(facts(tasks), rules(1), NOW);
  expect([early.start, early.wakeAt]).toEqual([[], 90 * MINUTE]);
  expect(reasonsAt(NOW, tasks)).toEqual(['Waits for its start time, in 1 h 30 min.']);
  expect(decide(facts(tasks), rules(1), 90 * MINUTE).start).toEqual(['t1']);
});

test('a task starts when the last of those that it follows has ended, however they ended', () => {
  const follower = task(3, { after: ['t1', 't2', 't0'] });
  const ended = new Map([['t0', { name: '#0', passed: false, outcome: 'failed' }]]);
  expect(reasonsAt(NOW, [running(1), running(2), follower], { ended })).toEqual(['Waits for #1 and 1 more to end.']);
  expect(reasonsAt(NOW, [running(2), follower], { ended })).toEqual(['Waits for #2 to end.']);
  expect(decide(facts([follower], { ended }), rules(1), NOW).start).toEqual(['t3']);
});

test('a task that needs the others green is cancelled as soon as one of them is not, with that sentence', () => {
  const follower = task(3, { after: ['t1', 't2'], afterNeeds: 'passed' });
  const after = (passed: boolean, outcome: string) =>
    decide(facts([running(2), follower], { ended: new Map([['t1', { name: '#1', passed, outcome }]]) }), rules(1), NOW);
  expect(after(false, 'failed').end).toEqual([
    { taskId: 't3', as: 'cancelled', reason: 'It was to start after #1 had passed, but #1 failed.' },
  ]);
  expect(after(true, 'passed')).toMatchObject({ start: [], end: [] });
  expect(decide(facts([follower]), rules(1), NOW).end[0]?.reason).toBe(
    'It was to start after t1 had passed, but t1 is not known any more.',
  );
});

test('what follows a cancelled one that had to pass is cancelled with it, and what only follows its end starts', () => {
  const tasks = [
    task(2, { after: ['t1'], afterNeeds: 'passed' }),
    task(3, { after: ['t2'], afterNeeds: 'passed' }),
    task(4, { after: ['t3'] }),
  ];
  const decision = decide(facts(tasks, { ended: new Map([['t1', { name: '#1', passed: false, outcome: 'failed' }]]) }), rules(1), NOW);
  expect(decision.end.map(({ reason }) => reason)).toEqual([
    'It was to start after #1 had passed, but #1 failed.',
    'It was to start after #2 had passed, but #2 was cancelled.',
  ]);
  expect(decision.start).toEqual(['t4']);
});

test('a task that has waited as long as it may ends with what it waited for, and the queue asks again at that moment', () => {
  const tasks = [running(1, { exclusiveKeys: ['db'] }), task(2, { exclusiveKeys: ['db'], queueTimeoutMs: 5 * MINUTE, queuedAt: MINUTE })];
  expect(decide(facts(tasks), rules(5), NOW)).toMatchObject({ end: [], wakeAt: 6 * MINUTE });
  expect(decide(facts(tasks), rules(5), 6 * MINUTE).end).toEqual([
    {
      taskId: 't2',
      as: 'timeout',
      reason: 'It did not start within its queue timeout of 5 min. It waited for exclusive key db, which #1 has held for 6 min.',
    },
  ]);
});

test('a task waits for the memory and the cores that it is expected to need', () => {
  const running4 = running(1, { claim: { cores: 2, memoryMb: 4096 }, usedMemoryMb: 1024 });
  const machine = { ...MACHINE, memoryAvailableMb: 7168 };
  // 7168 available less the 3072 that the running one will still take
  expect(reasonsAt(NOW, [running4, task(2, needs(5120))], { machine })).toEqual([
    'Waits for 5.0 GiB of memory, of which 4.0 are free beside what runs.',
  ]);
  expect(reasonsAt(NOW, [running4, task(2, needs(0, 3))], { machine })).toEqual([
    'Waits for 3 cores, of which 2 are free beside what runs.',
  ]);
  expect(decide(facts([running4, task(2, needs(4096, 2))], { machine }), rules(5), NOW).start).toEqual(['t2']);
  expect(decide(facts([running4, task(2, needs(5120))], { machine }), rules(5, { useClaims: false }), NOW).start).toEqual(['t2']);
});

test('where nothing of ours runs the first one starts, whatever it is expected to need', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 8192 }),
      (memory, cores, free) => {
        const machine = { ...MACHINE, memoryAvailableMb: free, pressure: { cpu: 100, memory: 100 } };
        const strict = rules(2, { pressurePercent: { cpu: 1, memory: 1 } });
        expect(decide(facts([task(1, needs(memory, cores)), task(2, needs(memory, cores))], { machine }), strict, NOW).start[0]).toBe('t1');
      },
    ),
  );
});

test('small tasks pass a big one where they do not delay it, and no others do', () => {
  const big = task(2, needs(6144));
  const tasks = [
    running(1, { ...needs(4096), startingAt: -1 }),
    big,
    task(3, needs(3072)),
    task(4, needs(1024)),
    task(5, needs(1024)),
    task(6, needs(1024)),
  ];
  // 8192 in all: beside the big one there are 2048 left, for two small ones
  expect(decide(facts(tasks), rules(9), NOW).start).toEqual(['t4', 't5']);
});

test('a big task starts although small ones keep coming', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 4096 }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 4097, max: 8192 }), (small, large) => {
      let tasks: QueueTask[] = [running(1, needs(4096)), running(2, needs(4096)), task(3, { ...needs(large), queuedAt: NOW })];
      let now = NOW;
      for (const [index, memory] of small.entries()) {
        const { start } = decide(facts(tasks), rules(4), now);
        if (start.includes('t3')) return;
        tasks = tasks.map((one) => (start.includes(one.id) ? { ...one, startingAt: now } : one));
        const oldest = tasks.findIndex(({ startingAt }) => startingAt !== null);
        tasks = [...tasks.filter((_, at) => at !== oldest), task(index + 4, { ...needs(memory), queuedAt: now })];
        now += HOUR / 10;
      }
      expect.unreachable('the big one was starved');
    }),
  );
});

test('on a machine under pressure no second task starts, and it is looked at again soon', () => {
  const machine = { ...MACHINE, pressure: { cpu: 90, memory: 35 } };
  const both = facts([running(1), task(2)], { machine });
  const at = (pressurePercent: { cpu: number | null; memory: number | null }) => decide(both, rules(2, { pressurePercent }), NOW);
  expect(at({ cpu: null, memory: null }).start).toEqual(['t2']);
  expect(at({ cpu: 91, memory: 36 }).start).toEqual(['t2']);
  const waits = at({ cpu: null, memory: 20 });
  expect(waits.waiting.map(({ wait }) => sentenceOf(wait, NOW))).toEqual([
    "Waits for the machine's memory pressure to fall below 20 %; it is 35 %.",
  ]);
  expect(waits.wakeAt).toBe(NOW + 10_000);
});
