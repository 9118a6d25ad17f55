import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessNote } from '../contract/attempt.ts';

// Read as utf8 although nothing here needs it: Node has a fast way for that encoding alone, any other costs 64 KiB a file.

/** One process as /proc/PID/stat tells it. */
export interface ProcessEntry {
  pid: number;
  /** Name of the program, at most 15 bytes. */
  name: string;
  /** One letter; Z and X are dead. */
  state: string;
  parent: number;
  group: number;
  session: number;
  /** Clock ticks after boot; with the pid it names one process for ever. */
  startTicks: string;
  /** CPU time of its own, user and system, in ticks of 10 ms. */
  cpuTicks: number;
  /** CPU time of its children that have ended and were waited for, in the same ticks. */
  reapedTicks: number;
  /** Pages in memory; shared ones count in every process. */
  residentPages: number;
}

/** Of those after the name, the ones up to the resident pages. */
const FIELDS = 22;

/** Reads the text of /proc/PID/stat; null where it is not whole. The name may hold spaces and brackets: fields begin after the last ')' (proc_pid_stat(5)). */
export function parseStat(text: string): ProcessEntry | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(' ', FIELDS);
  const [state, parent, group, session] = fields;
  const startTicks = fields[19]; // field 22 of the line
  if (state === undefined || startTicks === undefined) return null;
  const sum = (first: number) => Number(fields[first]) + Number(fields[first + 1]);
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTicks,
    cpuTicks: sum(11),
    reapedTicks: sum(13),
    residentPages: Number(fields[21]),
  };
}

/** USER_HZ: the kernel tells times in hundredths of a second on every machine that Node runs on (proc_pid_stat(5), times(2)). */
export const TICK_MS = 10;

const AT_PAGESZ = 6n;
const USUAL_PAGE_BYTES = 4096;

/** Bytes of a page of memory, from the auxiliary vector (getauxval(3)). Read once. */
export function pageBytes(): number {
  pageSize ??= readPageSize();
  return pageSize;
}

let pageSize: number | null = null;

function readPageSize(): number {
  try {
    const words = new BigUint64Array(Uint8Array.from(readFileSync('/proc/self/auxv')).buffer);
    for (let at = 0; at + 1 < words.length; at += 2) if (words[at] === AT_PAGESZ) return Number(words[at + 1]);
  } catch {
    // no /proc
  }
  return USUAL_PAGE_BYTES;
}

/** What /proc says about a process; null where there is none, or no /proc. */
export function readProcess(pid: number): ProcessEntry | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** Z (ended, not yet reaped) and X hold no memory, run nothing and can't be killed. */
export const isDead = (entry: ProcessEntry): boolean => entry.state === 'Z' || entry.state === 'X';

/** Every process that can be seen, in one pass; null where the platform has no /proc. */
export function listProcesses(): ProcessEntry[] | null {
  return listPids()?.flatMap((pid) => readProcess(pid) ?? []) ?? null;
}

/** The pids alone, which takes a tenth of the time; null where the platform has no /proc. */
export function listPids(): number[] | null {
  if (process.platform !== 'linux') return null;
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/**
 * The pipes or sockets that a process has as stdout and stderr, as /proc/PID/fd names them: `socket:[4711]`. No two that exist at the same time
 * have the same name, and who has one got it from a process that had it. Files and terminals, which anybody may open, are left out.
 */
export function outputsOf(pid: number): string[] {
  return [1, 2].flatMap((descriptor) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      return /^(?:socket|pipe):\[\d+\]$/.test(target) ? [target] : [];
    } catch {
      return []; // closed, gone, or another user's
    }
  });
}

/**
 * Whether a process carries a variable in the environment it was started with. `unclear` is a process of this user that hides it (not
 * dumpable) or has written over it, as Chromium's do; `foreign` is another user's, or one that has just gone.
 */
export type EnvironAnswer = 'yes' | 'no' | 'unclear' | 'foreign';

/** Looks a variable up in /proc/PID/environ (proc_pid_environ(5)). */
export function carriesVariable(pid: number, name: string): EnvironAnswer {
  let environ: string;
  try {
    environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'))) return 'foreign';
    return realUserOf(pid) === process.getuid?.() ? 'unclear' : 'foreign';
  }
  if (environ.startsWith(`${name}=`) || environ.includes(`\0${name}=`)) return 'yes';
  // Empty while a program is being loaded; anything but NAME=value where the process keeps its title there.
  return /^[A-Za-z_][A-Za-z0-9_]*=/.test(environ) ? 'no' : 'unclear';
}

/** The variables that begin with `prefix` in the environment a process was started with; none where that cannot be read. */
export function variablesOf(pid: number, prefix: string): { name: string; value: string }[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line.startsWith(prefix))
      .map((line) => ({ name: line.slice(0, line.indexOf('=')), value: line.slice(line.indexOf('=') + 1) }));
  } catch {
    return [];
  }
}

// The owner of /proc/PID itself is root for a process that is not dumpable, so that file does not help here.
function realUserOf(pid: number): number | null {
  try {
    const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return uid === undefined ? null : Number(uid);
  } catch {
    return null;
  }
}

/** What a person calls a process: the program it was started as. Its own name may be a thread's, as Node's `MainThread`. */
export function programOf({ pid, name }: Pick<ProcessEntry, 'pid' | 'name'>): string {
  try {
    // Chromium's processes write their whole command line into the first argument.
    const [first = ''] = (readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0', 1)[0] ?? '').split(' -', 1);
    return basename(first) || name;
  } catch {
    return name;
  }
}

const COMMAND_LENGTH = 200;

/** The command line of a process for a person, cut to 200 characters; the program's name where there is none. */
export function commandOf(entry: ProcessEntry): string {
  try {
    const text = readFileSync(`/proc/${entry.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    if (text !== '') return text.length > COMMAND_LENGTH ? `${text.slice(0, COMMAND_LENGTH - 1)}…` : text;
  } catch {
    // gone meanwhile
  }
  return entry.name;
}

/** A process for a person; its command is `gone` where it has ended. */
export function noteOf(pid: number): ProcessNote {
  const entry = readProcess(pid);
  return { pid, command: entry ? commandOf(entry) : 'gone' };
}
