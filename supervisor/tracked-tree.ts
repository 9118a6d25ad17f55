import type { Identity } from '../contract/attempt.ts';
import { carriesVariable, type EnvironAnswer, isDead, listPids, outputsOf, type ProcessEntry, readProcess } from './proc.ts';
import { findTree, type TreeScan } from './process-tree.ts';
import { StatFiles } from './stat-files.ts';

export interface TrackedTreeOptions {
  /** Name of the environment variable that marks the attempt. */
  cookie: string;
  /** The tests' first process, leader of their group. */
  leader: Identity | null;
  /** Processes that were seen in the tree before. */
  known?: readonly Identity[];
  /** This object exists since the leader was started, so it can tell whether the group's number was free meanwhile. */
  fromTheStart: boolean;
  /** Where the leader wrote at first (`outputsOf`): who writes there too is of the tree, whatever became of its environment. */
  outputs?: readonly string[];
  /** Pid of this home's host, which is never part of a tree. */
  host?: () => number | null;
  /** Told of each process that is seen in the tree for the first time. */
  onNew?: (entry: ProcessEntry) => void;
}

/** Each so many looks one is a scan. */
const LOOKS_FOR_A_SCAN = 10;

/** The process tree of one attempt, as it changes. Remembers each process it ever saw, because a process can hide every other mark later. */
export class TrackedTree {
  readonly leader: Identity | null;
  readonly #options: TrackedTreeOptions;
  readonly #known = new Map<number, string>();
  readonly #withoutMark = new Map<number, string>();
  readonly #since: number;
  readonly #outputs: ReadonlySet<string>;
  #groupIsOurs: boolean;
  #seen = new Set<number>();
  /** Of these, the ones that are not ours and will not be. */
  #strangers = new Set<number>();
  #looks = 0;
  readonly #files = new StatFiles();

  constructor(options: TrackedTreeOptions) {
    this.#options = options;
    this.leader = options.leader;
    this.#groupIsOurs = options.fromTheStart;
    this.#outputs = new Set(options.outputs);
    for (const { pid, startTicks } of options.known ?? []) if (startTicks !== null) this.#known.set(pid, startTicks);
    const starts = [...this.#known.values(), ...(options.leader?.startTicks ? [options.leader.startTicks] : [])];
    this.#since = starts.length === 0 ? 0 : Math.min(...starts.map(Number));
  }

  /** The tree at this moment, from one pass over /proc; null where the platform has none. */
  scan(): TreeScan | null {
    this.#looks = 0;
    return this.#find(new Set());
  }

  /**
   * The same for a fraction of the work where a machine has many other processes: passes over those that were found to be strangers. A process
   * becomes ours by its birth alone, or because the one that started it turns out to be ours, and then all are looked at. What got a stranger's pid
   * between two looks is found by the scan that each tenth look is.
   */
  look(): Pick<TreeScan, 'members' | 'dead'> | null {
    this.#looks += 1;
    if (this.#looks >= LOOKS_FOR_A_SCAN) return this.scan();
    const [seen, known] = [this.#seen, new Set(this.#known.keys())];
    const found = this.#find(this.#strangers);
    if (found) this.#files.keep(found.members);
    const turnedOut = found?.members.some(({ pid }) => seen.has(pid) && !known.has(pid)) ?? false;
    return turnedOut ? this.scan() : found;
  }

  #find(passedOver: ReadonlySet<number>): TreeScan | null {
    const pids = listPids();
    if (pids === null) return null;
    const processes = pids.flatMap((pid) => (passedOver.has(pid) ? [] : (this.#files.read(pid) ?? [])));
    const { leader } = this;
    const host = this.#options.host?.() ?? null;
    const scan = findTree(
      processes,
      {
        leader: leader?.startTicks ? { pid: leader.pid, startTicks: leader.startTicks } : null,
        known: this.#known,
        since: this.#since,
        groupIsOurs: this.#groupIsOurs,
        self: process.pid,
        host,
      },
      (entry) => this.#marked(entry),
    );
    this.#remember(scan.members);
    if (!processes.some((entry) => this.#isInGroup(entry))) this.#groupIsOurs = false;
    const ours = new Set([...scan.members, ...scan.dead]);
    const strangers = pids.filter((pid) => passedOver.has(pid));
    for (const entry of processes) if (!ours.has(entry) && entry.pid !== host && this.#isStranger(entry)) strangers.push(entry.pid);
    this.#strangers = new Set(strangers);
    this.#seen = new Set([...strangers, ...processes.map(({ pid }) => pid)]);
    this.#forget(processes);
    return scan;
  }

  /**
   * The members among the processes that have appeared since the last look. Takes a fraction of the time of a scan, for trees that change
   * faster than that. `missed`: one was gone, or going, before it could be looked at, so it may have been one of them.
   */
  newcomers(): { members: ProcessEntry[]; missed: boolean } {
    const pids = listPids() ?? [];
    this.#strangers.clear(); // a pid that comes and goes between two of these is not seen by the next look
    const seen = new Set(pids);
    const members: ProcessEntry[] = [];
    let missed = false;
    for (const pid of pids) {
      if (this.#seen.has(pid)) continue;
      const entry = readProcess(pid);
      if (entry === null || isDead(entry)) {
        missed = true;
        continue;
      }
      const answer = this.#isNewMember(entry);
      if (answer === 'yes') {
        members.push(entry);
        this.#remember([entry]); // before its own children, which come after it
      } else if (answer !== 'no') {
        missed = true;
        seen.delete(pid);
      }
    }
    this.#seen = seen;
    return { members, missed };
  }

  /** Of one that is not ours now: it cannot become ours by itself. Whoever has the number of our group is looked at each time. */
  #isStranger(entry: ProcessEntry): boolean {
    const { pid, startTicks } = entry;
    if (pid === this.leader?.pid || this.#isInGroup(entry)) return false;
    return Number(startTicks) < this.#since || this.#withoutMark.get(pid) === startTicks;
  }

  #isInGroup({ group, session }: ProcessEntry): boolean {
    return group === this.leader?.pid || session === this.leader?.pid;
  }

  #isNewMember(entry: ProcessEntry): EnvironAnswer {
    const mark = this.#marked(entry);
    const related = this.#known.has(entry.parent) || (this.#groupIsOurs && this.#isInGroup(entry));
    return related && !(mark === 'no' && entry.pid === this.#options.host?.()) ? 'yes' : mark;
  }

  #marked(entry: ProcessEntry): EnvironAnswer {
    if (this.#withoutMark.get(entry.pid) === entry.startTicks) return 'no';
    const answer = isDead(entry) ? 'foreign' : carriesVariable(entry.pid, this.#options.cookie);
    if (answer === 'yes' || answer === 'foreign') return answer;
    if (this.#outputs.size > 0 && outputsOf(entry.pid).some((output) => this.#outputs.has(output))) return 'yes';
    if (answer === 'no') this.#withoutMark.set(entry.pid, entry.startTicks);
    return answer;
  }

  #remember(members: ProcessEntry[]): void {
    for (const entry of members) {
      if (this.#known.get(entry.pid) === entry.startTicks) continue;
      this.#known.set(entry.pid, entry.startTicks);
      this.#options.onNew?.(entry);
    }
  }

  // What has gone never comes back: a pair of pid and start is given out once.
  #forget(processes: ProcessEntry[]): void {
    const living = new Map(processes.map((entry) => [entry.pid, entry.startTicks]));
    for (const memory of [this.#known, this.#withoutMark]) {
      for (const [pid, startTicks] of memory) if (living.get(pid) !== startTicks && !this.#strangers.has(pid)) memory.delete(pid);
    }
  }
}
