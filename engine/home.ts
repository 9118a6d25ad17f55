import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../contract/errors.ts';

/** Where everything of one home lies. */
export interface HomePaths {
  home: string;
  /** Tells this home from others: what the cookies of its attempts say. */
  id: string;
  database: string;
  lock: string;
  hostFile: string;
  webFile: string;
  settings: string;
  runs: string;
  /** Environments of what is queued again and again. */
  schedules: string;
  /** Results of projects that cannot be written to. */
  results: string;
  /** Folder of this home's sockets, outside of the home: their paths must be short (sun_path has 108 bytes, unix(7)). */
  sockets: string;
}

/** Makes the home's folders, 0700, and tells where things lie. Throws a `Refusal` when the socket folder is not ours alone. */
export function openHome(folder: string): HomePaths {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const home = realpathSync(folder);
  const runs = join(home, 'runs');
  const results = join(home, 'results');
  const schedules = join(home, 'schedules');
  for (const path of [runs, results, schedules]) mkdirSync(path, { recursive: true, mode: 0o700 });
  const id = createHash('sha256').update(home).digest('hex').slice(0, 8);
  return {
    home,
    id,
    database: join(home, 'queue.db'),
    lock: join(home, 'host.lock'),
    hostFile: join(home, 'host.json'),
    webFile: join(home, 'web.json'),
    settings: join(home, 'settings.json'),
    runs,
    schedules,
    results,
    sockets: socketFolder(id),
  };
}

function socketFolder(name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\bge2e-${name}-`;
  const { uid } = userInfo();
  const parent = join(process.platform === 'linux' ? '/tmp' : tmpdir(), `bge2e-${uid}`);
  for (const path of [parent, join(parent, name)]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const stat = lstatSync(path);
    if (!stat.isDirectory() || stat.uid !== uid) {
      throw new Refusal(
        'internal',
        `${path} is not a folder of this user, so sockets in it could be reached by others. Remove it, then try again.`,
      );
    }
    if ((stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
  }
  return join(parent, name);
}

/** Path of a socket (on Windows: name of a pipe) of this home. */
export function socketPath(paths: HomePaths, name: string): string {
  return process.platform === 'win32' ? `${paths.sockets}${name}` : join(paths.sockets, `${name}.sock`);
}

/** Folder of a task's runs, and of one attempt. */
export const taskFolder = (paths: HomePaths, taskId: string) => join(paths.runs, taskId);
export const attemptFolder = (paths: HomePaths, taskId: string, attempt: number) => join(paths.runs, taskId, String(attempt));
