import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { LimitMeans } from './means.ts';

/** The tests come after everything that the user does, and their children with them. */
export const nice: LimitMeans = {
  name: 'nice',
  kind: 'priority',
  tryApply({ nice: by }, { platform, program }) {
    if (by === null) return { reason: 'no nice value is set' };
    const file = platform === 'win32' ? null : program('nice');
    if (file !== null) return { wrapper: [file, '-n', String(by)] };
    // Set from outside, it misses what the tests start in their first moment.
    const priority = platform === 'win32' ? constants.priority.PRIORITY_BELOW_NORMAL : by;
    return {
      hold: ({ pid }) => {
        lower(pid, priority);
        return {};
      },
    };
  },
};

function lower(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // it has ended already
  }
}

/** The tests read and write while nobody else wants to: class 3 of ioprio_set(2). */
export const idleIo: LimitMeans = {
  name: 'ionice',
  kind: 'priority',
  tryApply({ idleIo: wanted }, { platform, program, idleIoRefusal }) {
    if (!wanted) return { reason: 'idle I/O is not set' };
    if (platform !== 'linux') return { reason: `there is no I/O priority on ${platform}` };
    const file = program('ionice');
    if (file === null) return { reason: 'the program ionice is not installed, so disks are not left to others first' };
    const refusal = idleIoRefusal(file);
    if (refusal !== null) return { reason: refusal };
    return { wrapper: [file, '-c', '3', '-t'] }; // -t: where the kernel refuses, the tests run all the same
  },
};

/**
 * Why ionice cannot set the idle class in this process's children. Any user may (ioprio_set(2)); only a sandbox that filters system calls
 * (`Seccomp` in proc_pid_status(5)) could refuse, so only within one it is tried out.
 */
export function idleIoRefusal(ionice: string): string | null {
  try {
    if (/^Seccomp:\s+0$/m.test(readFileSync('/proc/self/status', 'utf8'))) return null;
    execFileSync(ionice, ['-c', '3', 'true'], { stdio: 'pipe', timeout: 2000 });
    return null;
  } catch {
    return 'this system does not let ionice set the idle class, so disks are not left to others first';
  }
}
