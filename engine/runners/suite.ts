import { z } from 'zod';
import { FailFast, NoOutputTimeoutMinutes, RetryDelaySeconds, RetryOn, RetryReason, RunnerName } from '../../contract/task.ts';

/** A category of a project with everything known that running it needs. Kept with each task, so that a later edit of the project's file does not change it. */
export const Suite = z.object({
  category: z.string(),
  runner: RunnerName,
  /** The argv of runner `command`; null for the others. */
  command: z.array(z.string()).nullable(),
  args: z.array(z.string()),
  /** The runner's own config file, absolute. */
  configFile: z.string().nullable(),
  /** Files or globs, relative to the project's root. */
  reports: z.array(z.string()),
  /** Files, folders or globs, relative to the project's root, that are kept of each attempt. */
  artifacts: z.array(z.string()).default([]),
  verdictFrom: z.enum(['report', 'exit_code']),
  envVars: z.record(z.string(), z.string()),
  timeoutMinutes: z.number(),
  maxRetries: z.number(),
  retryOn: RetryOn.default(RetryReason.options),
  retryDelaySeconds: RetryDelaySeconds.default(1),
  noOutputTimeoutMinutes: NoOutputTimeoutMinutes.nullable().default(null),
  failFast: FailFast.nullable().default(null),
  /** The argv that runs only failed tests, with placeholders. */
  rerunFailed: z.array(z.string()).nullable().default(null),
  priority: z.number(),
  exclusive: z.array(z.string()),
  parallel: z.boolean(),
  cpuLimitPercent: z.number().nullable().default(null),
  memoryLimitGb: z.number().nullable().default(null),
  cpuClaimCores: z.number().nullable().default(null),
  memoryClaimGb: z.number().nullable().default(null),
  queueTimeoutMinutes: z.number().nullable().default(null),
});
export type Suite = z.infer<typeof Suite>;
