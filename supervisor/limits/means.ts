import type { AskedLimits, LimitKind } from '../../contract/attempt.ts';
import type { MemoryReading } from '../memory-gauge.ts';
import type { TrackedTree } from '../tracked-tree.ts';

/** What there is to hold limits with. */
export interface Machine {
  platform: NodeJS.Platform;
  /** Processors that the tests could use. */
  cores: number;
  memoryBytes: number;
  /** The file of a program that belongs to the system; null where it is not installed. */
  program: (name: string) => string | null;
  /** Why ionice, this file, cannot set the idle class here; null where it can. */
  idleIoRefusal: (ionice: string) => string | null;
  /** Why no systemd scope can hold this kind of limit here; null where one can. */
  scopeRefusal: (kind: 'cpu' | 'memory') => string | null;
}

/** The tests, once they run. */
export interface Running {
  pid: number;
  tree: TrackedTree;
  /** Ends the attempt, because it took more than it may; the sentence says so. */
  exceeded: (sentence: string) => void;
}

/** A means at work. */
export interface Hold {
  /** Told of each measurement of the tree's memory. */
  onMemory?: (reading: MemoryReading) => void;
  /** Lets go: the tests are about to be ended. Answers for how long they were stopped, in ms. */
  release?: () => number;
}

/** How a means goes about it. All that apply are used together. */
export interface Applied {
  /** A program with its arguments, put before the command line: it sets something and becomes the tests by exec. */
  wrapper?: readonly string[];
  /** A property of a systemd scope (systemd.resource-control(5)). */
  scopeProperty?: string;
  /** Begins as soon as the tests run. */
  hold?: (running: Running) => Hold;
  /** What of the limit it cannot hold here. */
  exceptThat?: string;
}

export interface Refused {
  /** A sentence for a person, without a capital and a full stop. */
  reason: string;
}

/** One way to hold one kind of limit. */
export interface LimitMeans {
  readonly name: string;
  readonly kind: LimitKind;
  tryApply(asked: AskedLimits, machine: Machine): Applied | Refused;
}
