import { z } from 'zod';
import { Verdict } from './result.ts';

/** Runs that flakiness is told from where nobody says how many. */
export const FLAKY_RUNS = 30;
export const MOST_FLAKY_RUNS = 500;
export const MOST_TREND_DAYS = 365;

/** A test over many runs. */
export const KnownTest = z.object({
  /** As results name it: describe blocks and its own name. */
  title: z.string(),
  file: z.string().nullable(),
  line: z.number().int().nullable(),
  /** Name of the runner's own project or browser, where it has several. */
  browser: z.string().nullable(),
});
export type KnownTest = z.infer<typeof KnownTest>;

/** A test that gave both outcomes on the same commit with the same configuration. */
export const FlakyTest = KnownTest.extend({
  category: z.string(),
  /** Where it was flaky. */
  environments: z.array(z.string()),
  /** Part of the runs in which it was flaky, from 0 to 1: `flakes` of `runs`. */
  rate: z.number(),
  flakes: z.number().int(),
  /** Runs in which it ran, among those that were looked at. */
  runs: z.number().int(),
  /** Flakes that showed within a run (a try or an attempt after it passed), and between runs of the same code. */
  withinRuns: z.number().int(),
  betweenRuns: z.number().int(),
  /** Ends of the first and the last run in which it was flaky, in UTC ms, as far as the last 1000 runs tell (fewer where many suites are asked for). */
  firstSeenAt: z.number(),
  lastSeenAt: z.number(),
  /** `#12`: the runs themselves. */
  firstSeenIn: z.number().int(),
  lastSeenIn: z.number().int(),
  /** What its flakes have in common, as sentences; empty where that may be chance. */
  patterns: z.array(z.string()),
  /** Its last outcomes (at most 30), the oldest first: p, f, k (flaky), s. */
  outcomes: z.string(),
  /** The last day of its quarantine, such as 2026-12-24; null where it is in none. */
  quarantinedUntil: z.string().nullable(),
});
export type FlakyTest = z.infer<typeof FlakyTest>;

/** How a test did in its last runs. */
export const TestStrip = KnownTest.extend({
  /** Its last outcomes (at most 30), the oldest first: p, f, k (flaky), s. */
  outcomes: z.string(),
});
export type TestStrip = z.infer<typeof TestStrip>;

/** Tests that failed for the same reason. */
export const FailureGroup = z.object({
  /** The first line of the commonest message, as it was. */
  message: z.string(),
  /** Innermost line of the stack that is the project's own: `tests/cart.spec.ts:12`. */
  frame: z.string().nullable(),
  /** How many tests. */
  count: z.number().int(),
  /** Their titles, at most 20. */
  tests: z.array(z.string()),
});
export type FailureGroup = z.infer<typeof FailureGroup>;

/** What an ended run changed, beside the run that it is compared with. */
export const Change = z.object({
  /** Failed now and not before. Known flaky and quarantined tests are not among them. */
  new: z.number().int(),
  /** Failed before, passed now. */
  fixed: z.number().int(),
  stillFailing: z.number().int(),
  /** Failed or were flaky now, did not fail before, and have been flaky before. */
  knownFlaky: z.number().int(),
  /** Id of the run before; null where there is none to compare with. */
  base: z.string().nullable(),
  /** `#38`: since when in a row the suite's runs on this branch fail; null where this one does not, or is the first. */
  since: z.number().int().nullable(),
  /** How many runs on this branch had failed directly before this green one. */
  recoveredAfter: z.number().int(),
});
export type Change = z.infer<typeof Change>;

/** One of two runs that are compared. */
export const ComparedRun = z.object({
  taskId: z.string(),
  number: z.number().int(),
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  environment: z.string(),
  endedAt: z.number(),
  verdict: Verdict.nullable(),
});
export type ComparedRun = z.infer<typeof ComparedRun>;

/** A test of which something is told by comparing. */
export const ComparedTest = KnownTest.extend({ message: z.string().nullable() });
export type ComparedTest = z.infer<typeof ComparedTest>;

/** A test that took longer than its earlier runs let expect. */
export const SlowerTest = KnownTest.extend({
  durationMs: z.number(),
  /** Median of the runs before. */
  usualMs: z.number(),
});
export type SlowerTest = z.infer<typeof SlowerTest>;

/** Two runs side by side. Of each list at most 200 tests; `counts` has all. */
export const Comparison = z.object({
  run: ComparedRun,
  /** null where there is no earlier run of the suite. */
  base: ComparedRun.nullable(),
  /** How the other run was chosen: the last one on the main branch, on the same branch, at all; or it was asked for. */
  chosen: z.enum(['main_branch', 'same_branch', 'previous', 'asked']).nullable(),
  /** One of the two ran only a part of the suite: what the other did not run is not called new or gone. */
  isPartial: z.boolean(),
  newFailures: z.array(ComparedTest),
  fixed: z.array(ComparedTest),
  stillFailing: z.array(ComparedTest),
  knownFlaky: z.array(ComparedTest),
  /** Failed in quarantine. */
  quarantined: z.array(ComparedTest),
  slower: z.array(SlowerTest),
  newTests: z.array(KnownTest),
  goneTests: z.array(KnownTest),
  counts: z.object({
    newFailures: z.number().int(),
    fixed: z.number().int(),
    stillFailing: z.number().int(),
    knownFlaky: z.number().int(),
    quarantined: z.number().int(),
    slower: z.number().int(),
    newTests: z.number().int(),
    goneTests: z.number().int(),
  }),
});
export type Comparison = z.infer<typeof Comparison>;

/** Several runs in figures. Times in ms; null where no run tells. Percent of one core; MiB of the whole tree. */
const figures = {
  runs: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  flaky: z.number().int(),
  /** Part of the runs that were green, from 0 to 1; cancelled runs count for nothing. */
  passRate: z.number().nullable(),
  durationP50Ms: z.number().nullable(),
  durationP90Ms: z.number().nullable(),
  waitP50Ms: z.number().nullable(),
  waitP90Ms: z.number().nullable(),
  meanCpuPercent: z.number().nullable(),
  peakMemoryMb: z.number().nullable(),
};

/** The runs that ended on one day of this machine's calendar. */
export const TrendDay = z.object({ day: z.string(), ...figures });
export type TrendDay = z.infer<typeof TrendDay>;

export const TrendRun = z.object({
  taskId: z.string(),
  number: z.number().int(),
  endedAt: z.number(),
  status: z.enum(['completed', 'failed', 'timeout', 'cancelled']),
  verdict: Verdict.nullable(),
  durationMs: z.number().nullable(),
  waitMs: z.number().nullable(),
  meanCpuPercent: z.number().nullable(),
  peakMemoryMb: z.number().nullable(),
});
export type TrendRun = z.infer<typeof TrendRun>;

export const SlowTest = KnownTest.extend({
  /** Over its last runs, at most 30. */
  durationP50Ms: z.number(),
  durationP90Ms: z.number(),
  runs: z.number().int(),
});
export type SlowTest = z.infer<typeof SlowTest>;

/** How a suite has done over some days. */
export const Trend = z.object({
  project: z.string(),
  category: z.string(),
  environment: z.string(),
  ...figures,
  /** The oldest first; days without runs are not there. */
  days: z.array(TrendDay),
  /** The last ones (at most 500), the oldest first. */
  points: z.array(TrendRun),
  /** The slowest first, at most 10. */
  slowest: z.array(SlowTest),
  /** What got slower: its last 5 runs (`durationMs`) beside those before (`usualMs`); the most by far first, at most 10. */
  slower: z.array(SlowerTest),
});
export type Trend = z.infer<typeof Trend>;

const DAY_RULE = 'must be a day such as 2026-12-24';
export const Day = z
  .string(DAY_RULE)
  .regex(/^\d{4}-\d{2}-\d{2}$/, DAY_RULE)
  .refine((day) => new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) ?? false, DAY_RULE);

const TEST_RULE = "must be a test's title";
/** What a project's `background-e2e.quarantine.yaml` says of one test. */
export const QuarantineEntry = z.strictObject({
  /** Its title as results name it, or the end of it after a ›. */
  test: z.string(TEST_RULE).trim().min(1, TEST_RULE).max(20_000, 'must have at most 20,000 characters'),
  /** Only the test of that file, relative to the project. */
  file: z.string('must be a path').min(1, 'must be a path').nullish(),
  /** The last day on which it holds. */
  until: Day,
  reason: z.string('must be text').max(2000, 'must have at most 2000 characters').nullish(),
});
export type QuarantineEntry = z.infer<typeof QuarantineEntry>;

export const Quarantine = z.object({
  /** Where the entries are, whether or not the file is there. */
  path: z.string(),
  entries: z.array(QuarantineEntry.extend({ isExpired: z.boolean() })),
  /** Why the file could not be understood, as a sentence: then nothing is in quarantine. */
  problem: z.string().nullable(),
});
export type Quarantine = z.infer<typeof Quarantine>;
