import { z } from 'zod';
import { TestCase, TestCounts } from './result.ts';

/** What the process that reads reports is asked: which files, and what is known of the run that wrote them. */
export const ReadRequest = z.object({
  /** Absolute paths, each once. */
  files: z.array(z.string()),
  /** The folder that files are named from. */
  root: z.string(),
  /** `any`: what a file holds tells. `playwright_events`: the lines of our own Playwright reporter, which may be cut anywhere. */
  format: z.enum(['any', 'playwright_events']),
  /** What the tests are said to be of where no file names its tool. */
  tool: z.string().nullable(),
  /** UTC ms; null where nobody knows. */
  startedAt: z.number().nullable(),
  /** Of the command that wrote them; null where nobody knows it. */
  exitCode: z.number().nullable(),
  /** A folder that the tests are kept in, as ctrf.json and tests.json; null: nowhere. */
  keepIn: z.string().nullable(),
  /** All of it follows the answer, as the document that `report --json` prints. */
  document: z.boolean().default(false),
});
export type ReadRequest = z.input<typeof ReadRequest>;

/** Numbers to chart, by the metric's name and its aggregate: `http_req_duration` → `{ avg, p(95), … }`, in the tool's units. */
export const Metrics = z.record(z.string(), z.record(z.string(), z.number()));
export type Metrics = z.infer<typeof Metrics>;

/** Failures that an answer has itself. */
export const MOST_FAILURES = 1000;

/** What those files hold, in the size of an answer: 50,000 tests are kept in a folder, or follow it as a document. */
export const ReadAnswer = z.object({
  /** Names of the formats, each once, in the order of the files. */
  formats: z.array(z.string()),
  tool: z.object({ name: z.string(), version: z.string().nullable() }).nullable(),
  /** null where no file could be read. */
  counts: TestCounts.nullable(),
  durationMs: z.number(),
  /** Titles of the first failed tests, at most 20. */
  failedTests: z.array(z.string()),
  /** The first error or failed test with its message, and how many more there are; null where nothing failed. */
  errorMessage: z.string().nullable(),
  /** What a person should know of files that were read. */
  warnings: z.array(z.string()),
  /** A sentence for each file that could not be read. */
  problems: z.array(z.string()),
  /** Something is missing from a file that was read, so that it cannot be green. */
  incomplete: z.boolean(),
  /** Errors that belong to no test, such as one of a global set-up; at most 1000. They are in no count. */
  errors: z.array(TestCase),
  /** How many these are. */
  errorCount: z.number().int(),
  /** Failed tests in the order of the files, without their traces; at most 1000, `counts` says how many there are. */
  failures: z.array(TestCase),
  /** What load tests measured. */
  metrics: Metrics.default({}),
});
export type ReadAnswer = z.infer<typeof ReadAnswer>;
