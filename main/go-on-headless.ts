import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { readHostFile } from '../client/host-file.ts';
import { connectSocket } from '../client/socket.ts';
import { hostEnvironment } from '../client/start-host.ts';
import { nothingInherited } from '../supervisor/start.ts';

const READY_MS = 5000;
const LOOK_AGAIN_MS = 50;

/**
 * Starts a headless host for the home that this app has just let go of, so that waiting tasks start and retries happen without
 * it. Resolves once that host answers. Throws where it does not within 5 s; running tests go on either way.
 */
export async function goOnHeadless(home: string, { nodePath, hostEntry }: { nodePath: string; hostEntry: string }): Promise<void> {
  const log = openSync(join(home, 'host.log'), 'a', 0o600);
  const { stdio, close } = nothingInherited(process.platform === 'linux');
  const all = Array.isArray(stdio) ? [...stdio] : ['ignore' as const, log, log];
  [all[1], all[2]] = [log, log];
  const host = spawn(nodePath, ['--disable-warning=ExperimentalWarning', hostEntry, '--home', home], {
    cwd: home,
    env: hostEnvironment(),
    detached: true,
    stdio: all,
    windowsHide: true,
  });
  const failed = new Promise<string>((resolve) => {
    host.once('error', (error) => resolve(error.message));
    host.once('exit', (code) => resolve(`it ended with exit code ${code}`));
  });
  host.unref();
  close();
  closeSync(log);

  let reason: string | null = null;
  void failed.then((message) => {
    reason = message;
  });
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline && reason === null) {
    const file = readHostFile(home);
    const client = file ? await connectSocket(file, 'app', LOOK_AGAIN_MS * 20).catch(() => null) : null;
    if (client) return client.close();
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  throw new Error(`The queue could not go on without the app: ${reason ?? 'its host did not answer'}. See ${join(home, 'host.log')}.`);
}
