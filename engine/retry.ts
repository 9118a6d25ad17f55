import { assertNever } from '../contract/errors.ts';
import { type Attempt, MAX_RETRY_DELAY_SECONDS, type RetryReason, type Task, type TaskConfig } from '../contract/task.ts';

/** Does the task get another attempt after this one? Never one that was cancelled or stopped, nor one whose command cannot be started at all. */
export function shouldRetry(task: Task, attempt: Attempt): boolean {
  if (task.cancelRequestedAt !== null || task.attempts.length > task.config.maxRetries) return false;
  const reason = retryReasonOf(attempt);
  return reason !== null && task.config.retryOn.includes(reason);
}

/** In what way an attempt failed, for `retryOn`; null where trying again is no answer to it. */
export function retryReasonOf({ end, verdict }: Attempt): RetryReason | null {
  if (verdict !== 'failed' || end === null) return null;
  switch (end.cause) {
    case 'exited':
      return end.signal === null ? 'failure' : 'crash';
    case 'fail_fast':
      return 'failure';
    case 'timeout':
    case 'no_output':
      return 'timeout';
    case 'memory_limit': // where the kernel holds the limit, it kills
    case 'supervisor_lost':
      return 'crash';
    case 'cancelled':
    case 'stopped':
    case 'spawn_failed':
      return null;
    default:
      return assertNever(end.cause);
  }
}

/** How long to wait after this attempt before the next one, in ms: twice as long each time. */
export function backOffMs({ retryDelaySeconds }: Pick<TaskConfig, 'retryDelaySeconds'>, attempt: number): number {
  return Math.min(retryDelaySeconds * 2 ** (attempt - 1), MAX_RETRY_DELAY_SECONDS) * 1000;
}
