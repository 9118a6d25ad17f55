import type { Params } from '../../contract/api.ts';
import type { Schedule } from '../../contract/schedule.ts';
import type { Task } from '../../contract/task.ts';
import { call, sentenceOf } from '../agent.ts';
import { useNotice } from './notice.ts';
import { showMoved, useQueue } from './queue.ts';
import { queueTask } from './submit.ts';

/** What people change about the queue. What the host refuses becomes a notice; what it does comes back as events. */
async function ask(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    useNotice.setState({ text: `${what} ${sentenceOf(error)}` });
  }
}

/** Nothing of the scope starts until it is resumed. */
export const pause = (scope: Params<'pauseQueue'>): Promise<void> => ask('Nothing was paused.', () => call('pauseQueue', scope));

/** `all` lifts every pause. */
export const resume = (scope: Params<'resumeQueue'>): Promise<void> => ask('Nothing was resumed.', () => call('resumeQueue', scope));

/** Moves a waiting task to a position among those that wait; 0 is the first. The list shows it at once. */
export function moveTo(task: Task, position: number): Promise<void> {
  const { waiting } = useQueue.getState();
  const others = waiting.filter((detail) => detail.task.id !== task.id);
  const next = others[position]?.task;
  const last = others.at(-1)?.task;
  if (!last) return Promise.resolve();
  showMoved(task.id, position);
  const where = position === 0 ? { first: true as const } : next ? { before: next.id } : { after: last.id };
  return ask('The task was not moved.', () => call('moveTask', { task: task.id, ...where }));
}

export const removeSchedule = ({ id }: Schedule): Promise<void> =>
  ask('The schedule was not removed.', () => call('removeSchedules', { schedules: [id] }));

/** Queues now what a schedule queues at its times. */
export const runNow = ({ request }: Schedule): Promise<void> => ask('Nothing was queued.', () => queueTask(request));
