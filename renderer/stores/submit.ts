import type { Task, TaskRequest } from '../../contract/task.ts';
import { call } from '../agent.ts';

/** Queues a task. Throws the host's `Refusal`, with the fields that are wrong. */
export function queueTask(request: TaskRequest): Promise<Task> {
  return call('addTask', { requestId: crypto.randomUUID(), request });
}

/** The request that would queue the same task again. */
export function sameAgain({ config }: Task): TaskRequest {
  const { project, category, environment, timeoutMinutes, priority, additionalArgs, envVars } = config;
  const { maxRetries, retryOn, retryDelaySeconds, noOutputTimeoutMinutes } = config;
  return {
    project,
    category,
    environment,
    timeoutMinutes,
    maxRetries,
    retryOn,
    retryDelaySeconds,
    noOutputTimeoutMinutes,
    priority,
    additionalArgs,
    envVars,
  };
}
