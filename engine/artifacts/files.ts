import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

export interface FoundFile {
  /** Absolute. */
  path: string;
  bytes: number;
  mtimeMs: number;
}

/** More than anybody looks through; a folder with more of them is no folder of artifacts. */
const MOST_FILES = 20_000;

/**
 * The file at a path, or all files in the folder there. Links count where they lead to something within `root` (a real path): elsewhere
 * they are other people's files. Neither pipes nor sockets.
 */
export async function filesAt(path: string, root: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  // A folder on the way may be the link that leads out.
  const real = await realpath(path).catch(() => null);
  if (real === null || !isWithin(real, root)) return [];
  await walk(path, root, found, new Set());
  return found;
}

async function walk(path: string, root: string, found: FoundFile[], seen: Set<string>): Promise<void> {
  if (found.length >= MOST_FILES) return;
  try {
    if ((await lstat(path)).isSymbolicLink() && !isWithin(await realpath(path), root)) return;
    const info = await stat(path);
    if (info.isFile()) {
      found.push({ path, bytes: info.size, mtimeMs: info.mtimeMs });
    } else if (info.isDirectory()) {
      const real = await realpath(path);
      if (seen.has(real) || !isWithin(real, root)) return; // a link back to where we came from
      seen.add(real);
      for (const name of (await readdir(path)).sort()) {
        if (name !== 'node_modules' && name !== '.git') await walk(join(path, name), root, found, seen);
      }
    }
  } catch {
    // It is gone again, or cannot be read: then there is nothing to keep.
  }
}

/** Does a real path lie in a folder, or is it that folder? */
export function isWithin(path: string, root: string): boolean {
  const inside = relative(root, path);
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
}
