import type { Place } from '../../contract/task.ts';
import { urgencyOf } from './order.ts';
import type { QueueTask } from './queue-task.ts';

export interface Move {
  taskId: string;
  /** Another waiting task. */
  beside: string;
  side: 'before' | 'after';
}

/**
 * The places that make a task wait directly before or after another one. It takes over that one's urgency, age and lane, so that
 * neither ageing nor fairness parts them again. Pure. Mostly one place; all of the lane's where no number is left in between.
 */
export function placesFor(
  waiting: readonly QueueTask[],
  { taskId, beside, side }: Move,
  ageingMs: number,
  now: number,
): Map<string, Place> {
  const anchor = waiting.find(({ id }) => id === beside);
  const moved = waiting.find(({ id }) => id === taskId);
  if (!anchor || !moved || anchor === moved) return new Map();
  const urgency = urgencyOf(anchor, ageingMs, now);
  const peers = waiting
    .filter((task) => task !== moved && task.lane === anchor.lane && urgencyOf(task, ageingMs, now) === urgency)
    .sort((a, b) => a.rank - b.rank || a.number - b.number);
  const at = peers.indexOf(anchor) + (side === 'after' ? 1 : 0);
  const { priority, since, lane } = anchor;
  const rank = between(peers[at - 1]?.rank, peers[at]?.rank);
  if (rank !== null) return new Map([[taskId, { priority, since, lane, rank }]]);
  const inOrder = peers.toSpliced(at, 0, { ...moved, priority, since, lane });
  return new Map(inOrder.map((task, index) => [task.id, { priority: task.priority, since: task.since, lane, rank: index }]));
}

/** A number between two; null where there is none. Tasks that come later have whole numbers, so after the last there is half a step. */
function between(low: number | undefined, high: number | undefined): number | null {
  if (low === undefined) return high === undefined ? 0 : high - 1;
  const above = high ?? Math.floor(low) + 1;
  const middle = (low + above) / 2;
  return low < middle && middle < above ? middle : null;
}
