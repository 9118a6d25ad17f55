import { Refusal } from '../contract/errors.ts';
import type { RetryReason } from '../contract/task.ts';

/** The contract's words for priorities; its module would load the schemas here. */
const PRIORITIES: typeof import('../contract/task.ts').PRIORITIES = { high: 1, medium: 3, low: 5 };

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function refused(field: string, given: string, rule: string): Refusal {
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

/** Reads a whole number of at least `least`. */
export const countOf =
  (field: string, rule: string, least = 1) =>
  (given: string): number => {
    const number = numberOf(field, rule)(given);
    if (!Number.isSafeInteger(number) || number < least) throw refused(field, given, rule);
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
