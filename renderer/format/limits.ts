import type { LimitRecord } from '../../contract/attempt.ts';
import type { Task } from '../../contract/task.ts';

/** What a task may take, in the charts' units: cores, and MiB. null: as much as it wants. `machineCores` is null until it is known. */
export function limitsOf({ config }: Task, machineCores: number | null): { cpu: number | null; memory: number | null } {
  const { cpuLimitPercent, memoryLimitGb } = config;
  return {
    cpu: cpuLimitPercent === null || machineCores === null ? null : (cpuLimitPercent / 100) * machineCores,
    memory: memoryLimitGb === null ? null : memoryLimitGb * 1024,
  };
}

/** A number with at most one digit after the point. */
export const rounded = (value: number): string => String(Math.round(value * 10) / 10);

/** `of 2`, for what is counted in cores. */
export const ofCores = (limit: number): string => `of ${rounded(limit)}`;

/** `['1.9', 'of 4 GB']`: both in the unit of the limit. */
export function memoryOf(mb: number, limitMb: number): [is: string, of: string] {
  if (limitMb < 1024) return [String(Math.round(mb)), `of ${Math.round(limitMb)} MB`];
  return [mb < 103 ? '< 0.1' : (mb / 1024).toFixed(1), `of ${rounded(limitMb / 1024)} GB`];
}

/** From this share of a limit on, a value is worth a look. */
const NEAR = 0.9;
export const isNear = (value: number, limit: number | null): boolean => limit !== null && value >= NEAR * limit;

const KINDS: Readonly<Record<LimitRecord['kind'], string>> = { cpu: 'CPU', memory: 'Memory', priority: 'Priority' };

/** How a limit is held, in a person's words; a means that this window does not know keeps its name. */
const MEANS: Readonly<Record<string, string>> = {
  'systemd-scope': 'a systemd scope',
  'memory-watch': 'watching its memory',
  'playwright-workers': 'fewer workers',
  'duty-cycle': 'stopping it at times',
};

const meansWords = (names: string) =>
  names
    .split(', ')
    .map((name) => MEANS[name] ?? name)
    .join(', ');

/** What was asked and what became of it: `CPU 50 %`, `held by stopping it at times`. */
export function limitWords({ kind, asked, enforcedBy, notEnforcedBecause }: LimitRecord): { what: string; how: string; held: boolean } {
  const what = typeof asked === 'string' ? `${KINDS[kind]} ${asked}` : `${KINDS[kind]} ${asked} ${kind === 'cpu' ? '%' : 'GB'}`;
  if (enforcedBy === null) return { what, how: `not enforced${notEnforcedBecause === null ? '' : `: ${notEnforcedBecause}`}`, held: false };
  if (notEnforcedBecause === null) return { what, how: `held by ${meansWords(enforcedBy)}`, held: true };
  return { what, how: `held in part by ${meansWords(enforcedBy)}: ${notEnforcedBecause}`, held: false };
}
