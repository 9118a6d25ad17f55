import { setTimeout as delay } from 'node:timers/promises';
import type { Identity, ProcessNote } from '../contract/attempt.ts';
import { surroundings } from './identity.ts';
import { commandOf, type ProcessEntry, readProcess } from './proc.ts';
import type { TreeScan } from './process-tree.ts';
import { TrackedTree } from './tracked-tree.ts';

/** What is left after a tree was ended. */
export interface TreeEnd {
  /** Still alive after SIGKILL. */
  survivors: ProcessNote[];
  /** Orphans of this user that started meanwhile and of which nobody can say whether they belonged to the tree. */
  notChecked: ProcessNote[];
}

/** A tree that can be looked at again and again; `scan` answers null where the platform shows no processes. */
export type ScannedTree = Pick<TrackedTree, 'leader' | 'scan'>;

const GRACE_SCAN_MS = 100;
const KILL_SCAN_MS = 30;
/** How long SIGKILL may take. A process that waits for a dead disk or another machine (state D) does not end before that does. */
const KILL_DEADLINE_MS = 5000;

/**
 * Ends a process tree: SIGTERM to the group; SIGTERM to those that left the group as soon as it is empty, or half of the grace is over, because
 * a well-behaved group ends its own; after `graceMs` SIGKILL to all, until two scans in a row find nobody.
 */
export async function endTree(tree: ScannedTree, graceMs: number, killMs = KILL_DEADLINE_MS): Promise<TreeEnd> {
  const group = tree.leader?.pid ?? null;
  let scan = tree.scan();
  if (scan === null) return endGroupUnseen(group, graceMs, killMs);

  const asked = new Set<string>();
  const begun = performance.now();
  const passed = () => performance.now() - begun;
  for (let pause = 10; scan.members.length > 0 && passed() < graceMs; pause = Math.min(2 * pause, GRACE_SCAN_MS)) {
    const { members } = scan;
    const mates = members.filter((entry) => entry.group === group);
    if (asked.size === 0 && group !== null && mates.length > 0) {
      signalGroup(group, 'SIGTERM');
      for (const entry of mates) asked.add(keyOf(entry));
    }
    const strays =
      mates.length === 0 || passed() > graceMs / 2 ? members.filter((entry) => entry.group !== group && !asked.has(keyOf(entry))) : [];
    for (const entry of strays) {
      asked.add(keyOf(entry));
      signal(entry, 'SIGTERM');
    }
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
    empty = scan.members.length === 0 ? empty + 1 : 0;
    if (empty === 2 || performance.now() >= deadline) break;
    if (group !== null && scan.members.some((entry) => entry.group === group)) signalGroup(group, 'SIGKILL');
    for (const entry of scan.members) signal(entry, 'SIGKILL');
    await delay(empty > 0 ? 10 : KILL_SCAN_MS);
  }
  return { survivors: scan.members.map(noteOf), notChecked: scan.doubtful.map(noteOf) };
}

const keyOf = (entry: ProcessEntry) => `${entry.pid} ${entry.startTicks}`;
const noteOf = (entry: ProcessEntry): ProcessNote => ({ pid: entry.pid, command: commandOf(entry) });

// The pid may have been given to somebody else since the scan, so it is looked at once more, right before.
function signal(entry: ProcessEntry, name: NodeJS.Signals): void {
  if (readProcess(entry.pid)?.startTicks === entry.startTicks) send(entry.pid, name);
}

const signalGroup = (group: number, name: NodeJS.Signals) => send(-group, name);

function send(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, name);
  } catch {
    return false; // gone (ESRCH), or not ours to end (EPERM): the next scan tells
  }
}

/** Without /proc only the group can be ended, and nobody can look for those that left it. Windows has no groups: there it is the one process. */
async function endGroupUnseen(group: number | null, graceMs: number, killMs: number): Promise<TreeEnd> {
  if (group === null) return { survivors: [], notChecked: [] };
  const target = process.platform === 'win32' ? group : -group;
  const begun = performance.now();
  send(target, 'SIGTERM');
  while (send(target, 0) && performance.now() - begun < graceMs) await delay(GRACE_SCAN_MS);
  send(target, 'SIGKILL');
  const deadline = performance.now() + killMs;
  while (send(target, 0) && performance.now() < deadline) await delay(KILL_SCAN_MS);
  return { survivors: send(target, 0) ? [{ pid: group, command: 'process group' }] : [], notChecked: [] };
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
export async function sweepTree(options: SweepOptions): Promise<SweepResult> {
  const here = surroundings();
  const given = options.group === null ? options.known : [options.group, ...options.known];
  const elsewhere = given.some(
    (identity) => identity.bootId === null || (identity.bootId === here.bootId && identity.pidNamespace !== here.pidNamespace),
  );
  if (here.bootId === null || here.pidNamespace === null || elsewhere) return { checked: false, survivors: [], notChecked: [] };
  const ofThisBoot = (identity: Identity) => identity.bootId === here.bootId;
  const leader = options.group !== null && ofThisBoot(options.group) ? options.group : null;
  const known = options.known.filter(ofThisBoot);
  if (given.length > 0 && leader === null && known.length === 0) return { checked: true, survivors: [], notChecked: [] }; // a reboot ended them
  const tree = new TrackedTree({ cookie: options.cookie, leader, known, fromTheStart: false });
  return { checked: true, ...(await endTree(tree, options.graceMs)) };
}
