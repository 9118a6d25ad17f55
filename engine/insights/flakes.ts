import type { TestStatus } from '../../contract/result.ts';

/** One test in one run. */
export interface SeenTest {
  /** The run's number. */
  number: number;
  endedAt: number;
  environment: string;
  /** Equal where the same code was tested with the same configuration; null where nobody knows. */
  code: string | null;
  outcome: TestStatus;
}

/** A run in which a test was flaky. */
export interface Flake extends SeenTest {
  /** It passed when it was tried again in the run itself; else in another run of the same code. */
  isWithin: boolean;
}

/**
 * Runs in which a test was flaky: it failed first and passed later in them, or failed although it passed in another run of the same code
 * with the same configuration in the same environment.
 */
export function flakesOf(runs: readonly SeenTest[]): Flake[] {
  const passed = new Set(runs.filter(({ outcome }) => outcome === 'passed' || outcome === 'flaky').flatMap((run) => codeOf(run) ?? []));
  return runs.flatMap((run): Flake[] => {
    if (run.outcome === 'flaky') return [{ ...run, isWithin: true }];
    const code = codeOf(run);
    return run.outcome === 'failed' && code !== null && passed.has(code) ? [{ ...run, isWithin: false }] : [];
  });
}

const codeOf = ({ code, environment }: SeenTest) => (code === null ? null : `${environment}\n${code}`);

const LETTERS: Readonly<Record<TestStatus, string>> = { passed: 'p', failed: 'f', flaky: 'k', skipped: 's' };

export const letterOf = ({ outcome }: { outcome: TestStatus }): string => LETTERS[outcome];

/** A letter for each of the last outcomes, the oldest first. */
export const stripOf = (runs: readonly SeenTest[], most: number): string =>
  runs
    .toSorted((a, b) => a.endedAt - b.endedAt || a.number - b.number)
    .slice(-most)
    .map(letterOf)
    .join('');
