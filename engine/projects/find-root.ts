import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { Refusal } from '../../contract/errors.ts';
import { findConfigFile } from './config-file.ts';
import { findPlaywrightConfig } from './detect.ts';
import { isThere } from './files.ts';

/** Where a project begins, and what said so. */
export interface Root {
  /** Real path. */
  root: string;
  configFile: string | null;
}

/** A refusal that belongs to the field `project`. */
export const projectRefusal = (message: string) => new Refusal('invalid', message, [{ field: 'project', message }]);

/**
 * The folder itself, or the nearest one above that holds `background-e2e.yaml` or a Playwright config. null where there is none.
 * Refuses (`invalid`, field `project`) what is no folder or cannot be read.
 *
 * The search ends at the repository's root. It never goes to the home folder or to one that everybody may write to (such as
 * /tmp): a file that somebody left there would decide what is run for all that lies below.
 */
export async function findRoot(directory: string): Promise<Root | null> {
  const start = await realFolder(directory);
  const home = await realpath(homedir()).catch(() => homedir());
  let folder = start;
  for (;;) {
    const configFile = await findConfigFile(folder);
    if (configFile !== null || (await findPlaywrightConfig(folder)) !== null) return { root: folder, configFile };
    if (await isThere(join(folder, '.git'))) return null;
    const parent = dirname(folder);
    if (parent === folder || parent === home || (await isOpenToAll(parent))) return null;
    folder = parent;
  }
}

async function realFolder(directory: string): Promise<string> {
  const path = directory === '~' || directory.startsWith('~/') ? join(homedir(), directory.slice(1)) : directory;
  if (!isAbsolute(path)) throw projectRefusal(`project is ${JSON.stringify(directory)}: it must be the absolute path of a folder`);
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory())
      throw projectRefusal(`project is ${JSON.stringify(path)}: it is not a folder; name the folder that holds the suite`);
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw projectRefusal(`project is ${JSON.stringify(path)}: ${whatIsWrong(error)}`);
  }
}

function whatIsWrong(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
      return 'there is no such folder';
    case 'ENOTDIR':
      return 'a part of this path is not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'the folder cannot be read: permission denied';
    case 'ENAMETOOLONG':
      return 'the path is too long';
    case 'ELOOP':
      return 'its links lead in a circle';
    case 'ERR_INVALID_ARG_VALUE':
      return 'a path cannot hold a NUL byte';
    default:
      return `the folder cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function isOpenToAll(folder: string): Promise<boolean> {
  try {
    return process.platform !== 'win32' && ((await stat(folder)).mode & 0o002) !== 0;
  } catch {
    return true;
  }
}
