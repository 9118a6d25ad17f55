import { paced } from '../paced.ts';

/** What is kept; 0 megabytes and 0 runs mean nothing but what is protected. */
export interface RetentionRules {
  keepDays: number;
  /** Per suite. */
  keepRuns: number;
  keepDiskMb: number;
  /** A project with a limit of its own is measured alone; all others share the home's. */
  ownDisk: boolean;
}

/** One ended run. */
export interface KeptRun {
  taskId: string;
  number: number;
  endedAt: number;
  project: string;
  /** Runs of one project, category and environment have the same. */
  suite: number;
  verdict: string | null;
  /** Of its folder; 0 where only its history is left. */
  bytes: number;
}

export type PruneReason = 'age' | 'number' | 'disk';

export interface Pruned {
  run: KeptRun;
  reason: PruneReason;
  /** The history goes too: the summary, its tests and the result file. Otherwise logs and artifacts alone. */
  history: boolean;
}

const DAY_MS = 86_400_000;
/** Runs that are looked at in one go while the host does other work. */
const AT_ONCE = 2000;
const MIB = 1024 * 1024;

/**
 * Which runs go. What is older than `keepDays` goes whole; of more than `keepRuns` in a suite, and of what takes more than `keepDiskMb`, the
 * oldest give up their files and keep their history. The last run of a suite that passed, its last one that failed, and the newest of all
 * stay as they are. Quickest where the runs come newest first.
 */
export async function planRetention(
  runs: readonly KeptRun[],
  rulesOf: (project: string) => RetentionRules,
  now: number,
): Promise<Pruned[]> {
  const newestFirst = runs.toSorted((a, b) => b.endedAt - a.endedAt || b.number - a.number);
  const safe = await protectedOf(newestFirst);
  const pruned = new Map<KeptRun, Pruned>();
  const inSuite = new Map<number, number>();
  const onDisk = new Map<string, number>();
  for await (const run of paced(newestFirst, AT_ONCE)) {
    const rules = rulesOf(run.project);
    const nth = (inSuite.get(run.suite) ?? 0) + 1;
    inSuite.set(run.suite, nth);
    if (!safe.has(run) && run.endedAt < now - rules.keepDays * DAY_MS) pruned.set(run, { run, reason: 'age', history: true });
    else if (!safe.has(run) && nth > rules.keepRuns && run.bytes > 0) pruned.set(run, { run, reason: 'number', history: false });
  }
  // What is protected takes its room first, so that it is not on top of the limit.
  const share = ({ project }: KeptRun) => (rulesOf(project).ownDisk ? project : '');
  for (const run of safe) onDisk.set(share(run), (onDisk.get(share(run)) ?? 0) + run.bytes);
  for await (const run of paced(newestFirst, AT_ONCE)) {
    if (safe.has(run) || pruned.has(run) || run.bytes === 0) continue;
    const used = (onDisk.get(share(run)) ?? 0) + run.bytes;
    // From the first that does not fit on all older ones go: the order in which runs vanish is theirs in time.
    onDisk.set(share(run), used);
    if (used > rulesOf(run.project).keepDiskMb * MIB) pruned.set(run, { run, reason: 'disk', history: false });
  }
  return newestFirst.flatMap((run) => pruned.get(run) ?? []).reverse();
}

async function protectedOf(newestFirst: readonly KeptRun[]): Promise<ReadonlySet<KeptRun>> {
  const safe = new Set<KeptRun>();
  const seen = new Set<string>();
  let newest: KeptRun | undefined;
  for await (const run of paced(newestFirst, AT_ONCE)) {
    if (newest === undefined || run.number > newest.number) newest = run;
    const kind = run.verdict === 'passed' || run.verdict === 'flaky' ? 'passed' : run.verdict === 'failed' ? 'failed' : null;
    if (kind === null || seen.has(`${kind} ${run.suite}`)) continue;
    seen.add(`${kind} ${run.suite}`);
    safe.add(run);
  }
  // Its number is counted on from.
  if (newest) safe.add(newest);
  return safe;
}
