import { setTimeout as delay } from 'node:timers/promises';
import type { Identity } from '../contract/attempt.ts';
import { isAlive, type Life } from './identity.ts';
import { send } from './send-signal.ts';

const LOOK_AGAIN_MS = 50;
/** How long SIGKILL may take: what waits for a dead disk does not end before that does. */
const KILL_MS = 5000;

/** SIGTERM to that very process, and SIGKILL after `graceMs`; a stopped one is continued so that it gets the first. False where it is still there. */
export async function endProcess(identity: Identity, graceMs: number): Promise<boolean> {
  signal(identity, 'SIGTERM');
  signal(identity, 'SIGCONT');
  return (await lifeAfter(identity, graceMs)) !== 'alive' || (await killProcess(identity)) !== 'alive';
}

/** SIGKILL to that very process; resolves when it is gone, or after 5 s. `unknown` is not touched, because nothing proves who has its pid. */
export async function killProcess(identity: Identity): Promise<Life> {
  signal(identity, 'SIGKILL');
  return lifeAfter(identity, KILL_MS);
}

function signal(identity: Identity, name: NodeJS.Signals): void {
  if (isAlive(identity) === 'alive') send(identity.pid, name);
}

async function lifeAfter(identity: Identity, withinMs: number): Promise<Life> {
  const deadline = performance.now() + withinMs;
  while (isAlive(identity) === 'alive' && performance.now() < deadline) await delay(LOOK_AGAIN_MS);
  return isAlive(identity);
}
