import { uptime } from 'node:os';
import type { Identity } from '../../contract/attempt.ts';
import type { Finding } from '../../contract/doctor.ts';
import { type HomePaths, socketPath } from '../../engine/home.ts';
import { answersAt, PATIENCE } from '../../engine/insistence.ts';
import { isAlive } from '../../supervisor/identity.ts';
import { noteOf, readProcess, TICK_MS } from '../../supervisor/proc.ts';
import { type LivingAttempt, nameOfAttempt } from './leftovers.ts';

/** What is known of an attempt beyond its own files and processes. */
interface Beside {
  /** Its supervisor lives, but says nothing on its socket. */
  isSilent: boolean;
  /** It runs as far as the queue knows. */
  isQueued: boolean;
}

/** Whether a living attempt is as it should be: what is wrong with it, and whether nobody watches it any more, so that it may be ended. */
export function judgeAttempt(one: LivingAttempt, { isSilent, isQueued }: Beside): { finding: Finding | null; isLeft: boolean } {
  const { taskId, attempt, status, supervisor, supervisedBy, processes, hasFolder } = one;
  const name = nameOfAttempt(one);
  const find = (kind: Finding['kind'], message: string, whatToDo: string, named = processes ?? []): Finding => ({
    kind,
    message,
    whatToDo,
    processes: named,
    taskId,
    attempt,
  });
  if (supervisor === 'unknown' || processes === null) {
    return {
      finding: find('not_checked', `Whether ${name} still runs cannot be told from here.`, 'Look from where it was started.'),
      isLeft: false,
    };
  }
  const watcher = supervisedBy && supervisor === 'alive' ? supervisedBy : null;
  if (!hasFolder) {
    const all = [...(watcher ? [noteOf(watcher.pid)] : []), ...processes];
    const message = `${countText(all.length)} of ${name} still ${verb(all.length)}, but its run folder is gone, so nothing of it can be recorded.`;
    return { finding: find('leftover', message, '"bge2e host stop --force" ends that.', all), isLeft: true };
  }
  if (!watcher) {
    const message = `${countText(processes.length)} of ${name} still ${verb(processes.length)}, and the supervisor that watched over it is gone.`;
    return { finding: find('leftover', message, 'The next host ends that; so does "bge2e host stop --force".'), isLeft: true };
  }
  const { pid } = watcher;
  const isStopped = readProcess(pid)?.state === 'T';
  if (status === null && isSilentForLong(watcher)) {
    const message = `The supervisor of ${name} (pid ${pid}) was started, but has not begun with the tests${isStopped ? ': it is stopped (SIGSTOP)' : ''}.`;
    const whatToDo = '"bge2e host stop --force" ends it; the next host says that it was lost.';
    return { finding: find('mute_supervisor', message, whatToDo, [noteOf(pid)]), isLeft: true };
  }
  if (!isQueued && status?.phase !== 'ended') {
    const message = `The supervisor of ${name} (pid ${pid}) runs, but the queue has no such attempt.`;
    return { finding: find('orphaned_supervisor', message, '"bge2e host stop --force" ends it and its tests.'), isLeft: true };
  }
  if (isSilent) {
    const message = `The supervisor of ${name} (pid ${pid}) ${isStopped ? 'is stopped (SIGSTOP)' : 'does not answer'}, so nobody watches over its tests.`;
    const goOn = isStopped ? `"kill -CONT ${pid}" lets it go on. ` : '';
    const whatToDo = `${goOn}"bge2e cancel ${taskId}" ends it and its tests; so does "bge2e host stop --force".`;
    return { finding: find('mute_supervisor', message, whatToDo, [noteOf(pid), ...processes]), isLeft: true };
  }
  return { finding: null, isLeft: false };
}

/** Attempts under way whose supervisors are there but say nothing on their sockets. */
export async function silentSupervisors(paths: HomePaths, living: readonly LivingAttempt[]): Promise<Set<LivingAttempt>> {
  const asked = living.map(async (one) => {
    const { status, supervisor, hasFolder } = one;
    if (!hasFolder || supervisor !== 'alive' || status === null || status.phase === 'ended') return [];
    const isSilent = !(await answersAt(socketPath(paths, nameOfAttempt(one)), PATIENCE.answerMs));
    return isSilent && isAlive(status.supervisor) === 'alive' ? [one] : [];
  });
  return new Set((await Promise.all(asked)).flat());
}

/** A supervisor writes its first status within a second, a few on a machine that is very busy. */
const SILENT_MS = 10_000;

function isSilentForLong({ pid }: Identity): boolean {
  const entry = readProcess(pid);
  return entry !== null && (entry.state === 'T' || uptime() * 1000 - Number(entry.startTicks) * TICK_MS > SILENT_MS);
}

const countText = (count: number) => `${count} ${count === 1 ? 'process' : 'processes'}`;
const verb = (count: number) => (count === 1 ? 'runs' : 'run');
