import { resolve } from 'node:path';
import { type QueueOptions, queueTask } from '../../agent/queue-task.ts';
import type { Result } from '../../contract/api.ts';
import { taskStatusDocument } from '../../contract/documents.ts';
import { EXIT } from '../../contract/status.ts';
import type { RetryReason, TaskRequest } from '../../contract/task.ts';
import { usage } from '../failure.ts';
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
  failFast?: number;
  priority?: number;
  cpuLimit?: number;
  memoryLimit?: number;
  at?: number;
  after?: string[];
  ifPassed?: boolean;
  queueTimeout?: number;
  claimCpu?: number;
  claimMemory?: number;
  dedupe?: boolean;
  client?: string;
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
    failFast: options.failFast,
    priority: options.priority,
    cpuLimitPercent: options.cpuLimit,
    memoryLimitGb: options.memoryLimit,
    startAt: options.at,
    after: options.after,
    afterNeeds: options.ifPassed ? 'passed' : undefined,
    queueTimeoutMinutes: options.queueTimeout,
    cpuClaimCores: options.claimCpu,
    memoryClaimGb: options.claimMemory,
    ...(additionalArgs.length > 0 ? { additionalArgs: [...additionalArgs] } : {}),
  };
}

/** Queues what was asked for. */
export async function queue(session: Session, request: TaskRequest, options: QueueOptions = {}): Promise<Result<'addTask'>> {
  trace(`request ${JSON.stringify(request)}`);
  await session.connect();
  const task = await queueTask(session.link, request, options);
  trace(`${task.deduplicated ? 'found' : 'queued'} ${task.id}`);
  return task;
}

/** A task that was just queued, as `--json` prints it. */
export const queuedDocument = (task: Result<'addTask'>) => ({
  number: task.number,
  deduplicated: task.deduplicated,
  ...taskStatusDocument({ task, waiting: null, process: null, progress: null }, Date.now()),
});

/** `bge2e add`: queues and answers at once. */
export async function add(category: string, options: TaskOptions, additionalArgs: readonly string[]): Promise<number> {
  if (options.ifPassed && !options.after) throw usage('--if-passed says of which tasks by --after ID.');
  const { dedupe, client } = options;
  const task = await withSession((session) => queue(session, requestFor(category, options, additionalArgs), { dedupe, client }));
  process.stdout.write(options.json ? `${JSON.stringify(queuedDocument(task), null, 2)}\n` : `${addedText(task)}\n`);
  return EXIT.passed;
}

function addedText(task: Result<'addTask'>): string {
  const name = `#${task.number}, ${task.id}`;
  if (!task.deduplicated) return `Queued ${oneLine(task.config.category)} as ${name}.`;
  const does = task.state.status === 'queued' ? 'waits' : 'runs';
  return `Not queued again: ${name}, ${does} already with the same suite, configuration and state of the project.`;
}
