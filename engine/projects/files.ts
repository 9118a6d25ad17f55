import { stat } from 'node:fs/promises';

/** Is there anything at this path that can be seen? Never throws. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

/** Is it there, and a file (or a link to one)? Never throws. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
