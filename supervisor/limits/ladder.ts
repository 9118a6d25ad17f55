import { availableParallelism, totalmem } from 'node:os';
import type { AskedLimits, LimitKind, LimitRecord } from '../../contract/attempt.ts';
import { findProgram } from '../find-program.ts';
import { dutyCycle } from './duty-cycle.ts';
import type { Applied, Hold, LimitMeans, Machine, Running } from './means.ts';
import { memoryWatch } from './memory-watch.ts';
import { idleIo, idleIoRefusal, nice } from './nice.ts';
import { playwrightWorkers } from './playwright-workers.ts';
import { scopeCommand, scopeCpu, scopeMemory, scopeRefusals } from './systemd-scope.ts';

const GIB = 1024 ** 3;

/** What a spec without limits asks for. */
export const NO_LIMITS: AskedLimits = { cpuPercent: null, memoryGb: null, nice: null, idleIo: false, workers: null };

/** How the limits of an attempt are held. */
export interface LimitPlan {
  records: LimitRecord[];
  memoryLimitBytes: number | null;
  /** Comes before the command line. */
  wrapper: string[];
  /** Begins to hold what needs the running tests. */
  hold: (running: Running) => Required<Hold>;
}

/** This machine, for tests with this environment. */
export function thisMachine(env: Readonly<Record<string, string>>): Machine {
  let refusals: ReturnType<typeof scopeRefusals> | null = null;
  return {
    platform: process.platform,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    program: (name) => findProgram(name, { path: process.env.PATH }),
    idleIoRefusal,
    scopeRefusal: (kind) => {
      if (process.platform !== 'linux') return `there is no systemd on ${process.platform}`;
      refusals ??= scopeRefusals({ uid: process.getuid?.(), env });
      return refusals(kind);
    },
  };
}

/** Chooses the means: of a rung's alternatives the first that can be applied, and the rungs of one kind together. */
export function planLimits(asked: AskedLimits, machine: Machine): LimitPlan {
  const records: LimitRecord[] = [];
  const applied: Applied[] = [];
  const climb = (kind: LimitKind, wanted: LimitRecord['asked'], rungs: readonly (readonly LimitMeans[])[]): void => {
    const idle = nothingToHold(kind, asked, machine);
    if (idle !== null) {
      records.push({ kind, asked: wanted, enforcedBy: null, notEnforcedBecause: idle });
      return;
    }
    const names: string[] = [];
    const reasons: string[] = [];
    for (const rung of rungs) {
      const chosen = firstThatApplies(rung, asked, machine);
      applied.push(...chosen.applied);
      names.push(...chosen.names);
      reasons.push(...chosen.reasons);
    }
    records.push({ kind, asked: wanted, enforcedBy: names.join(', ') || null, notEnforcedBecause: reasons.join('; ') || null });
  };

  if (asked.memoryGb !== null) climb('memory', asked.memoryGb, [[scopeMemory, memoryWatch]]);
  if (asked.cpuPercent !== null)
    climb('cpu', asked.cpuPercent, [...(asked.workers === null ? [] : [[playwrightWorkers]]), [scopeCpu, dutyCycle]]);
  const priority = [...(asked.nice === null ? [] : [`nice ${asked.nice}`]), ...(asked.idleIo ? ['idle I/O'] : [])];
  if (priority.length > 0)
    climb('priority', priority.join(', '), [...(asked.nice === null ? [] : [[nice]]), ...(asked.idleIo ? [[idleIo]] : [])]);

  const properties = applied.flatMap(({ scopeProperty }) => scopeProperty ?? []);
  return {
    records,
    memoryLimitBytes: asked.memoryGb === null ? null : asked.memoryGb * GIB,
    // The scope outermost: systemd-run talks to its manager, which should not wait for others.
    wrapper: [...(properties.length > 0 ? scopeCommand(properties) : []), ...applied.flatMap(({ wrapper }) => wrapper ?? [])],
    hold: (running) => together(applied.flatMap(({ hold }) => hold?.(running) ?? [])),
  };
}

function firstThatApplies(
  rung: readonly LimitMeans[],
  asked: AskedLimits,
  machine: Machine,
): { applied: Applied[]; names: string[]; reasons: string[] } {
  const reasons: string[] = [];
  for (const means of rung) {
    const answer = means.tryApply(asked, machine);
    if ('reason' in answer) reasons.push(answer.reason);
    else return { applied: [answer], names: [means.name], reasons: answer.exceptThat === undefined ? [] : [answer.exceptThat] };
  }
  return { applied: [], names: [], reasons };
}

/** A limit that nothing can reach. */
function nothingToHold(kind: LimitKind, { cpuPercent, memoryGb }: AskedLimits, { memoryBytes }: Machine): string | null {
  if (kind === 'cpu' && cpuPercent === 100) return '100 % is the whole machine, so there is nothing to hold back';
  if (kind === 'memory' && memoryGb !== null && memoryGb * GIB > memoryBytes)
    return `the limit of ${memoryGb} GiB is more than the ${(memoryBytes / GIB).toFixed(1)} GiB of this machine, so nothing can reach it`;
  return null;
}

function together(holds: readonly Hold[]): Required<Hold> {
  return {
    onMemory: (reading) => {
      for (const hold of holds) hold.onMemory?.(reading);
    },
    release: () => holds.reduce((ms, hold) => ms + (hold.release?.() ?? 0), 0),
  };
}
