import type { Gate } from './gate.ts';

/** So many tasks run at a time, of all and of each category. */
export const slots: Gate = (task, { room, rules }) => {
  if (task.foreground) return null;
  if (room.slotsFree <= 0) return { kind: 'slot', text: `Waits for ${slotOf(rules.slots)} to become free`, letsOthersPass: false };
  const most = Object.hasOwn(rules.slotsPerCategory, task.category) ? rules.slotsPerCategory[task.category] : undefined;
  if (most !== undefined && room.runningIn(task.category) >= most)
    return { kind: 'slot', text: `Waits for ${slotOf(most)} of ${task.category} to become free`, letsOthersPass: true };
  return null;
};

const slotOf = (slots: number) => (slots === 1 ? 'the slot' : `one of ${slots} slots`);
