import { rmSync } from 'node:fs';
import type { DoctorReport } from '../../contract/doctor.ts';
import { Refusal } from '../../contract/errors.ts';
import { type HomePaths, socketPath } from '../../engine/home.ts';
import { PATIENCE } from '../../engine/insistence.ts';
import { endProcess } from '../../supervisor/end-process.ts';
import { noteOf } from '../../supervisor/proc.ts';
import { sweepTree } from '../../supervisor/terminate.ts';
import { LockTaken, takeLock } from '../lock.ts';
import type { Examination } from './examine.ts';
import { type LivingAttempt, nameOfAttempt } from './leftovers.ts';

/** How long a host that was mute may take to let go once it is asked to end. */
const HOST_GRACE_MS = 5000;

type Done = Pick<DoctorReport, 'ended' | 'survivors' | 'removed'>;

/**
 * Ends what nobody watches any more, by cookie and identity: a mute host, orphaned supervisors with their tests, tests without a supervisor; with
 * `cancel` also those that run as they should. Holds the home's lock meanwhile, so that no host starts. Throws a `Refusal` where one has it.
 */
export async function endLeftovers(
  paths: HomePaths,
  found: Examination,
  { graceMs, cancel }: { graceMs: number; cancel: boolean },
): Promise<Done> {
  const done: Done = { ended: [], survivors: [], removed: [] };
  if (found.mute?.identity) {
    const { identity } = found.mute;
    const note = noteOf(identity.pid);
    const gone = await endProcess(identity, HOST_GRACE_MS);
    (gone ? done.ended : done.survivors).push(note);
  }
  const lock = lockOrRefuse(paths.lock);
  try {
    for (const one of [...found.left, ...(cancel ? found.running : [])]) {
      await endAttempt(one, graceMs, done);
      rmSync(socketPath(paths, nameOfAttempt(one)), { force: true });
    }
    for (const path of found.staleFiles) {
      rmSync(path, { force: true });
      done.removed.push(path);
    }
  } finally {
    lock.release();
  }
  return done;
}

async function endAttempt({ supervisor, supervisedBy, marks, processes }: LivingAttempt, graceMs: number, done: Done): Promise<void> {
  const before = [...(processes ?? [])];
  if (supervisedBy && supervisor === 'alive') {
    before.push(noteOf(supervisedBy.pid));
    // It ends its tests and records that; only a mute one is killed.
    if (!(await endProcess(supervisedBy, graceMs + PATIENCE.recordMs))) done.survivors.push(noteOf(supervisedBy.pid));
  }
  const { survivors } = await sweepTree({ ...marks, graceMs });
  done.survivors.push(...survivors);
  done.ended.push(...before.filter(({ pid }) => !done.survivors.some((one) => one.pid === pid)));
}

function lockOrRefuse(path: string): ReturnType<typeof takeLock> {
  try {
    return takeLock(path);
  } catch (error) {
    if (!(error instanceof LockTaken)) throw error;
    throw new Refusal('internal', `A host holds ${path}, so nothing else was ended: it watches over what runs. "bge2e host stop" ends it.`);
  }
}
