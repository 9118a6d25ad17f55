import { z } from 'zod';

/** What the tests said. `none`: no results were found, so it is never green. */
export const Verdict = z.enum(['passed', 'failed', 'flaky', 'none']);
export type Verdict = z.infer<typeof Verdict>;

/** Counted test cases. A flaky test counts as passed and in `flaky`. */
export const TestCounts = z.object({
  total: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  flaky: z.number().int(),
  /** Failed ones that are in quarantine; absent where there are none. */
  quarantined: z.number().int().optional(),
});
export type TestCounts = z.infer<typeof TestCounts>;

export const TestStatus = z.enum(['passed', 'failed', 'flaky', 'skipped']);
export type TestStatus = z.infer<typeof TestStatus>;

/** A test case as the window shows it. Its source is the attempt's CTRF report. */
export const TestCase = z.object({
  name: z.string(),
  /** Outer first: file, describe blocks. */
  suite: z.array(z.string()),
  status: TestStatus,
  durationMs: z.number(),
  retries: z.number().int(),
  message: z.string().nullable(),
  trace: z.string().nullable(),
  filePath: z.string().nullable(),
  line: z.number().int().nullable(),
  /** It failed in quarantine. */
  quarantined: z.boolean().optional(),
});
export type TestCase = z.infer<typeof TestCase>;

export const ExportFormat = z.enum(['ctrf', 'junit', 'html', 'markdown'], 'must be ctrf, junit, html or markdown');
export type ExportFormat = z.infer<typeof ExportFormat>;

/** How progress is known: by the runner's own live channel, by what it prints, or by how long earlier runs of the suite took. */
export const ProgressSource = z.enum(['channel', 'output', 'time']);
export type ProgressSource = z.infer<typeof ProgressSource>;

/** How far a running attempt is. */
export const Progress = z.object({
  source: ProgressSource.optional(),
  /** Percent of the whole run where it is not told by counting tests: by time, or by the runner's own word. */
  percent: z.number().nullable().optional(),
  /** When the run will probably end, in UTC ms; null where earlier runs do not tell. */
  estimatedEndAt: z.number().nullable().optional(),
  /** null until the runner has said how many there are. */
  total: z.number().int().nullable(),
  /** The total is that of the last run, because the runner does not tell. */
  totalIsEstimate: z.boolean().optional(),
  done: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  flaky: z.number().int(),
  skipped: z.number().int(),
  /** One character for each finished test in order of ending: p, f, k (flaky), s. At most 400, the last ones. */
  outcomes: z.string(),
  current: z.object({ title: z.string(), startedAt: z.number() }).nullable(),
  /** As they happen; at most 20, the first ones. */
  failures: z.array(z.object({ title: z.string(), message: z.string() })),
});
export type Progress = z.infer<typeof Progress>;
