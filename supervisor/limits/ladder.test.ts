import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AskedLimits } from '../../contract/attempt.ts';
import { spawnTests } from '../spawn-tests.ts';
import { prepareAttempt } from '../test-support.ts';
import { TrackedTree } from '../tracked-tree.ts';
import { NO_LIMITS, planLimits } from './ladder.ts';
import type { Machine } from './means.ts';
import { memoryWatch } from './memory-watch.ts';
import { scopeCommand, scopeRefusals } from './systemd-scope.ts';

const GIB = 1024 ** 3;
const machine = (change: Partial<Machine> = {}): Machine => ({
  platform: 'linux',
  cores: 8,
  memoryBytes: 16 * GIB,
  program: (name) => `/usr/bin/${name}`,
  idleIoRefusal: () => null,
  scopeRefusal: () => "this user's systemd does not run",
  ...change,
});
const plan = (asked: Partial<AskedLimits>, change: Partial<Machine> = {}) => planLimits({ ...NO_LIMITS, ...asked }, machine(change));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-limits-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the ladder', () => {
  test('nothing asked, nothing recorded and nothing put before the command', () => {
    expect(plan({})).toMatchObject({ records: [], wrapper: [], memoryLimitBytes: null });
  });

  test('without systemd, memory is watched and CPU is held by fewer workers and the duty cycle', () => {
    expect(plan({ memoryGb: 4, cpuPercent: 25, workers: 2 }).records).toEqual([
      { kind: 'memory', asked: 4, enforcedBy: 'memory-watch', notEnforcedBecause: null },
      { kind: 'cpu', asked: 25, enforcedBy: 'playwright-workers, duty-cycle', notEnforcedBecause: null },
    ]);
  });

  test('with systemd, one scope holds both, outside of nice and ionice', () => {
    const { records, wrapper } = plan({ memoryGb: 1.5, cpuPercent: 12.5, nice: 10, idleIo: true }, { scopeRefusal: () => null });
    expect(records.map(({ kind, enforcedBy }) => [kind, enforcedBy])).toEqual([
      ['memory', 'systemd-scope'],
      ['cpu', 'systemd-scope'],
      ['priority', 'nice, ionice'],
    ]);
    expect(wrapper).toEqual([
      ...['systemd-run', '--user', '--scope', '--quiet', '--collect'],
      ...['--property=MemorySwapMax=0', '--property=MemoryMax=1610612736', '--property=CPUQuota=100%', '--'],
      ...['/usr/bin/nice', '-n', '10', '/usr/bin/ionice', '-c', '3', '-t'],
    ]);
  });

  test('a controller that is not delegated leaves its limit to the next means', () => {
    const { records } = plan({ memoryGb: 1, cpuPercent: 50 }, { scopeRefusal: (kind) => (kind === 'cpu' ? 'no cpu controller' : null) });
    expect(records.map(({ enforcedBy }) => enforcedBy)).toEqual(['systemd-scope', 'duty-cycle']);
  });

  test('a limit that nothing can reach is not said to be held', () => {
    expect(plan({ memoryGb: 64, cpuPercent: 100 }).records).toEqual([
      {
        kind: 'memory',
        asked: 64,
        enforcedBy: null,
        notEnforcedBecause: 'the limit of 64 GiB is more than the 16.0 GiB of this machine, so nothing can reach it',
      },
      { kind: 'cpu', asked: 100, enforcedBy: null, notEnforcedBecause: '100 % is the whole machine, so there is nothing to hold back' },
    ]);
  });

  test('what a platform cannot do is said, and what it can in part', () => {
    const { records, wrapper } = plan({ memoryGb: 4, cpuPercent: 25, nice: 5, idleIo: true }, { platform: 'darwin' });
    expect(records).toEqual([
      {
        kind: 'memory',
        asked: 4,
        enforcedBy: 'memory-watch',
        notEnforcedBecause: 'on darwin only the first process of the tests is measured',
      },
      {
        kind: 'cpu',
        asked: 25,
        enforcedBy: null,
        notEnforcedBecause: "this user's systemd does not run; what a tree of processes uses can't be measured on darwin",
      },
      { kind: 'priority', asked: 'nice 5, idle I/O', enforcedBy: 'nice', notEnforcedBecause: 'there is no I/O priority on darwin' },
    ]);
    expect(wrapper).toEqual(['/usr/bin/nice', '-n', '5']);
  });

  test('where the system refuses idle I/O, that is recorded, and ionice is left out', () => {
    const { records, wrapper } = plan({ nice: 10, idleIo: true }, { idleIoRefusal: () => 'this sandbox forbids it' });
    expect(records).toEqual([
      { kind: 'priority', asked: 'nice 10, idle I/O', enforcedBy: 'nice', notEnforcedBecause: 'this sandbox forbids it' },
    ]);
    expect(wrapper).toEqual(['/usr/bin/nice', '-n', '10']);
  });

  test('without ionice the priority is held in part', () => {
    const { records } = plan({ nice: 10, idleIo: true }, { program: (name) => (name === 'ionice' ? null : name) });
    expect(records).toEqual([
      {
        kind: 'priority',
        asked: 'nice 10, idle I/O',
        enforcedBy: 'nice',
        notEnforcedBecause: 'the program ionice is not installed, so disks are not left to others first',
      },
    ]);
  });
});

describe('the memory watch', () => {
  const watch = (memoryGb: number) => {
    const exceeded = vi.fn();
    const answer = memoryWatch.tryApply({ ...NO_LIMITS, memoryGb }, machine());
    if (!('hold' in answer) || !answer.hold) throw new Error('It should apply.');
    const { onMemory } = answer.hold({ pid: 1, tree: new TrackedTree({ cookie: 'x', leader: null, fromTheStart: false }), exceeded });
    return {
      exceeded,
      reads: (gib: number) => onMemory?.({ bytes: gib * GIB, kind: 'pss', largest: { pid: 0, name: 'chrome', bytes: 2.9 * GIB } }),
    };
  };

  test('two readings in a row over the limit end the attempt, with the largest process named', () => {
    const { exceeded, reads } = watch(4);
    reads(4.2);
    expect(exceeded).not.toHaveBeenCalled();
    reads(4.1);
    expect(exceeded).toHaveBeenCalledWith('memory limit exceeded (4 GiB; the largest was chrome, 2.9 GiB)');
  });

  test('a single peak ends nothing', () => {
    const { exceeded, reads } = watch(4);
    for (const gib of [5, 3, 4, 5, 4]) reads(gib);
    expect(exceeded).not.toHaveBeenCalled();
  });

  test('small limits are told in MiB', () => {
    const { exceeded, reads } = watch(0.25);
    reads(3);
    reads(3);
    expect(exceeded.mock.calls[0]?.[0]).toContain('(256 MiB; ');
  });
});

describe('systemd', () => {
  /** A `systemd-run` that writes down what it was asked, and becomes what follows `--` as the real one does. */
  function fake(script = 'printf "%s\\n" "$@" > "$ASKED"; while [ "$1" != -- ]; do shift; done; shift; exec "$@"'): Record<string, string> {
    const file = join(folder, 'systemd-run');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    mkdirSync(join(folder, 'systemd'), { recursive: true });
    writeFileSync(join(folder, 'systemd', 'private'), '');
    return { PATH: `${folder}:${process.env.PATH}`, XDG_RUNTIME_DIR: folder, ASKED: join(folder, 'asked') };
  }
  function delegate(controllers: string): { uid: number; cgroups: string } {
    const service = join(folder, 'user.slice', 'user-7.slice', 'user@7.service');
    mkdirSync(service, { recursive: true });
    writeFileSync(join(service, 'cgroup.controllers'), `${controllers}\n`);
    return { uid: 7, cgroups: folder };
  }

  test('is used where it runs, has the controllers and makes a scope when tried', () => {
    const refusal = scopeRefusals({ env: fake(), ...delegate('cpu io memory pids') });
    expect([refusal('memory'), refusal('cpu')]).toEqual([null, null]);
  });

  test('is not used for a controller that it does not have', () => {
    const refusal = scopeRefusals({ env: fake(), ...delegate('memory pids') });
    expect([refusal('memory'), refusal('cpu')]).toEqual([null, "the cpu controller is not delegated to this user's systemd"]);
  });

  test('is not used where it refuses, and is quoted', () => {
    const env = fake('echo "Failed to start transient scope unit: Access denied." >&2; exit 1');
    const refusal = scopeRefusals({ env, ...delegate('cpu memory') });
    expect(refusal('memory')).toBe('systemd made no scope: Failed to start transient scope unit: Access denied');
  });

  test.each([
    ['there is no systemd-run', (env: Record<string, string>) => ({ ...env, PATH: '/nowhere' })],
    ['the environment of the tests names no XDG_RUNTIME_DIR', ({ XDG_RUNTIME_DIR: _, ...env }: Record<string, string>) => env],
    ["this user's systemd does not run", (env: Record<string, string>) => ({ ...env, XDG_RUNTIME_DIR: '/nowhere' })],
  ])('%s', (reason, change) => {
    expect(scopeRefusals({ env: change(fake()), ...delegate('cpu memory') })('cpu')).toBe(reason);
  });

  test('the tests run in its scope with the pid that is known', async () => {
    const { root, work, spec } = prepareAttempt({ argv: ['sh', '-c', 'echo $$ > pid'], env: fake() });
    try {
      const tests = await spawnTests(spec, scopeCommand(['MemoryMax=1']));
      if ('failure' in tests) throw new Error(tests.failure);
      expect(await tests.exit).toEqual({ exitCode: 0, signal: null });
      expect(Number(readFileSync(join(work, 'pid'), 'utf8'))).toBe(tests.pid);
      expect(readFileSync(join(folder, 'asked'), 'utf8').split('\n')).toContain('--property=MemoryMax=1');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test('a command that cannot start is not handed to it', async () => {
    const { root, spec } = prepareAttempt({ argv: ['no-such-program'], env: fake() });
    try {
      expect(await spawnTests(spec, scopeCommand([]))).toEqual({ failure: expect.stringContaining('no-such-program was not found') });
      expect(existsSync(join(folder, 'asked'))).toBe(false);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
