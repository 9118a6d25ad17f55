import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptEnd, Identity, ProcessNote } from '../contract/attempt.ts';
import { endUnseen } from './end-unseen.ts';
import { surroundings } from './identity.ts';
import { commandOf, type ProcessEntry, readProcess } from './proc.ts';
import type { TreeScan } from './process-tree.ts';
import { send } from './send-signal.ts';
import { TrackedTree } from './tracked-tree.ts';

/** What is left after a tree was ended. */
export type TreeEnd = Pick<AttemptEnd, 'survivors' | 'notChecked'>;

/** A tree that can be looked at again and again; `scan` answers null where the platform shows no processes. */
export type ScannedTree = Pick<TrackedTree, 'leader' | 'scan' | 'newcomers'>;

const GRACE_SCAN_MS = 100;
const KILL_SCAN_MS = 30;
/** How long SIGKILL may take. A process that waits for a dead disk or another machine (state D) does not end before that does. */
const KILL_DEADLINE_MS = 5000;
/** How long newcomers are looked for without a break: nothing else happens in this process meanwhile. */
const CHASE_MS = 200;
/** On a machine where others start processes all the time, so many looks make sure that none of those is one of ours. */
const LOOKS = 100;

/**
 * Ends a process tree: SIGTERM (or `first`, then SIGTERM after half of the grace) to the group; SIGTERM to those that left the group as soon as it is empty, or half of the grace is over, because
 * a well-behaved group ends its own; after `graceMs` SIGKILL to all, until two looks in a row find nobody. What is stopped is continued,
 * because a stopped process does not get its SIGTERM.
 */
export async function endTree(
  tree: ScannedTree,
  graceMs: number,
  { first = 'SIGTERM', killMs = KILL_DEADLINE_MS }: { first?: 'SIGTERM' | 'SIGINT'; killMs?: number } = {},
): Promise<TreeEnd> {
  const group = tree.leader?.pid ?? null;
  let scan = tree.scan();
  if (scan === null) return endUnseen(group, graceMs, killMs);

  const asked = new Set<string>();
  const begun = performance.now();
  const passed = () => performance.now() - begun;
  let request: 'SIGTERM' | 'SIGINT' = first;
  for (let pause = 10; scan.members.length > 0 && passed() < graceMs; pause = Math.min(2 * pause, GRACE_SCAN_MS)) {
    const { members } = scan;
    const mates = members.filter((entry) => entry.group === group);
    if (request !== 'SIGTERM' && passed() > graceMs / 2) {
      request = 'SIGTERM';
      asked.clear();
    }
    if (asked.size === 0 && group !== null && mates.length > 0) {
      send(-group, request);
      for (const entry of mates) asked.add(keyOf(entry));
    }
    const strays =
      mates.length === 0 || passed() > graceMs / 2 ? members.filter((entry) => entry.group !== group && !asked.has(keyOf(entry))) : [];
    for (const entry of strays) {
      asked.add(keyOf(entry));
      signal(entry, request);
    }
    for (const entry of members) if (entry.state === 'T') signal(entry, 'SIGCONT');
    await delay(Math.min(pause, Math.max(1, graceMs - passed())));
    scan = tree.scan() ?? scan;
  }
  return killAll(tree, scan, killMs);
}

async function killAll(tree: ScannedTree, first: TreeScan, killMs: number): Promise<TreeEnd> {
  const group = tree.leader?.pid ?? null;
  const deadline = performance.now() + killMs;
  let scan = first;
  for (let empty = 0; ; scan = tree.scan() ?? scan) {
    if (performance.now() >= deadline) break;
    const members = scan.members.length > 0 ? freeze(tree, scan.members) : lateMembers(tree);
    empty = members.length === 0 ? empty + 1 : 0;
    if (empty === 2) break;
    if (group !== null && members.some((entry) => entry.group === group)) send(-group, 'SIGKILL');
    for (const entry of members) signal(entry, 'SIGKILL');
    await delay(empty > 0 ? 10 : KILL_SCAN_MS);
  }
  return { survivors: scan.members.map(noteOf), notChecked: scan.doubtful.map(noteOf) };
}

/**
 * Stops the members, and whoever they have started until they stood still: a tree that starts processes faster than they are found can only be
 * killed once it starts no more. Answers all of them.
 */
function freeze(tree: ScannedTree, members: readonly ProcessEntry[]): ProcessEntry[] {
  const frozen = [...members];
  for (const entry of members) signal(entry, 'SIGSTOP');
  const deadline = performance.now() + CHASE_MS;
  for (let quiet = 0; quiet < 2 && performance.now() < deadline; ) {
    const { members: found } = tree.newcomers();
    for (const entry of found) send(entry.pid, 'SIGSTOP');
    frozen.push(...found);
    quiet = found.length === 0 ? quiet + 1 : 0;
  }
  return frozen;
}

/**
 * A scan that finds nobody proves little where a process lives shorter than the scan takes: each may have been gone when it was its turn. So the
 * newcomers are looked at until none of them has escaped that look.
 */
function lateMembers(tree: ScannedTree): ProcessEntry[] {
  for (let looks = 0; looks < LOOKS; looks++) {
    const { members, missed } = tree.newcomers();
    if (members.length > 0) return freeze(tree, members);
    if (!missed) break;
  }
  return [];
}

const keyOf = (entry: ProcessEntry) => `${entry.pid} ${entry.startTicks}`;
const noteOf = (entry: ProcessEntry): ProcessNote => ({ pid: entry.pid, command: commandOf(entry) });

// The pid may have been given to somebody else since the scan, so it is looked at once more, right before.
function signal(entry: ProcessEntry, name: NodeJS.Signals): void {
  if (readProcess(entry.pid)?.startTicks === entry.startTicks) send(entry.pid, name);
}

export interface SweepOptions {
  cookie: string;
  /** Every process that was ever seen in the tree; `readKnownProcesses` gives them. */
  known: readonly Identity[];
  /** The tests' first process, leader of their group. */
  group: Identity | null;
  /** From SIGTERM to SIGKILL. */
  graceMs: number;
}

export interface SweepResult extends TreeEnd {
  /** False where this process has no way to tell who is who (another pid namespace, no /proc): then nothing was touched. */
  checked: boolean;
}

/**
 * Ends what a supervisor that was killed has left. Never touches a process of which nothing proves that it belonged to the attempt, nor the
 * caller and what it started.
 */
export async function sweepTree({ graceMs, ...marks }: SweepOptions): Promise<SweepResult> {
  const tree = treeLeft(marks);
  if (tree === 'elsewhere') return { checked: false, survivors: [], notChecked: [] };
  if (tree === 'rebooted') return { checked: true, survivors: [], notChecked: [] };
  return { checked: true, ...(await endTree(tree, graceMs)) };
}

/** What a supervisor that was killed has left, without touching it; null where this process has no way to tell. */
export function findLeft(marks: Omit<SweepOptions, 'graceMs'>): ProcessNote[] | null {
  const tree = treeLeft(marks);
  if (tree === 'elsewhere') return null;
  return tree === 'rebooted' ? [] : (tree.scan()?.members.map(noteOf) ?? null);
}

function treeLeft({ cookie, known: given, group }: Omit<SweepOptions, 'graceMs'>): TrackedTree | 'elsewhere' | 'rebooted' {
  const here = surroundings();
  const all = group === null ? given : [group, ...given];
  const elsewhere = all.some(
    (identity) => identity.bootId === null || (identity.bootId === here.bootId && identity.pidNamespace !== here.pidNamespace),
  );
  if (here.bootId === null || here.pidNamespace === null || elsewhere) return 'elsewhere';
  const ofThisBoot = (identity: Identity) => identity.bootId === here.bootId;
  const leader = group !== null && ofThisBoot(group) ? group : null;
  const known = given.filter(ofThisBoot);
  if (all.length > 0 && leader === null && known.length === 0) return 'rebooted'; // which ended them
  return new TrackedTree({ cookie, leader, known, fromTheStart: false });
}
