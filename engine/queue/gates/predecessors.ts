import type { QueueTask } from '../queue-task.ts';
import type { Gate, GateContext } from './gate.ts';

/** It was asked to start after others. */
export const predecessors: Gate = (task, { byId }) => {
  if (task.after.length === 0) return null;
  const open = task.after.flatMap((id) => byId.get(id) ?? []);
  const [first] = open;
  if (!first) return null;
  const others = open.length > 1 ? ` and ${open.length - 1} more` : '';
  return {
    kind: 'task',
    text: `Waits for #${first.number}${others} to ${task.afterNeeds === 'passed' ? 'pass' : 'end'}`,
    letsOthersPass: true,
  };
};

/** Why it will never start: a predecessor that had to pass has ended otherwise. */
export function brokenPredecessor(task: QueueTask, { byId, facts }: Pick<GateContext, 'byId' | 'facts'>): string | null {
  if (task.afterNeeds !== 'passed') return null;
  for (const id of task.after) {
    if (byId.has(id)) continue;
    const ended = facts.ended.get(id) ?? { name: id, passed: false, outcome: 'is not known any more' };
    if (!ended.passed) return `It was to start after ${ended.name} had passed, but ${ended.name} ${ended.outcome}.`;
  }
  return null;
}
