import { z } from 'zod';

const at = z.number();

/** Which try of which test it is. */
const test = {
  id: z.string(),
  /** Describe blocks and the test's own title, outer first; file and project come beside. */
  title: z.array(z.string()),
  /** Name of the Playwright project; empty where there is only one without a name. */
  project: z.string(),
  /** Relative to `rootDir`. */
  file: z.string(),
  line: z.number().int(),
  /** 0 for the first try. */
  retry: z.number().int(),
};

/** One line of `playwright.ndjson`, as our Playwright reporter writes it: live channel and report in one. */
export const PlaywrightEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('begin'),
    at,
    schema: z.literal(1),
    version: z.string(),
    rootDir: z.string(),
    total: z.number().int(),
    workers: z.number().int(),
  }),
  z.object({
    type: z.literal('testBegin'),
    at,
    ...test,
  }),
  z.object({
    type: z.literal('testEnd'),
    at,
    ...test,
    tags: z.array(z.string()),
    status: z.enum(['passed', 'failed', 'timedOut', 'skipped', 'interrupted']),
    expectedStatus: z.enum(['passed', 'failed', 'timedOut', 'skipped', 'interrupted']),
    /** Playwright's own verdict over all tries so far. */
    outcome: z.enum(['expected', 'unexpected', 'flaky', 'skipped']),
    /** Another try of this test follows. */
    willRetry: z.boolean(),
    startedAt: z.number(),
    duration: z.number(),
    errors: z.array(z.object({ message: z.string(), stack: z.string(), snippet: z.string() })),
    attachments: z.array(z.object({ name: z.string(), contentType: z.string(), path: z.string() })),
  }),
  /** An error outside of any test: a global set-up, a file that does not compile. */
  z.object({ type: z.literal('error'), at, message: z.string(), stack: z.string() }),
  z.object({ type: z.literal('end'), at, status: z.enum(['passed', 'failed', 'timedout', 'interrupted']) }),
]);
export type PlaywrightEvent = z.infer<typeof PlaywrightEvent>;
