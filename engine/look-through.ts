import type { FailureGroup } from '../contract/insights.ts';
import { attachmentsOf } from './artifacts/attachments.ts';
import { Causes } from './insights/causes.ts';
import { hasTimedOut } from './limits.ts';
import { Parting } from './quarantine/apply.ts';
import { quarantineIn } from './quarantine/judged.ts';
import { titleOf } from './reports/ctrf.ts';
import type { TestPieces } from './reports/kept-report.ts';

/** Causes that a task keeps. */
const MOST_CAUSES = 10;

/** What the tests of an attempt tell who judges it. */
export interface LookedThrough {
  parted: Parting;
  /** Why the project's quarantine takes nothing out, where its file could not be understood. */
  quarantineProblem: string | null;
  /** Why tests failed that are not in quarantine, and what went wrong outside of tests. */
  groups: FailureGroup[];
  /** Paths of what the tests attached, and the title of the test that did. */
  attached: Map<string, string>;
  /** A test failed because it ran out of time. */
  timedOut: boolean;
}

/** Looks through an attempt's tests once, a piece at a time: there may be 50,000 with a long trace each, and the host has other work. */
export async function lookThrough(pieces: TestPieces, projectRoot: string): Promise<LookedThrough> {
  const { entries, problem } = await quarantineIn(projectRoot);
  const parted = new Parting(entries, Date.now());
  const causes = new Causes(projectRoot);
  const attached = new Map<string, string>();
  let timedOut = false;
  for await (const tests of pieces) {
    for (const test of tests) {
      const isJudged = parted.add(test);
      for (const path of attachmentsOf(test, projectRoot)) attached.set(path, titleOf(test));
      if (test.status !== 'failed' && test.status !== 'other') continue;
      timedOut ||= hasTimedOut(test);
      const title = test.status === 'other' ? test.name : titleOf(test);
      if (isJudged) causes.add({ title, message: test.message ?? null, trace: test.trace ?? null });
    }
  }
  return { parted, quarantineProblem: problem, groups: causes.groups(MOST_CAUSES), attached, timedOut };
}
