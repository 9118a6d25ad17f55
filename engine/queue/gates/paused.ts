import type { Gate } from './gate.ts';

/** Somebody paused the queue, its category or the task. What runs outside the slots was asked for now, so only its own pause holds it. */
export const paused: Gate = (task, { facts }) => {
  if (task.pausedAt !== null)
    return { kind: 'pause', text: 'Waits because it has been paused', clock: { since: task.pausedAt }, letsOthersPass: true };
  if (task.foreground) return null;
  if (facts.paused.all) return { kind: 'pause', text: 'Waits because the queue is paused', letsOthersPass: true };
  if (facts.paused.categories.includes(task.category))
    return { kind: 'pause', text: `Waits because ${task.category} is paused`, letsOthersPass: true };
  return null;
};
