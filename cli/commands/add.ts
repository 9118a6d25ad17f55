import { resolve } from 'node:path';
import { queueTask } from '../../agent/queue-task.ts';
import { taskStatusDocument } from '../../contract/documents.ts';
import { EXIT } from '../../contract/status.ts';
import type { RetryReason, Task, TaskRequest } from '../../contract/task.ts';
import { oneLine } from '../print.ts';
import { type Session, withSession } from '../session.ts';
import { trace } from '../trace.ts';

/** What can be said on the command line about a task. */
export interface TaskOptions {
  project?: string;
  env?: string;
  timeout?: number;
  retries?: number;
  retryOn?: RetryReason[];
  retryDelay?: number;
  noOutputTimeout?: number;
  priority?: number;
  cpuLimit?: number;
  memoryLimit?: number;
  json?: boolean;
}

/** The request that a command line makes. */
export function requestFor(category: string, options: TaskOptions, additionalArgs: readonly string[]): TaskRequest {
  return {
    project: options.project === '' ? '' : resolve(options.project ?? '.'), // an unset shell variable is not the folder here
    category,
    environment: options.env,
    timeoutMinutes: options.timeout,
    maxRetries: options.retries,
    retryOn: options.retryOn,
    retryDelaySeconds: options.retryDelay,
    noOutputTimeoutMinutes: options.noOutputTimeout,
    priority: options.priority,
    cpuLimitPercent: options.cpuLimit,
    memoryLimitGb: options.memoryLimit,
    ...(additionalArgs.length > 0 ? { additionalArgs: [...additionalArgs] } : {}),
  };
}

/** Queues what was asked for. */
export async function queue(session: Session, request: TaskRequest, foreground = false): Promise<Task> {
  trace(`request ${JSON.stringify(request)}`);
  await session.connect();
  const task = await queueTask(session.link, request, foreground);
  trace(`queued ${task.id}`);
  return task;
}

/** A task that was just queued, as `--json` prints it. */
export const queuedDocument = (task: Task) => ({
  number: task.number,
  ...taskStatusDocument({ task, waiting: null, process: null, progress: null }, Date.now()),
});

/** `bge2e add`: queues and answers at once. */
export async function add(category: string, options: TaskOptions, additionalArgs: readonly string[]): Promise<number> {
  const task = await withSession((session) => queue(session, requestFor(category, options, additionalArgs)));
  process.stdout.write(
    options.json
      ? `${JSON.stringify(queuedDocument(task), null, 2)}\n`
      : `Queued ${oneLine(task.config.category)} as #${task.number}, ${task.id}.\n`,
  );
  return EXIT.passed;
}
