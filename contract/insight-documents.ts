import type { Result } from './api.ts';
import { rfc3339 } from './documents.ts';
import type { ComparedRun } from './insights.ts';
import { toSnakeCase } from './json.ts';

/** What `flaky --json` prints. */
export const flakyDocument = ({ tests, runs }: Result<'getFlaky'>) =>
  toSnakeCase({
    runs,
    tests: tests.map(({ firstSeenAt, lastSeenAt, ...test }) => ({
      ...test,
      firstSeenAt: rfc3339(firstSeenAt),
      lastSeenAt: rfc3339(lastSeenAt),
    })),
  });

const comparedRun = ({ endedAt, ...run }: ComparedRun) => ({ ...run, endedAt: rfc3339(endedAt) });

/** What `compare --json` prints. */
export const comparisonDocument = ({ run, base, ...rest }: Result<'compareRuns'>) =>
  toSnakeCase({ run: comparedRun(run), base: base && comparedRun(base), ...rest });

/** What `insights --json` prints. */
export const trendsDocument = ({ since, suites }: Result<'getTrends'>) =>
  toSnakeCase({
    since: rfc3339(since),
    suites: suites.map(({ points, ...suite }) => ({
      ...suite,
      points: points.map(({ endedAt, ...point }) => ({ ...point, endedAt: rfc3339(endedAt) })),
    })),
  });

/** What `quarantine list --json` prints. */
export const quarantineDocument = (quarantine: Result<'listQuarantine'>) => toSnakeCase(quarantine);
