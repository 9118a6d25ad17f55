import { readFileSync, readlinkSync } from 'node:fs';
import type { Identity } from '../contract/attempt.ts';
import { isDead, readProcess } from './proc.ts';

/** Whether the very process of an identity lives. `unknown` where this process has no way to tell. */
export type Life = 'alive' | 'gone' | 'unknown';

/** Boot and pid namespace of this process; null where the platform does not tell. Read once: neither can change. */
export function surroundings(): { bootId: string | null; pidNamespace: string | null } {
  known ??= {
    bootId: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
  };
  return known;
}

let known: { bootId: string | null; pidNamespace: string | null } | null = null;

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Names a process of this machine beyond its pid. Where there is no /proc, or no such process, `startTicks` is null. */
export function identityOf(pid: number): Identity {
  return { pid, startTicks: readProcess(pid)?.startTicks ?? null, ...surroundings() };
}

/** Was that process started before the machine was last restarted? */
export function isOfAnotherBoot({ bootId }: Identity): boolean {
  const here = surroundings().bootId;
  return bootId !== null && here !== null && bootId !== here;
}

/**
 * Whether that very process still lives: /proc/PID/stat is there and says neither Z nor X, with the same start, boot and pid namespace.
 * Another boot means gone. Another pid namespace (a container with the same home), or a platform without /proc, means that nobody can tell here.
 */
export function isAlive(identity: Identity): Life {
  const here = surroundings();
  if (identity.bootId === null || identity.startTicks === null || here.bootId === null) return 'unknown';
  if (isOfAnotherBoot(identity)) return 'gone';
  if (identity.pidNamespace === null || identity.pidNamespace !== here.pidNamespace) return 'unknown';
  const entry = readProcess(identity.pid);
  return entry && entry.startTicks === identity.startTicks && !isDead(entry) ? 'alive' : 'gone';
}
