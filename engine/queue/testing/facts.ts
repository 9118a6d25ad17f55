import fc from 'fast-check';
import { decide } from '../decide.ts';
import type { MachineState, QueueFacts, QueueRules, QueueTask } from '../queue-task.ts';

export const HOUR = 3_600_000;
/** Before anybody has aged. */
export const NOW = 1;

/** A waiting task; its number tells its age. */
export const task = (number: number, rest: Partial<QueueTask> = {}): QueueTask => ({
  id: `t${number}`,
  number,
  category: 'e2e',
  submitter: 'me',
  startingAt: null,
  foreground: false,
  priority: 3,
  queuedAt: 0,
  since: rest.queuedAt ?? 0,
  lane: rest.submitter ?? 'me',
  rank: number,
  exclusiveKeys: [],
  pausedAt: null,
  startAt: null,
  after: [],
  afterNeeds: 'end',
  queueTimeoutMs: null,
  claim: { cores: 0, memoryMb: 0 },
  usedMemoryMb: 0,
  ...rest,
});
export const running = (number: number, rest: Partial<QueueTask> = {}): QueueTask => task(number, { startingAt: 0, ...rest });

export const MACHINE: MachineState = { cores: 4, memoryTotalMb: 8192, memoryAvailableMb: 8192, pressure: null };

export const facts = (tasks: readonly QueueTask[], rest: Partial<QueueFacts> = {}): QueueFacts => ({
  tasks,
  paused: { all: false, categories: [] },
  ended: new Map(),
  lastStarts: new Map(),
  machine: MACHINE,
  ...rest,
});

export const rules = (slots: number, rest: Partial<QueueRules> = {}): QueueRules => ({
  slots,
  slotsPerCategory: {},
  ageingMs: HOUR,
  useClaims: true,
  pressurePercent: { cpu: null, memory: null },
  ...rest,
});

/** The facts after the engine has carried a decision out. */
export function carriedOut(before: QueueFacts, decision: ReturnType<typeof decide>, now: number): QueueFacts {
  const gone = new Set(decision.end.map(({ taskId }) => taskId));
  const tasks = before.tasks
    .filter(({ id }) => !gone.has(id))
    .map((one) => (decision.start.includes(one.id) ? { ...one, startingAt: now } : one));
  return { ...before, tasks };
}

const anyTask = fc.record({
  category: fc.constantFrom('e2e', 'smoke'),
  submitter: fc.constantFrom('ana', 'ben', 'cem'),
  running: fc.boolean(),
  priority: fc.integer({ min: 1, max: 9 }),
  queuedAt: fc.integer({ min: -20 * HOUR, max: HOUR }),
  foreground: fc.boolean(),
  exclusiveKeys: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
  pausedAt: fc.option(fc.constant(0), { freq: 6 }),
  startAt: fc.option(fc.integer({ min: -HOUR, max: HOUR }), { freq: 4 }),
  queueTimeoutMs: fc.option(fc.integer({ min: 1, max: 40 * HOUR }), { freq: 4 }),
  claim: fc.record({ cores: fc.integer({ min: 0, max: 4 }), memoryMb: fc.integer({ min: 0, max: 8000 }) }),
});

/** Tasks of every kind; those that run already keep to the rules of `room`. */
export const anyFacts = (room: QueueRules): fc.Arbitrary<QueueFacts> =>
  fc
    .record({
      all: fc.array(anyTask, { maxLength: 20 }),
      paused: fc.record({ all: fc.boolean(), categories: fc.subarray(['e2e', 'smoke']) }),
      isPaused: fc.boolean(),
    })
    .map(({ all, paused, isPaused }) => {
      const tasks = all.map(({ running: isRunning, ...rest }, index) => task(index + 1, rest));
      const begun = all.flatMap(({ running: isRunning }, index) => (isRunning ? [`t${index + 1}`] : []));
      const free = facts(tasks.filter(({ id }) => begun.includes(id)));
      const started = new Set(decide(free, room, -HOUR).start);
      return facts(
        tasks.map((one) => (started.has(one.id) ? { ...one, startingAt: -HOUR } : one)),
        isPaused ? { paused } : {},
      );
    });

export const anyRules = fc
  .record({ slots: fc.integer({ min: 1, max: 5 }), smoke: fc.option(fc.integer({ min: 1, max: 2 })), useClaims: fc.boolean() })
  .map(({ slots, smoke, useClaims }) => rules(slots, { useClaims, slotsPerCategory: smoke === null ? {} : { smoke } }));
