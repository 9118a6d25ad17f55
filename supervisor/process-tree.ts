import type { EnvironAnswer, ProcessEntry } from './proc.ts';
import { isDead } from './proc.ts';

/** What tells that a process belongs to an attempt. */
export interface TreeMarks {
  /** The tests' first process, leader of their group and session; null where it never started. */
  leader: { pid: number; startTicks: string } | null;
  /** Start ticks by pid of every process that was ever seen in the tree. */
  known: ReadonlyMap<number, string>;
  /** Start ticks of the attempt: an older process can't be part of it, unless it is known. */
  since: number;
  /** The group's number was in use without a break since the leader started, so it can't have been given to somebody else. */
  groupIsOurs: boolean;
  /** Never a member, nor is what it started: the process that looks, and the host of this home if the tests happened to start it. */
  self: number;
  host: number | null;
}

/** What a scan found. */
export interface TreeScan {
  members: ProcessEntry[];
  /** Members that have ended and were not yet waited for. Their CPU time counts. */
  dead: ProcessEntry[];
  /** Orphans of this user, started during the attempt, of which nobody can say whether they belong to it. */
  doubtful: ProcessEntry[];
}

/**
 * Which of these processes belong to an attempt: those it was known to have, its process group and session, those that carry a mark of it (its
 * cookie, its output), and all that these have started. `marked` answers whether a process carries one; it is asked only where nothing else
 * decides, because it is the one expensive question.
 */
export function findTree(processes: readonly ProcessEntry[], marks: TreeMarks, marked: (entry: ProcessEntry) => EnvironAnswer): TreeScan {
  const { leader } = marks;
  const started = (entry: ProcessEntry) => Number(entry.startTicks) >= marks.since;
  // A host never carries a mark, so a pid that was given out again does not protect one of the tests.
  const spared = (entry: ProcessEntry) => entry.pid === marks.self || (entry.pid === marks.host && marked(entry) === 'no');
  const children = new Map<number, ProcessEntry[]>();
  for (const entry of processes) {
    const siblings = children.get(entry.parent);
    if (siblings) siblings.push(entry);
    else children.set(entry.parent, [entry]);
  }

  const owned = new Set<number>();
  const own = (entry: ProcessEntry): void => {
    if (owned.has(entry.pid) || spared(entry)) return;
    owned.add(entry.pid);
    for (const child of children.get(entry.pid) ?? []) own(child);
  };

  for (const entry of processes) {
    if (marks.known.get(entry.pid) === entry.startTicks || (entry.pid === leader?.pid && entry.startTicks === leader.startTicks))
      own(entry);
  }
  const inGroup = (entry: ProcessEntry) => leader !== null && (entry.group === leader.pid || entry.session === leader.pid);
  const numberReused = processes.some((entry) => entry.pid === leader?.pid && entry.startTicks !== leader.startTicks);
  const ownGroup = (): void => {
    if (numberReused) return;
    const mates = processes.filter((entry) => inGroup(entry) && started(entry));
    // One mate that is surely ours proves that the number still means our group.
    if (marks.groupIsOurs || mates.some((entry) => owned.has(entry.pid))) for (const entry of mates) own(entry);
  };
  ownGroup();

  const unclear: ProcessEntry[] = [];
  for (const entry of processes) {
    if (owned.has(entry.pid) || !started(entry) || entry.pid === marks.self) continue;
    const answer = marked(entry);
    if (answer === 'yes') own(entry);
    else if (answer === 'unclear' && !isDead(entry)) unclear.push(entry);
  }
  ownGroup();

  const ours = processes.filter((entry) => owned.has(entry.pid));
  return {
    members: ours.filter((entry) => !isDead(entry)),
    dead: ours.filter(isDead),
    doubtful: orphans(
      unclear.filter((entry) => !owned.has(entry.pid)),
      processes,
      marks,
      inGroup,
    ),
  };
}

/**
 * Of the processes nobody can judge, those that may have been ours: an orphan is given to process 1 or to an ancestor that asked for
 * orphans (PR_SET_CHILD_SUBREAPER), and ours could only be given to an ancestor of ours. What still has another living parent came from there.
 */
function orphans(
  unclear: ProcessEntry[],
  processes: readonly ProcessEntry[],
  marks: TreeMarks,
  inGroup: (entry: ProcessEntry) => boolean,
): ProcessEntry[] {
  const parents = new Map(processes.map((entry) => [entry.pid, entry.parent]));
  const adopters = new Set([1]);
  for (let pid = parents.get(marks.self); pid !== undefined && pid > 0 && !adopters.has(pid); pid = parents.get(pid)) adopters.add(pid);
  const found: ProcessEntry[] = [];
  // Oldest first: a child comes after its parent.
  for (const entry of unclear.toSorted((a, b) => Number(a.startTicks) - Number(b.startTicks))) {
    if (!adopters.has(entry.parent) && !inGroup(entry)) continue;
    found.push(entry);
    adopters.add(entry.pid);
  }
  return found;
}
