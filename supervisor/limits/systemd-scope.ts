import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../find-program.ts';
import type { LimitMeans } from './means.ts';

const GIB = 1024 ** 3;
const OOM_LOOK_MS = 1000;
const PROBE_DEADLINE_MS = 5000;
const NAME = 'systemd-scope';

/** The kernel holds the tests' cgroup below its limit and kills in it where that does not help. */
export const scopeMemory: LimitMeans = {
  name: NAME,
  kind: 'memory',
  tryApply({ memoryGb }, { scopeRefusal }) {
    const reason = scopeRefusal('memory');
    if (reason !== null || memoryGb === null) return { reason: reason ?? 'no memory limit is set' };
    return {
      scopeProperty: `MemoryMax=${Math.round(memoryGb * GIB)}`,
      hold: ({ pid, exceeded }) => {
        const look = () => {
          if (killsIn(pid) > 0) exceeded(`memory limit exceeded (${memoryGb} GiB; the kernel killed a process of the tests for it)`);
        };
        const timer = setInterval(look, OOM_LOOK_MS);
        return {
          release: () => {
            clearInterval(timer);
            return 0;
          },
        };
      },
    };
  },
};

/** The kernel gives the tests' cgroup no more than its share of time. */
export const scopeCpu: LimitMeans = {
  name: NAME,
  kind: 'cpu',
  tryApply({ cpuPercent }, { cores, scopeRefusal }) {
    const reason = scopeRefusal('cpu');
    if (reason !== null || cpuPercent === null) return { reason: reason ?? 'no CPU limit is set' };
    return { scopeProperty: `CPUQuota=${Math.round(cpuPercent * cores * 100) / 100}%` }; // of one core, as systemd counts
  },
};

/** `systemd-run` with these properties: it makes a scope and becomes what follows, with the same pid. */
export function scopeCommand(properties: readonly string[]): string[] {
  return [
    'systemd-run',
    '--user',
    '--scope',
    '--quiet',
    '--collect',
    ...(properties.some((one) => one.startsWith('MemoryMax=')) ? ['--property=MemorySwapMax=0'] : []),
    ...properties.map((property) => `--property=${property}`),
    '--',
  ];
}

export interface SystemdOptions {
  uid: number | undefined;
  /** The environment that systemd-run gets, which is the tests'. */
  env: Readonly<Record<string, string>>;
  /** Where cgroups are mounted. */
  cgroups?: string;
}

/**
 * Why no scope can hold a limit here, by kind; null where one can. Looks at files first, because asking systemd takes time: the user's manager must
 * listen, and the controller must be delegated to it (cgroups v2). Then a scope is tried, since a refused one would keep the tests from running.
 */
export function scopeRefusals({ uid, env, cgroups = '/sys/fs/cgroup' }: SystemdOptions): (kind: 'cpu' | 'memory') => string | null {
  const manager = managerRefusal({ uid, env });
  if (manager !== null) return () => manager;
  const controllers = delegated(join(cgroups, 'user.slice', `user-${uid}.slice`, `user@${uid}.service`, 'cgroup.controllers'));
  const tried = new Map<string, string | null>();
  return (kind) => {
    if (!controllers.includes(kind)) return `the ${kind} controller is not delegated to this user's systemd`;
    const property = kind === 'cpu' ? 'CPUQuota=100%' : 'MemoryMax=1G';
    const answer = tried.get(kind) ?? trial(property, env);
    tried.set(kind, answer);
    return answer;
  };
}

function managerRefusal({ uid, env }: SystemdOptions): string | null {
  if (findProgram('systemd-run', { path: env.PATH }) === null) return 'there is no systemd-run';
  const runtime = env.XDG_RUNTIME_DIR;
  if (uid === undefined || !runtime) return 'the environment of the tests names no XDG_RUNTIME_DIR';
  const listens = existsSync(join(runtime, 'systemd', 'private')) || existsSync(join(runtime, 'bus'));
  return listens ? null : "this user's systemd does not run";
}

function delegated(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split(/\s+/);
  } catch {
    return [];
  }
}

function trial(property: string, env: Readonly<Record<string, string>>): string | null {
  const [program = '', ...args] = [...scopeCommand([property]), 'true'];
  const { status, stderr } = spawnSync(program, args, { env: { ...env }, encoding: 'utf8', timeout: PROBE_DEADLINE_MS });
  if (status === 0) return null;
  const said = stderr?.trim().split('\n').at(-1);
  return `systemd made no scope${said ? `: ${said.replace(/\.$/, '')}` : ''}`;
}

/** How many processes the kernel has killed in the scope of a process for its limit (`memory.events`, cgroups v2). */
function killsIn(pid: number): number {
  try {
    const group = /^0::(.*\.scope)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1];
    if (group === undefined) return 0;
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join('/sys/fs/cgroup', group, 'memory.events'), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
