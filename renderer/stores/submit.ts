import type { Result } from '../../contract/api.ts';
import { newRequestId } from '../../contract/ids.ts';
import type { MissedRuns, Schedule } from '../../contract/schedule.ts';
import type { Task, TaskRequest } from '../../contract/task.ts';
import { call } from '../agent.ts';

/**
 * Queues a task. `dedupe`: answers the one that does the same already, where there is one. Throws the host's `Refusal`, with the fields that
 * are wrong.
 */
export function queueTask(request: TaskRequest, { dedupe = false }: { dedupe?: boolean } = {}): Promise<Result<'addTask'>> {
  return call('addTask', { requestId: newRequestId(), request, dedupe });
}

/** Queues a suite again and again. Throws the host's `Refusal`, with the fields that are wrong. */
export function addSchedule(cron: string, missed: MissedRuns, request: TaskRequest): Promise<Schedule> {
  return call('addSchedule', { requestId: newRequestId(), cron, missed, request });
}

/** Queues an ended task again, or its failed tests alone. Throws the host's `Refusal`. */
export function retryTask(task: Task, { failed }: { failed: boolean }): Promise<Task> {
  return call('retryTask', { requestId: newRequestId(), task: task.id, failed });
}
