import { z } from 'zod';
import { DEFAULT_LOG_CAP_MB } from './log.ts';
import { Name } from './task.ts';

// One sentence for each number, whichever way it is wrong.
function within(min: number, max: number) {
  const rule = `must be a number from ${min} to ${max}`;
  return z.number(rule).min(min, rule).max(max, rule);
}

function whole(min: number, max: number) {
  const rule = `must be a whole number from ${min} to ${max}`;
  return z.number(rule).int(rule).min(min, rule).max(max, rule);
}

/** Percent of the time in which something had to wait for it; null: never mind. */
const Pressure = within(1, 100).nullable();

/** `<home>/settings.json`: the host's own settings. */
export const Settings = z.strictObject({
  schema: z.literal(1).default(1),
  /** Tasks that run at the same time; null means half of the cores, at least 1. */
  slots: whole(1, 64).nullable().default(null),
  /** Of these, at most so many of one category. */
  slotsPerCategory: z.record(Name, whole(1, 64)).default({}),
  /** Tasks wait until what they are expected to need is free. */
  useClaims: z.boolean().default(true),
  /**
   * Beside a running task, another starts only while the machine's pressure (`some avg10` of /proc/pressure) is below this, in percent. CPU
   * is off: a suite that uses all cores is not a machine in trouble.
   */
  pressurePercent: z
    .strictObject({ cpu: Pressure.default(null), memory: Pressure.default(20) })
    .nullable()
    .default({ cpu: null, memory: 20 }),
  /** A waiting task becomes one step more urgent each time that it has waited this long, in minutes; at most priority 2. */
  ageingMinutes: within(0.01, 100_000).default(30),
  /** From SIGTERM to SIGKILL when a task is ended, in seconds. */
  graceSeconds: within(0, 600).default(10),
  /** The most that an attempt's log takes of the disk, in MB; of a longer one the beginning and the end are kept. */
  logCapMb: within(0.1, 1_000_000).default(DEFAULT_LOG_CAP_MB),
  /** MiB of artifacts that one attempt keeps at most. */
  artifactsCapMb: within(0, 1_000_000).default(500),
  /** Days after which an ended run is forgotten: logs, artifacts, history and result file. */
  keepDays: within(0, 100_000).default(90),
  /** Runs of a suite that keep their logs and artifacts. */
  keepRuns: whole(0, 1_000_000).default(500),
  /** MiB of all runs together, beyond which the oldest give up logs and artifacts. */
  keepDiskMb: within(0, 100_000_000).default(5000),
  /** Minutes without work or clients after which a headless host ends itself. */
  idleMinutes: within(0.01, 1440).default(15),
  /** How much nicer than the host background tests are; 0 leaves them as they are. */
  backgroundNice: whole(0, 19).default(10),
  /** Background tests read and write while nobody else wants to. */
  backgroundIdleIo: z.boolean().default(true),
});
export type Settings = z.infer<typeof Settings>;
