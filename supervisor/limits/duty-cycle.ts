import type { ProcessEntry } from '../proc.ts';
import { readProcess } from '../proc.ts';
import type { TrackedTree } from '../tracked-tree.ts';
import { TreeCpu } from '../tree-cpu.ts';
import type { LimitMeans } from './means.ts';

/** A tree that uses less than it may saves up this much of its time, so that a short burst is not stopped. */
const BURST_MS = 500;
/** A stop lasts at least this long, or until the least slice is saved up. */
const STOP_MS = 50;
/** Least CPU time for a slice: the kernel tells times in steps of 10 ms for each process. */
const SLICE_MS = 20;
/** No stop is longer, whatever was used before: not all of a tree can be stopped where parts of it belong to another user. */
const LONGEST_STOP_MS = 5000;
const SHORTEST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 100;
/** A whole pass over /proc finds new processes. It may take this much of one core. */
const SCAN_SHARE = 0.02;
const SHORTEST_SCAN_MS = 200;

/** Stops the tree and lets it go on, many times a second, so that it gets its share of the machine on average and no more. */
export const dutyCycle: LimitMeans = {
  name: 'duty-cycle',
  kind: 'cpu',
  tryApply({ cpuPercent }, { cores, platform }) {
    if (cpuPercent === null) return { reason: 'no CPU limit is set' };
    if (platform !== 'linux') return { reason: `what a tree of processes uses can't be measured on ${platform}` };
    return {
      hold: ({ tree }) => {
        const cycle = new DutyCycle(tree, (cpuPercent / 100) * cores, cores);
        return { release: () => cycle.release() };
      },
    };
  },
};

/** The part of a tree that the cycle looks at. */
export type CycledTree = Pick<TrackedTree, 'scan'>;

/**
 * An account of CPU time: it grows by `rate` (in cores) while time passes, and shrinks by what the tree uses. When it is empty the tree is stopped
 * until there is enough for another slice. All that it stopped goes on when it is released, and at the end of this process.
 */
export class DutyCycle {
  readonly #tree: CycledTree;
  readonly #rate: number;
  readonly #cores: number;
  readonly #cpu = new TreeCpu();
  #members: ProcessEntry[] = [];
  /** Processes that were stopped by the tests themselves: those stay so. */
  #theirs = new Set<number>();
  #saved: number;
  #lookedAt = performance.now();
  #scanAt = 0;
  #stoppedAt: number | null = null;
  #stoppedMs = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #onExit = () => this.release();

  constructor(tree: CycledTree, rate: number, cores: number) {
    this.#tree = tree;
    this.#rate = rate;
    this.#cores = cores;
    this.#saved = this.#slice;
    process.on('exit', this.#onExit); // a defect of ours must not leave the tests stopped
    this.#wait(SHORTEST_LOOK_MS);
  }

  /** Ends the cycle; everything goes on. Answers for how long the tree was stopped in all, in ms. */
  release(): number {
    process.off('exit', this.#onExit);
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#stoppedMs === 0 && this.#stoppedAt === null) return 0;
    this.#scan();
    this.#goOn();
    return Math.round(this.#stoppedMs);
  }

  get #slice(): number {
    return Math.max(SLICE_MS, this.#rate * STOP_MS);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    this.#measure();
    if (this.#stoppedAt === null) {
      if (this.#saved <= 0) this.#stop();
    } else if (this.#saved >= this.#slice) {
      this.#goOn();
    } else {
      this.#stop(); // who came, or went on, meanwhile
    }
    const missing = this.#stoppedAt === null ? this.#saved / this.#cores : (this.#slice - this.#saved) / this.#rate;
    this.#wait(Math.min(Math.max(missing, SHORTEST_LOOK_MS), LONGEST_LOOK_MS));
  }

  #measure(): void {
    if (performance.now() >= this.#scanAt) this.#scan();
    else this.#members = this.#members.map((entry) => current(entry)).filter((entry) => entry !== null);
    const now = performance.now();
    const earned = this.#rate * (now - this.#lookedAt);
    this.#lookedAt = now;
    const saved = this.#saved + earned - this.#cpu.advance(this.#members);
    this.#saved = Math.min(Math.max(saved, -this.#rate * LONGEST_STOP_MS), Math.max(this.#rate * BURST_MS, 2 * this.#slice));
    if (this.#stoppedAt === null) this.#theirs = new Set(this.#members.filter(({ state }) => state === 'T').map(({ pid }) => pid));
  }

  #scan(): void {
    const begun = performance.now();
    const scan = this.#tree.scan();
    this.#members = scan ? [...scan.members, ...scan.dead] : [];
    this.#scanAt = performance.now() + Math.max(SHORTEST_SCAN_MS, (performance.now() - begun) / SCAN_SHARE);
  }

  #stop(): void {
    this.#stoppedAt ??= performance.now();
    // Whole groups first: that also reaches what was started since the last scan.
    for (const group of this.#groups()) send(-group, 'SIGSTOP');
    for (const { pid, state } of this.#members) if (state !== 'T' && state !== 'Z') send(pid, 'SIGSTOP');
  }

  #goOn(): void {
    if (this.#stoppedAt !== null) this.#stoppedMs += performance.now() - this.#stoppedAt;
    this.#stoppedAt = null;
    for (const group of this.#groups()) send(-group, 'SIGCONT');
    for (const { pid } of this.#members) if (!this.#theirs.has(pid)) send(pid, 'SIGCONT');
  }

  /** Groups that are the tree's as a whole: their leader is in it. A group with one that the tests have stopped is left out. */
  #groups(): Set<number> {
    const groups = new Set(this.#members.filter(({ pid, group }) => pid === group).map(({ group }) => group));
    for (const { pid, group } of this.#members) if (this.#theirs.has(pid)) groups.delete(group);
    return groups;
  }
}

function current({ pid, startTicks }: ProcessEntry): ProcessEntry | null {
  const now = readProcess(pid);
  return now?.startTicks === startTicks ? now : null;
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // gone, or another user's
  }
}
