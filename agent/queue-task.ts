import type { Result } from '../contract/api.ts';
import { newRequestId } from '../contract/ids.ts';
import type { TaskRequest } from '../contract/task.ts';
import type { HostLink } from './host-link.ts';

/** This process's environment, which the tests will see. */
export function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export interface QueueOptions {
  /** Starts at once, outside the slots. */
  foreground?: boolean;
  /** Answers a task that does the same and has not ended, instead of queueing another. */
  dedupe?: boolean;
  /** Who asks: submitters share the slots evenly. Default: BGE2E_CLIENT, else the project. */
  client?: string;
}

/**
 * Queues a task, once however often it had to be asked. Throws a `Refusal`: `invalid` names each wrong field, and nothing was queued.
 */
export function queueTask(
  link: HostLink,
  request: TaskRequest,
  { client = process.env.BGE2E_CLIENT || undefined, ...options }: QueueOptions = {},
): Promise<Result<'addTask'>> {
  return link.call('addTask', { requestId: newRequestId(), request, environment: ownEnvironment(), client, ...options });
}
