import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '../contract/attempt.ts';
import { identityOf } from './identity.ts';
import { listPids } from './proc.ts';
import { SPARE } from './spare.ts';

/** What Linux says of a folder that was removed while a process works in it (proc_pid_cwd(5)). */
const REMOVED = / \(deleted\)$/;

/**
 * Supervisors of this home by the attempt's folder that they were started or taken for and work in, whatever they have written there, and whether or
 * not it is still there. `within`: the folder of all runs, or one attempt's. Empty where the platform shows no processes.
 */
export function findSupervisors(within: string): Map<string, Identity> {
  const found = new Map<string, Identity>();
  for (const pid of listPids() ?? []) {
    try {
      const folder = readlinkSync(`/proc/${pid}/cwd`).replace(REMOVED, '');
      if (folder !== within && !folder.startsWith(join(within, '/'))) continue;
      const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if ([folder, SPARE].includes(argv.at(-2) ?? '')) found.set(folder, identityOf(pid)); // the last argument ends with a NUL too
    } catch {
      // gone, or another user's
    }
  }
  return found;
}
