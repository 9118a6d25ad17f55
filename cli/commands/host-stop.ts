import { isPassing } from '../../agent/host-link.ts';
import { homeFolder } from '../../client/home.ts';
import { readHostFile } from '../../client/host-file.ts';
import type { SocketClient } from '../../client/socket.ts';
import { connectIfRunning } from '../../client/start-host.ts';
import type { Result } from '../../contract/api.ts';
import type { DoctorReport } from '../../contract/doctor.ts';
import { Refusal } from '../../contract/errors.ts';
import { EXIT } from '../../contract/status.ts';
import { askAboutTasks } from '../ask-about-tasks.ts';
import { doctorReport } from '../doctor-report.ts';
import { usage } from '../failure.ts';
import { oneLine } from '../print.ts';
import { CLIENT_NAME } from '../session.ts';

/** How long a host that has let go of its clients may take to be gone, in ms. */
const GONE_MS = 15_000;
const LISTED_MS = 1000;
const LOOK_AGAIN_MS = 20;

interface StopOptions {
  keep?: boolean;
  cancel?: boolean;
  force?: boolean;
  json?: boolean;
}

/**
 * `bge2e host stop`: resolves when the host is gone. Running tasks go on (`keep`), or are ended first (`cancel`); a person at a terminal who said
 * neither is asked. `force` also ends what hosts and supervisors that are dead or mute have left.
 */
export async function hostStop({ keep = false, cancel = false, force = false, json = false }: StopOptions): Promise<number> {
  if (keep && cancel) throw usage('host stop takes --keep or --cancel, not both.');
  const home = homeFolder();
  const stopped = await stopAnsweringHost(home, keep ? 'keep' : cancel ? 'cancel' : null, { force, json });
  if (stopped === 'stays') {
    process.stdout.write('Nothing was stopped.\n');
    return EXIT.passed;
  }
  const left = force ? await doctorReport(home, cancel ? ['--end', '--cancel'] : ['--end']) : null;
  process.stdout.write(json ? `${JSON.stringify(stopDocument(stopped, left), null, 2)}\n` : stopText(stopped, left));
  return left !== null && left.survivors.length > 0 ? EXIT.failed : EXIT.passed;
}

interface Stopped {
  pid: number;
  /** Tasks that go on. */
  goOn: number;
}

/** Stops a host that answers; null where none runs, or none answers and leftovers are to be ended anyway. */
async function stopAnsweringHost(
  home: string,
  given: 'keep' | 'cancel' | null,
  { force, json }: { force: boolean; json: boolean },
): Promise<Stopped | null | 'stays'> {
  let client: SocketClient | null;
  try {
    client = await connectIfRunning(home, CLIENT_NAME);
  } catch (error) {
    if (force && error instanceof Refusal) return null;
    throw error;
  }
  if (!client) return null;
  const { pid } = client.host;
  const { active, queued } = await client.call('hostStatus', {});
  const atTerminal = process.stdin.isTTY && process.stdout.isTTY && !json;
  const tasks =
    given ??
    (atTerminal && active + queued > 0
      ? await askAboutTasks({ active, queued }, { input: process.stdin, output: process.stdout })
      : 'keep');
  if (tasks === 'stay') {
    client.close();
    return 'stays';
  }
  const decided = await stopAndWait(home, client, tasks === 'cancel' ? 'cancel' : 'keep');
  return { pid, goOn: decided === 'keep' ? active : 0 };
}

function stopDocument(stopped: Stopped | null, left: DoctorReport | null) {
  const base = { stopped: stopped !== null, pid: stopped?.pid ?? null };
  return left === null ? base : { ...base, ended: left.ended, survivors: left.survivors, removed: left.removed };
}

function stopText(stopped: Stopped | null, left: DoctorReport | null): string {
  const lines = [stopped === null ? 'No host runs.' : `The host (pid ${stopped.pid}) has ended.`];
  if (left && stopped === null && left.findings.some(({ kind }) => kind === 'mute_host')) lines.length = 0;
  if (stopped && stopped.goOn > 0)
    lines[0] += ` ${stopped.goOn} running ${stopped.goOn === 1 ? 'task goes' : 'tasks go'} on; the next host finds ${stopped.goOn === 1 ? 'it' : 'them'}.`;
  for (const { pid, command } of left?.ended ?? []) lines.push(`Ended ${pid}  ${oneLine(command)}`);
  for (const path of left?.removed ?? []) lines.push(`Removed ${path}`);
  for (const { pid, command } of left?.survivors ?? []) lines.push(`Could not end ${pid}  ${oneLine(command)}`);
  if (left && left.ended.length + left.survivors.length === 0) lines.push('There were no leftovers to end.');
  return `${lines.join('\n')}\n`;
}

/** Answers what became of the tasks: somebody else may have ended the host before, in another way. */
async function stopAndWait(home: string, client: SocketClient, tasks: 'keep' | 'cancel'): Promise<Result<'stopHost'>['tasks']> {
  const { pid } = client.host;
  const token = readHostFile(home)?.token;
  const disconnected = new Promise<void>((resolve) => client.onClose(resolve));
  const { tasks: decided = tasks } = await client.call('stopHost', { tasks }).catch((error): Result<'stopHost'> => {
    if (!isPassing(error)) throw error; // it may be gone before its answer is here
    return {};
  });
  await disconnected; // with `cancel` after the grace of the tasks that it ends
  const gone = async (what: () => boolean, withinMs: number) => {
    const deadline = Date.now() + withinMs;
    while (!what() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    return what();
  };
  if (!(await gone(() => readHostFile(home)?.token !== token, GONE_MS))) {
    throw new Refusal('no_answer', `The host (pid ${pid}) was asked to end, but is still there after ${GONE_MS / 1000} s.`);
  }
  // Its last words are spoken. The process follows; an app may stay for a while, and a container may keep an ended one in its list.
  if (client.host.mode === 'headless') await gone(() => !isListed(pid), LISTED_MS);
  return decided;
}

function isListed(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
