import type { Paused } from '../../contract/queue.ts';

/** What a task is expected to need while it runs. */
export interface Claim {
  cores: number;
  memoryMb: number;
}

/** What the queue has to know of a task that has not ended. Times in UTC ms. */
export interface QueueTask {
  id: string;
  number: number;
  category: string;
  /** Whose running tasks it counts among. */
  submitter: string;
  /** When its start was decided; null while it waits. */
  startingAt: number | null;
  /** Starts at once and takes no slot. */
  foreground: boolean;
  /** 1 is the most urgent. */
  priority: number;
  /** It waits for its turn since then: it was queued, or its start time came. */
  queuedAt: number;
  /** It ages as if it had waited since then. */
  since: number;
  /** It waits among the tasks of this lane, ordered by rank. */
  lane: string;
  rank: number;
  exclusiveKeys: readonly string[];
  pausedAt: number | null;
  startAt: number | null;
  after: readonly string[];
  afterNeeds: 'end' | 'passed';
  /** How long it may wait; null: as long as it takes. */
  queueTimeoutMs: number | null;
  claim: Claim;
  /** What it takes at the moment. */
  usedMemoryMb: number;
}

/** The machine as a claim meets it. */
export interface MachineState {
  cores: number;
  memoryTotalMb: number;
  /** What a program could still get without swapping. */
  memoryAvailableMb: number;
  /** `some avg10` of /proc/pressure, in percent; null where the system does not tell. */
  pressure: { cpu: number; memory: number } | null;
}

/** A task that has ended and that others were to follow. */
export interface Predecessor {
  /** `#41`, or its id where no more is known of it. */
  name: string;
  /** Green: passed or flaky. */
  passed: boolean;
  /** How it ended, as in `#41 failed`. */
  outcome: string;
}

/** When a submitter's last task started, and which it was. */
export interface LastStart {
  at: number;
  number: number;
}

export interface QueueFacts {
  /** All that have not ended, in the order in which they were added. */
  tasks: readonly QueueTask[];
  paused: Paused;
  /** Those of the ended ones that a waiting task names in `after`. */
  ended: ReadonlyMap<string, Predecessor>;
  /** By submitter, also of tasks that have ended. */
  lastStarts: ReadonlyMap<string, LastStart>;
  machine: MachineState;
}

export interface QueueRules {
  slots: number;
  slotsPerCategory: Readonly<Record<string, number>>;
  /** A waiting task gains one step of priority each time that it has waited this long. */
  ageingMs: number;
  useClaims: boolean;
  /** Beside a running task, another starts only below these, in percent; null: never mind. */
  pressurePercent: { cpu: number | null; memory: number | null };
}
