import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AttemptSpec, AttemptStatus, Identity } from '../contract/attempt.ts';
import { indexPartPath, logPartPath } from './log-parts.ts';

/** Paths of the files of one attempt. */
export interface RunFolder {
  folder: string;
  spec: string;
  /** The same file, once a supervisor has taken it. */
  takenSpec: string;
  status: string;
  /** Bytes of stdout and stderr in order of arrival; of a long log, the beginning (see log-parts.ts). */
  log: string;
  /** Lines `[offset in bytes, ms since the start, 1 for stdout or 2 for stderr]`: what begins there came then from that stream. */
  logIndex: string;
  samples: string;
  /** Each process ever seen in the tree, for whoever must end it when the supervisor can't. */
  processes: string;
  /** Space that is given back when the disk is full, so that the last status can still be written. */
  reserve: string;
  /** Why the supervisor itself broke; there only after a defect. */
  supervisorError: string;
}

/** Names the files in an attempt's folder. */
export function runFolder(folder: string): RunFolder {
  return {
    folder,
    spec: join(folder, 'spec.json'),
    takenSpec: join(folder, 'spec.taken.json'),
    status: join(folder, 'status.json'),
    log: logPartPath(folder, 0),
    logIndex: indexPartPath(folder, 0),
    samples: join(folder, 'samples.ndjson'),
    processes: join(folder, 'processes.ndjson'),
    reserve: join(folder, 'reserve'),
    supervisorError: join(folder, 'supervisor-error.txt'),
  };
}

/**
 * Takes the spec by renaming it: who succeeds owns the attempt, so that a supervisor that comes late, after a host has given it up,
 * finds none and ends. The spec is trusted: the host wrote it, into a folder of its own. Throws where it is missing or no JSON.
 */
export function takeSpec(files: RunFolder): AttemptSpec {
  renameSync(files.spec, files.takenSpec);
  const spec: AttemptSpec = JSON.parse(readFileSync(files.takenSpec, 'utf8'));
  return spec;
}

/** Reads the status; null where there is none yet, or where a broken disk left something that can't be read or understood. */
export function readStatus(files: RunFolder): AttemptStatus | null {
  try {
    const status: AttemptStatus | null = JSON.parse(readFileSync(files.status, 'utf8'));
    return status?.supervisor ? status : null;
  } catch {
    return null;
  }
}

/** Puts a whole new status in the place of the old one and waits until both file and name are on the disk. Throws where that is not possible. */
export function writeStatus(files: RunFolder, status: AttemptStatus): void {
  const next = `${files.status}.next`;
  const file = openSync(next, 'w', 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(status)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, files.status);
  syncFolder(files.folder);
}

// The rename is in the folder, so the folder must reach the disk too (fsync(2)). Windows can't open one.
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const RESERVED_BYTES = 16_384;

/** Sets space aside for the last status. Does nothing on a disk that is full already. */
export function reserveSpace(files: RunFolder): void {
  try {
    // Noise, so that a compressing file system really sets it aside.
    const noise = Uint8Array.from({ length: RESERVED_BYTES }, () => Math.random() * 256);
    writeFileSync(files.reserve, noise, { mode: 0o600 });
  } catch {
    releaseSpace(files);
  }
}

/** Gives the space back. */
export function releaseSpace(files: RunFolder): void {
  rmSync(files.reserve, { force: true });
}

/** One line of `processes.ndjson`; boot and pid namespace are those of the supervisor in the status. */
export interface KnownProcess {
  pid: number;
  startTicks: string;
  name: string;
}

/**
 * Every process that the supervisor has ever seen in the attempt's tree, the tests' first one included. Lines that are not whole are left out.
 * `status`: what the supervisor said, where somebody has heard it who cannot read it any more.
 */
export function readKnownProcesses(files: RunFolder, status = readStatus(files)): Identity[] {
  if (status === null) return [];
  const { bootId, pidNamespace } = status.supervisor;
  const known: Identity[] = status.tests === null ? [] : [status.tests];
  let text = '';
  try {
    text = readFileSync(files.processes, 'utf8');
  } catch {
    return known;
  }
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry) known.push({ ...entry, bootId, pidNamespace });
  }
  return known;
}

function parseLine(line: string): { pid: number; startTicks: string } | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startTicks' in value)) return null;
    return typeof value.pid === 'number' && typeof value.startTicks === 'string' ? { pid: value.pid, startTicks: value.startTicks } : null;
  } catch {
    return null;
  }
}

/** The pid in the host.json of the home that this folder lies in (`<home>/runs/<task>/<attempt>`); null where there is none. */
export function hostPidOf(folder: string): number | null {
  const runs = dirname(dirname(folder));
  if (basename(runs) !== 'runs') return null;
  try {
    const value: unknown = JSON.parse(readFileSync(join(dirname(runs), 'host.json'), 'utf8'));
    return typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number' ? value.pid : null;
  } catch {
    return null;
  }
}
