import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { FOLDER_FD, SPARE } from './spare.ts';

export interface SupervisorsOptions {
  /** Path of a Node of version 24 or newer. */
  node: string;
  /** The supervisor's bundle or source. */
  entry: string;
}

/** A spare is made this long after a start, in ms: the tests that begin have the machine for themselves. */
const PREPARE_AFTER_MS = 250;
/** Who has queued nothing for so long, in ms, gets the spare's memory back. */
const KEEP_SPARE_MS = 10 * 60_000;

/** A supervisor needs no more; the tests' own environment is in the spec. The last two are what Node and Windows need there. */
const VARIABLES = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'SystemRoot', 'TEMP'];

/** One runs beside every attempt for as long as that takes: collecting its little garbage more often saves 1 to 2 MiB of each. */
const SMALL_HEAP = '--max-semi-space-size=1';

/** glibc gives freed memory back to the system and keeps it in one place (mallopt(3)): 3 MiB less for each, and no other libc minds. */
const SMALL_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536' };

/**
 * Starts supervisors, which outlive this process. After a start it keeps a spare one in reserve, loaded and waiting, so that the next attempt
 * does not wait for Node. A spare ends with this process, however that ends. Plain on purpose: it also runs inside Electron's main process.
 */
export class Supervisors {
  readonly #options: SupervisorsOptions;
  #spare: ChildProcess | null = null;
  #preparing: NodeJS.Timeout | null = null;
  #dropping: NodeJS.Timeout | null = null;

  constructor(options: SupervisorsOptions) {
    this.#options = options;
  }

  /**
   * Starts the supervisor of the attempt in a folder, which has its spec.json. Resolves with its pid once it is started; rejects with a
   * sentence where that fails.
   */
  async start(folder: string): Promise<number> {
    const spare = this.#spare;
    this.#spare = null;
    this.#prepareSoon();
    return (spare && (await handOver(spare, folder))) ?? (await spawnSupervisor(this.#options, folder));
  }

  /** Ends the spare; resolves when it is gone. Supervisors of attempts go on. */
  async close(): Promise<void> {
    for (const timer of [this.#preparing, this.#dropping]) if (timer) clearTimeout(timer);
    await this.#drop();
  }

  #prepareSoon(): void {
    if (this.#preparing) clearTimeout(this.#preparing);
    if (this.#dropping) clearTimeout(this.#dropping);
    this.#preparing = setTimeout(() => this.#prepare(), PREPARE_AFTER_MS).unref();
    this.#dropping = setTimeout(() => void this.#drop(), KEEP_SPARE_MS).unref();
  }

  #prepare(): void {
    if (this.#spare) return;
    try {
      const spare = launch(this.#options, SPARE);
      const forget = () => {
        if (this.#spare === spare) this.#spare = null;
      };
      spare.once('error', forget); // the next start says why
      spare.once('exit', forget);
      channelOf(spare)?.on('error', forget);
      this.#spare = spare;
    } catch {
      // without a spare a start takes longer, and says itself what is wrong
    }
  }

  async #drop(): Promise<void> {
    const spare = this.#spare;
    this.#spare = null;
    if (!spare?.pid || spare.exitCode !== null || spare.signalCode !== null) return;
    spare.ref(); // or nothing may be left that keeps this process until then
    const gone = once(spare, 'exit');
    spare.kill('SIGKILL'); // it has begun nothing, and one that somebody has stopped would not see its channel end
    await gone;
  }
}

/** Gives a folder to a spare; null where that is dead. One that dies with it is found out as any supervisor that is killed at its start. */
function handOver(spare: ChildProcess, folder: string): Promise<number | null> {
  const { pid } = spare;
  const channel = channelOf(spare);
  return new Promise((resolve) => {
    if (pid === undefined || !channel || channel.destroyed) return resolve(null);
    for (const broken of ['error', 'close']) channel.once(broken, () => resolve(null));
    channel.once('finish', () => resolve(pid));
    if (process.platform !== 'win32') spare.kill('SIGCONT'); // somebody may have stopped it
    channel.end(folder);
  });
}

function channelOf(spare: ChildProcess): Writable | null {
  const channel = spare.stdio[FOLDER_FD];
  return channel instanceof Writable ? channel : null;
}

function spawnSupervisor(options: SupervisorsOptions, folder: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sentence = (error: Error) =>
      new Error(`The supervisor of the tests could not be started with ${options.node}: ${error.message}.`);
    try {
      const child = launch(options, folder);
      child.once('error', (error) => reject(sentence(error)));
      child.once('spawn', () => {
        if (child.pid !== undefined) resolve(child.pid);
      });
    } catch (error) {
      reject(error instanceof Error ? sentence(error) : error);
    }
  });
}

function launch({ node, entry }: SupervisorsOptions, argument: string): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...SMALL_ALLOCATOR };
  for (const name of VARIABLES) if (process.env[name] !== undefined) env[name] = process.env[name];
  const { stdio, close } = nothingInherited(process.platform === 'linux' && process.versions.electron !== undefined);
  const channel = argument === SPARE ? (['pipe'] as const) : [];
  try {
    const child = spawn(node, [SMALL_HEAP, entry, argument], {
      cwd: dirname(entry),
      env,
      detached: true,
      stdio: [...stdio.slice(0, FOLDER_FD), ...channel, ...stdio.slice(FOLDER_FD + channel.length)],
      windowsHide: true,
    });
    child.unref();
    return child;
  } finally {
    close();
  }
}

/**
 * Descriptors for a child that shall inherit none. Chromium opens its sockets without close-on-exec, so a child of Electron's main process
 * would hold them, and with them Chromium's other processes, after the app was killed: there /dev/null is put on every descriptor up to the
 * highest. ('ignore' does that for the first three alone.)
 */
export function nothingInherited(everyDescriptor: boolean): { stdio: ('ignore' | number)[]; close: () => void } {
  if (!everyDescriptor) return { stdio: ['ignore', 'ignore', 'ignore'], close: () => {} };
  const highest = Math.max(2, ...readdirSync('/proc/self/fd').map(Number));
  const nothing = openSync('/dev/null', 'r+');
  return { stdio: new Array<number>(Math.max(highest, nothing) + 1).fill(nothing), close: () => closeSync(nothing) };
}
