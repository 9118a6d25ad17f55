import { join } from 'node:path';

/**
 * Where an attempt's output lies. `output.log` holds its beginning, up to half of the cap. What comes after lies in parts of an eighth of the
 * cap, each named by the offset of its first byte (`output.33554432.log`), of which the newest four are kept: a reader needs no other
 * record, and a writer that is killed leaves none that could be wrong. Each has its index beside it.
 */
export function logPartName(from: number): string {
  return from === 0 ? 'output.log' : `output.${from}.log`;
}

export const logPartPath = (folder: string, from: number) => join(folder, logPartName(from));
export const indexPartPath = (folder: string, from: number) => logPartPath(folder, from).replace(/log$/, 'idx');

/** The offset of a part's first byte; null for the name of anything else. */
export function startOfLogPart(name: string): number | null {
  const match = /^output(?:\.([1-9]\d*))?\.log$/.exec(name);
  return match ? Number(match[1] ?? 0) : null;
}

/** How a cap of so many bytes is divided. */
export function shareOut(capBytes: number): { head: number; part: number; parts: number } {
  const parts = 4;
  const part = Math.max(1, Math.floor(capBytes / (2 * parts)));
  return { head: Math.max(1, Math.floor(capBytes - parts * part)), part, parts };
}
