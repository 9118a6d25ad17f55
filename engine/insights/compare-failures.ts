import type { TestStatus } from '../../contract/result.ts';
import { paced } from '../paced.ts';

/** Tests that are looked at in one go: each may cost two questions to the database. */
const AT_ONCE = 250;

/** Two runs' tests, named by numbers that mean the same in both. */
export interface Sides {
  /** What failed or was flaky. */
  now: ReadonlyMap<number, TestStatus>;
  before: ReadonlyMap<number, TestStatus>;
  /** What came of any test now; null where it did not run. */
  outcomeNow(test: number): TestStatus | null;
  wasFlaky(test: number): boolean;
  isQuarantined(test: number): boolean;
}

export interface ComparedFailures {
  newFailures: number[];
  fixed: number[];
  stillFailing: number[];
  knownFlaky: number[];
  quarantined: number[];
}

/**
 * What became of failures from one run to the other. Each test is in one list at most: what fails in quarantine says nothing more; what
 * failed before still fails, flaky or not; what did not is flaky where it is known to be; only the rest is new. A test that was failing and is
 * skipped or gone is not fixed.
 */
export async function compareFailures({ now, before, outcomeNow, wasFlaky, isQuarantined }: Sides): Promise<ComparedFailures> {
  const lists: ComparedFailures = { newFailures: [], fixed: [], stillFailing: [], knownFlaky: [], quarantined: [] };
  for await (const [test, outcome] of paced(now, AT_ONCE)) {
    const failedBefore = before.get(test) === 'failed';
    if (outcome === 'failed' && isQuarantined(test)) lists.quarantined.push(test);
    else if (outcome === 'failed' && failedBefore) lists.stillFailing.push(test);
    else if (!failedBefore && wasFlaky(test)) lists.knownFlaky.push(test);
    else if (outcome === 'failed') lists.newFailures.push(test);
  }
  for await (const [test, outcome] of paced(before, AT_ONCE)) {
    if (outcome !== 'failed') continue;
    const current = now.get(test) ?? outcomeNow(test);
    if (current === 'passed' || current === 'flaky') lists.fixed.push(test);
  }
  return lists;
}
