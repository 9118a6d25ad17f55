import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { usage } from './failure.ts';

/** The folder that `--project` names, or this one. Projects are known by their real paths; one that was removed has results all the same. */
export function folderNamed(given = '.'): string {
  if (given === '') throw usage('--project is empty: it must name a folder.');
  const path = resolve(given);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
