import { endedByFailFast } from '../../contract/status.ts';
import type { Task, TaskConfig } from '../../contract/task.ts';
import type { Claim } from '../queue/queue-task.ts';

/** Earlier runs that are looked at. */
export const MOST_RUNS = 20;
const RUNS_FOR_DURATION = 10;
/** Suites that are remembered without asking the database. */
const MOST_SUITES = 500;

/** Which suite a task is of. */
export type SuiteName = Pick<TaskConfig, 'project' | 'category' | 'environment'>;

/** What earlier runs of a suite tell of the next one. */
export interface Usual {
  /** The median; null where none has run to its end. */
  durationMs: number | null;
  /** 90th percentiles; 0 where nothing is known. */
  claim: Claim;
}

interface Suite {
  /** The newest first. */
  runs: readonly Task[];
  usual: Usual;
}

/** What earlier runs of each suite (project, category and environment) took and needed. */
export class SuiteHistory {
  readonly #recentRuns: (suite: SuiteName, limit: number) => Task[];
  readonly #suites = new Map<string, Suite>();
  readonly #keys = new WeakMap<SuiteName, string>();

  /** `recentRuns`: tasks of the same suite that ran to their end, the newest first. Asked once for each suite. */
  constructor(recentRuns: (suite: SuiteName, limit: number) => Task[]) {
    this.#recentRuns = recentRuns;
  }

  usualOf(config: SuiteName): Usual {
    return this.#suiteOf(config).usual;
  }

  /** How long the task usually takes; null where no earlier run tells, and where it runs only a part of its suite. */
  usualMsOf({ config, rerunOnly }: Task): number | null {
    return rerunOnly === null ? this.usualOf(config).durationMs : null;
  }

  /** How many tests the last run with the same arguments had; null where none tells. */
  totalOf({ config, rerunOnly }: Task): number | null {
    if (rerunOnly !== null) return null;
    const words = JSON.stringify(config.additionalArgs);
    const last = this.#suiteOf(config).runs.find((run) => run.counts !== null && JSON.stringify(run.config.additionalArgs) === words);
    return last?.counts?.total ?? null;
  }

  /** What the task is expected to need: as asked, else as it was. */
  claimOf({ config }: Task): Claim {
    const { claim } = this.usualOf(config);
    return {
      cores: config.cpuClaimCores ?? claim.cores,
      memoryMb: config.memoryClaimGb === null ? claim.memoryMb : config.memoryClaimGb * 1024,
    };
  }

  /** Takes in a task that has ended. */
  ended(task: Task): void {
    const key = this.#keyOf(task.config);
    const suite = this.#suites.get(key);
    if (!suite || !ranToItsEnd(task)) return; // what was never asked for is read when it is
    this.#suites.set(key, suiteOf([task, ...suite.runs.filter(({ id }) => id !== task.id)].slice(0, MOST_RUNS)));
  }

  #suiteOf(config: SuiteName): Suite {
    const key = this.#keyOf(config);
    const known = this.#suites.get(key);
    if (known) return known;
    const suite = suiteOf(this.#recentRuns(config, MOST_RUNS).filter(ranToItsEnd));
    const [oldest] = this.#suites.keys();
    if (oldest !== undefined && this.#suites.size >= MOST_SUITES) this.#suites.delete(oldest);
    this.#suites.set(key, suite);
    return suite;
  }

  #keyOf(config: SuiteName): string {
    const known = this.#keys.get(config);
    if (known !== undefined) return known;
    const key = JSON.stringify([config.project, config.category, config.environment]);
    this.#keys.set(config, key);
    return key;
  }
}

/** What runs only a part of its suite says nothing of the whole. */
const ranToItsEnd = (task: Task) => {
  const { status } = task.state;
  return task.rerunOnly === null && (status === 'completed' || status === 'failed') && !endedByFailFast(task);
};

function suiteOf(runs: readonly Task[]): Suite {
  const durations = runs.slice(0, RUNS_FOR_DURATION).flatMap(({ state }) => durationOf(state) ?? []);
  const attempts = runs.flatMap((run) => run.attempts);
  return {
    runs,
    usual: {
      durationMs: percentile(durations, 0.5),
      claim: {
        cores:
          (percentile(
            attempts.flatMap(({ meanCpuPercent }) => meanCpuPercent ?? []),
            0.9,
          ) ?? 0) / 100,
        memoryMb:
          percentile(
            attempts.flatMap(({ peakMemoryMb }) => peakMemoryMb ?? []),
            0.9,
          ) ?? 0,
      },
    },
  };
}

function durationOf(state: Task['state']): number | null {
  if (!('endedAt' in state) || state.startedAt === null) return null;
  return Math.max(0, state.endedAt - state.startedAt);
}

/** By nearest rank: a value that has occurred. null of nothing. */
export function percentile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null;
}
