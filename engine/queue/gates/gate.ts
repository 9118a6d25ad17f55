import type { QueueFacts, QueueRules, QueueTask } from '../queue-task.ts';
import type { Room } from '../room.ts';
import type { Wait } from '../wait.ts';

export interface GateContext {
  facts: QueueFacts;
  rules: QueueRules;
  /** Tasks that have not ended, by id. */
  byId: ReadonlyMap<string, QueueTask>;
  room: Room;
  now: number;
}

/** One kind of reason to wait. Pure: answers null where the task may start as far as this goes. */
export type Gate = (task: QueueTask, context: GateContext) => Wait | null;
