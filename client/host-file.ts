import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFile } from '../contract/host.ts';

/** Where a host writes how to reach it. */
export const hostFilePath = (home: string) => join(home, 'host.json');

/** What the running (or last) host wrote; null where there is none or it is not whole. It does not prove that a host lives. */
export function readHostFile(home: string): HostFile | null {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(hostFilePath(home), 'utf8'));
  } catch {
    return null;
  }
  return isHostFile(value) ? value : null;
}

// Checked by hand: a schema library would cost the fast commands more than all the rest they do.
function isHostFile(value: unknown): value is HostFile {
  if (typeof value !== 'object' || value === null) return false;
  const file: Partial<Record<keyof HostFile, unknown>> = value;
  return (
    typeof file.address === 'string' && typeof file.token === 'string' && typeof file.pid === 'number' && typeof file.version === 'string'
  );
}
