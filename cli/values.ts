import { Refusal } from '../contract/errors.ts';
import { MOMENT_RULE, parseMoment } from '../contract/moment.ts';
import type { RetryReason } from '../contract/task.ts';

/** The contract's words for priorities; its module would load the schemas here. */
const PRIORITIES: typeof import('../contract/task.ts').PRIORITIES = { high: 1, medium: 3, low: 5 };

/** As the contract's schema has them. */
export const VERDICTS = ['passed', 'failed', 'flaky', 'none'] as const satisfies readonly import('../contract/result.ts').Verdict[];

export const EXPORT_FORMATS = [
  'ctrf',
  'junit',
  'html',
  'markdown',
] as const satisfies readonly import('../contract/result.ts').ExportFormat[];

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The refusal of a flag's value. */
export function refused(field: string, given: string, rule: string): Refusal {
  const message = `${field} is ${JSON.stringify(given)}: it must be ${rule}`;
  return new Refusal('invalid', message, [{ field, message }]);
}

/**
 * Reads the value of a flag as a number. What is a number but not an allowed one is the host's to refuse; what is none is
 * refused here, with the flag and the value.
 */
export const numberOf =
  (field: string, rule: string) =>
  (given: string): number => {
    const number = NUMBER.test(given.trim()) ? Number(given) : Number.NaN;
    if (!Number.isFinite(number)) throw refused(field, given, rule);
    return number;
  };

/** Reads a whole number from `least` to `most`. */
export const countOf =
  (field: string, rule: string, least = 1, most = Number.MAX_SAFE_INTEGER) =>
  (given: string): number => {
    const number = numberOf(field, rule)(given);
    if (!Number.isSafeInteger(number) || number < least || number > most) throw refused(field, given, rule);
    return number;
  };

const RETRY_REASONS: readonly RetryReason[] = ['failure', 'timeout', 'crash'];

/** `timeout,crash`: which ends of an attempt are tried again. */
export function retryReasonsOf(given: string): RetryReason[] {
  return given.split(',').map((part) => {
    const reason = RETRY_REASONS.find((one) => one === part.trim().toLowerCase());
    if (reason === undefined) throw refused('--retry-on', given, 'failure, timeout, crash, or several of them with commas between');
    return reason;
  });
}

/** `high`, `medium`, `low`, or a number. */
export function priorityOf(given: string): number {
  for (const [name, priority] of Object.entries(PRIORITIES)) if (given.toLowerCase() === name) return priority;
  return numberOf('--priority', 'high, medium, low, or a whole number from 1 (most urgent) to 9')(given);
}

/** Reads a moment, in UTC ms, as `parseMoment` does. */
export const momentOf =
  (field: string, whole: 'begins' | 'ends', now: () => number = Date.now) =>
  (given: string): number => {
    const at = parseMoment(given, whole, now());
    if (at === null) throw refused(field, given, MOMENT_RULE);
    return at;
  };

/** Reads one word of a list. */
export const oneOf =
  <T extends string>(field: string, allowed: readonly T[]) =>
  (given: string): T => {
    const found = allowed.find((one) => one === given.trim().toLowerCase());
    if (found === undefined) throw refused(field, given, `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`);
    return found;
  };

/** Reads one or more words of a list, with commas between. */
export const listOf =
  <T extends string>(field: string, allowed: readonly T[]) =>
  (given: string): T[] =>
    given.split(',').map((part) => oneOf(field, allowed)(part.trim()));
