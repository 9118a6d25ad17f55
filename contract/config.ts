import { z } from 'zod';
import {
  CpuClaimCores,
  CpuLimitPercent,
  EnvVars,
  FailFast,
  MemoryClaimGb,
  MemoryLimitGb,
  Name,
  NoOutputTimeoutMinutes,
  Priority,
  QueueTimeoutMinutes,
  Retries,
  RetryDelaySeconds,
  RetryOn,
  RunnerName,
  Text,
  TimeoutMinutes,
} from './task.ts';

/** Stands in `rerun_failed` for something of the failed tests: `{files}`, or joined by what follows the colon `{files:,}`. */
export const RERUN_PLACEHOLDER = /\{(files|names|ids)(?::([^}]*))?\}/;

/** What a project says of one category in `background-e2e.yaml`. */
export const CategoryConfig = z
  .strictObject({
    runner: RunnerName.optional(),
    /** An argv list; no shell is between. */
    command: z
      .array(Text)
      .min(1, 'must have at least the program')
      .refine(([program]) => program !== '', 'must begin with the name of a program')
      .optional(),
    args: z.array(Text).optional(),
    /** The runner's own config file, relative to the project. */
    configFile: Text.min(1, 'must name a file').optional(),
    /** Files or globs, relative to the project, where the command writes its reports. */
    reports: z.array(Text.min(1, 'must name a file')).optional(),
    /** Files, folders or globs, relative to the project, that are kept with each run. */
    artifacts: z.array(Text.min(1, 'must name a file')).optional(),
    timeoutMinutes: TimeoutMinutes.optional(),
    maxRetries: Retries.optional(),
    retryOn: RetryOn.optional(),
    retryDelaySeconds: RetryDelaySeconds.optional(),
    /** 0 or empty: never. */
    noOutputTimeoutMinutes: NoOutputTimeoutMinutes.nullish(),
    /** An attempt is ended after so many failed tests. */
    failFast: FailFast.optional(),
    priority: Priority.optional(),
    envVars: EnvVars.optional(),
    /** An argv list that runs only what had failed, with the placeholders {files}, {names} and {ids}. */
    rerunFailed: z
      .array(Text)
      .min(1, 'must have at least the program')
      .refine(
        (words) => words.some((word) => RERUN_PLACEHOLDER.test(word)),
        'must have {files}, {names} or {ids}, which stand for the failed tests',
      )
      .optional(),
    exclusive: z.array(z.string('must be text').min(1, 'must not be empty')).optional(),
    /** Tasks of this category may run beside others of the same project and runner config. */
    parallel: z.boolean().optional(),
    /** `exit_code` is for suites that write no report. */
    verdictFrom: z.enum(['report', 'exit_code']).optional(),
    servicesRequired: z.array(Name).optional(),
    cpuLimitPercent: CpuLimitPercent.optional(),
    memoryLimitGb: MemoryLimitGb.optional(),
    /** What a run is expected to need; without it, what earlier runs needed. */
    cpuClaimCores: CpuClaimCores.optional(),
    memoryClaimGb: MemoryClaimGb.optional(),
    queueTimeoutMinutes: QueueTimeoutMinutes.optional(),
  })
  .refine((category) => category.runner === 'playwright' || category.command !== undefined, {
    message: 'needs either `runner: playwright` or `command: [program, argument, …]`',
  })
  .refine((category) => !(category.runner === 'playwright' && category.command !== undefined), {
    message: 'has both `runner: playwright` and `command`; keep one of them',
  });
export type CategoryConfig = z.infer<typeof CategoryConfig>;

export const EnvironmentConfig = z.strictObject({
  envVars: EnvVars.optional(),
  timeoutMinutes: TimeoutMinutes.optional(),
  cpuLimitPercent: CpuLimitPercent.optional(),
  memoryLimitGb: MemoryLimitGb.optional(),
  useRealServices: z.boolean().optional(),
  useRealLlm: z.boolean().optional(),
});
export type EnvironmentConfig = z.infer<typeof EnvironmentConfig>;

/** What a project keeps of its runs, in place of the host's settings. */
export const RetentionConfig = z.strictObject({
  keepDays: z.number().min(0).optional(),
  keepRuns: z.number().int().min(0).optional(),
  /** MiB of this project's runs together. */
  keepDiskMb: z.number().min(0).optional(),
});
export type RetentionConfig = z.infer<typeof RetentionConfig>;

/** `background-e2e.yaml`, after its keys were turned to camelCase. */
export const ProjectConfig = z.strictObject({
  categories: z.record(Name, CategoryConfig),
  environments: z.record(Name, EnvironmentConfig).optional(),
  services: z.record(Name, z.unknown()).optional(),
  retention: RetentionConfig.optional(),
});
export type ProjectConfig = z.infer<typeof ProjectConfig>;

/** What a category's users expect when the project does not say otherwise. */
export interface CategoryDefaults {
  timeoutMinutes: number;
  maxRetries: number;
  priority: number;
  /** null: silence ends nothing. */
  noOutputTimeoutMinutes: number | null;
  usualDuration: string;
}

/** The categories that every project has by name. */
export const BUILT_IN_CATEGORIES: Readonly<Record<string, CategoryDefaults>> = {
  cypress: { timeoutMinutes: 30, maxRetries: 0, priority: 3, noOutputTimeoutMinutes: null, usualDuration: '20+ min' },
  e2e: { timeoutMinutes: 45, maxRetries: 0, priority: 3, noOutputTimeoutMinutes: 10, usualDuration: '30+ min' },
  performance: { timeoutMinutes: 60, maxRetries: 0, priority: 5, noOutputTimeoutMinutes: null, usualDuration: '30+ min' },
  e2e_critical: { timeoutMinutes: 10, maxRetries: 0, priority: 1, noOutputTimeoutMinutes: null, usualDuration: '5 min' },
};

/** For a category of the project's own naming. */
export const CUSTOM_CATEGORY: CategoryDefaults = {
  timeoutMinutes: 30,
  maxRetries: 0,
  priority: 3,
  noOutputTimeoutMinutes: null,
  usualDuration: '',
};
