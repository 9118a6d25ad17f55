import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** What execvp(3) looks through where there is no PATH. */
const USUAL_PATH = '/usr/local/bin:/usr/bin:/bin';

export interface FindOptions {
  path?: string | undefined;
  /** What relative names start from. */
  cwd?: string;
}

/** The file that a program's name stands for, as execvp(3) finds it; null where there is none that this user may run. */
export function findProgram(name: string, { path = USUAL_PATH, cwd = '/' }: FindOptions): string | null {
  const files = name.includes('/') ? [name] : path.split(delimiter).map((folder) => join(folder || '.', name));
  return files.map((file) => resolve(cwd, file)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
