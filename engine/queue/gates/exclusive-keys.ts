import type { Gate } from './gate.ts';

/** Tasks that share a key never run together. A key that is free goes to the first that waits for it. */
export const exclusiveKeys: Gate = (task, { room }) => {
  for (const key of task.exclusiveKeys) {
    const holder = room.holders.get(key);
    if (holder)
      return {
        kind: 'key',
        text: `Waits for ${keyForPeople(key)}, which #${holder.number} has held`,
        clock: { since: holder.since },
        letsOthersPass: true,
      };
    const first = room.promised.get(key);
    if (first !== undefined && !task.foreground)
      return { kind: 'key', text: `Waits for ${keyForPeople(key)}, which #${first} gets first`, letsOthersPass: true };
  }
  return null;
};

function keyForPeople(key: string): string {
  const [kind, ...rest] = key.split(':');
  return kind === 'playwright' ? `the Playwright set-up ${rest.join(':')}` : `exclusive key ${key}`;
}
