import { randomUUID } from 'node:crypto';
import type { Task, TaskRequest } from '../contract/task.ts';
import type { HostLink } from './host-link.ts';

/** This process's environment, which the tests will see. */
export function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Queues a task, once however often it had to be asked. `foreground` tasks start at once, outside the slots. Throws a `Refusal`:
 * `invalid` names each wrong field, and nothing was queued.
 */
export function queueTask(link: HostLink, request: TaskRequest, foreground = false): Promise<Task> {
  return link.call('addTask', { requestId: randomUUID(), request, environment: ownEnvironment(), foreground });
}
