import { readFileSync, statSync } from 'node:fs';
import type { Identity } from '../../contract/attempt.ts';
import type { HostFile } from '../../contract/host.ts';
import { identityOf, isAlive } from '../../supervisor/identity.ts';

/** Who holds the lock of a home: the process that the kernel names, else the one of host.json where it is surely the same. Null where nothing proves it. */
export function lockHolder(lock: string, file: HostFile | null): Identity | null {
  const pid = pidInLocks(readLocks(), inodeOf(lock));
  if (pid !== null) return identityOf(pid);
  return file?.identity && isAlive(file.identity) === 'alive' ? file.identity : null;
}

/** The pid that has a lock for writing on a file with this inode, in the text of /proc/locks (proc_locks(5)): `1: POSIX ADVISORY WRITE 4711 fe:00:123 0 EOF`. */
export function pidInLocks(text: string, inode: string | null): number | null {
  if (inode === null) return null;
  for (const line of text.split('\n')) {
    const [, kind, , access, pid, file] = line.trim().split(/\s+/);
    if (kind === 'POSIX' && access === 'WRITE' && file?.toLowerCase() === inode && Number(pid) > 0) return Number(pid);
  }
  return null;
}

function inodeOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    // makedev(3): 12 bits of major number and 20 of minor, as Linux packs those that fit in 32 bits.
    const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
    const hex = (value: number) => value.toString(16).padStart(2, '0');
    return `${hex(major)}:${hex(minor)}:${ino}`;
  } catch {
    return null;
  }
}

function readLocks(): string {
  try {
    return readFileSync('/proc/locks', 'utf8');
  } catch {
    return '';
  }
}
