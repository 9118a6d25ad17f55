import type { KeyHolder } from '../room.ts';
import type { Wait } from '../wait.ts';
import type { Gate } from './gate.ts';

/** Tasks that share a key never run together. A key that is free goes to the first that waits for it. */
export const exclusiveKeys: Gate = (task, { room }) => {
  for (const key of task.exclusiveKeys) {
    const holder = room.holders.get(key) ?? (task.foreground ? undefined : room.promised.get(key));
    if (holder) return waitFor(key, holder);
  }
  return null;
};

/** Thousands may wait for one key: they share the sentence. Each holder is of one key. */
const waits = new WeakMap<KeyHolder, Wait>();

function waitFor(key: string, holder: KeyHolder): Wait {
  const known = waits.get(holder);
  if (known) return known;
  const { number, since } = holder;
  const text = `Waits for ${keyForPeople(key)}, which #${number} ${since === null ? 'gets first' : 'has held'}`;
  const wait: Wait = { kind: 'key', text, letsOthersPass: true, ...(since === null ? {} : { clock: { since } }) };
  waits.set(holder, wait);
  return wait;
}

function keyForPeople(key: string): string {
  const [kind, ...rest] = key.split(':');
  return kind === 'playwright' ? `the Playwright set-up ${rest.join(':')}` : `exclusive key ${key}`;
}
