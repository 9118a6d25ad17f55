import type { Applied, LimitMeans, Refused } from './means.ts';

/** Fewer workers use less. Engine and runner have chosen their number already; here it is recorded. */
export const playwrightWorkers: LimitMeans = {
  name: 'playwright-workers',
  kind: 'cpu',
  tryApply({ workers }): Applied | Refused {
    if (workers === null) return { reason: 'the runner has no workers, or its arguments say how many' };
    return {};
  },
};
