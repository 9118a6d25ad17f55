import type { Task, TaskRequest } from '../../contract/task.ts';

/** The request that would queue the same task again, to start as soon as it may. */
export function sameAgain({ config }: Task): TaskRequest {
  const { startAt: _, after: __, afterNeeds: ___, ...request } = config;
  return request;
}
