import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';

export interface SupervisorStart {
  /** Path of a Node of version 24 or newer. */
  node: string;
  /** The supervisor's bundle or source. */
  entry: string;
  /** The attempt's folder, with its spec.json. */
  folder: string;
}

/** A supervisor needs no more; the tests' own environment is in the spec. The last two are what Node and Windows need there. */
const VARIABLES = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'SystemRoot', 'TEMP'];

/** One runs beside every attempt for as long as that takes: collecting its little garbage more often saves 1 to 2 MiB of each. */
const SMALL_HEAP = '--max-semi-space-size=1';

/** glibc gives freed memory back to the system and keeps it in one place (mallopt(3)): 3 MiB less for each, and no other libc minds. */
const SMALL_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536' };

/**
 * Starts a supervisor that outlives this process. Resolves with its pid once it is started; rejects with a sentence where that fails.
 * Plain on purpose: it also runs inside Electron's main process.
 */
export function spawnSupervisor({ node, entry, folder }: SupervisorStart): Promise<number> {
  const env: NodeJS.ProcessEnv = { ...SMALL_ALLOCATOR };
  for (const name of VARIABLES) if (process.env[name] !== undefined) env[name] = process.env[name];
  const { stdio, close } = nothingInherited(process.platform === 'linux' && process.versions.electron !== undefined);
  return new Promise((resolve, reject) => {
    const sentence = (error: Error) => new Error(`The supervisor of the tests could not be started with ${node}: ${error.message}.`);
    try {
      const child = spawn(node, [SMALL_HEAP, entry, folder], { cwd: folder, env, detached: true, stdio, windowsHide: true });
      child.once('error', (error) => reject(sentence(error)));
      child.once('spawn', () => {
        if (child.pid !== undefined) resolve(child.pid);
      });
      child.unref();
    } catch (error) {
      reject(error instanceof Error ? sentence(error) : error);
    } finally {
      close();
    }
  });
}

/**
 * Descriptors for a child that shall inherit none. Chromium opens its sockets without close-on-exec, so a child of Electron's main process
 * would hold them, and with them Chromium's other processes, after the app was killed: there /dev/null is put on every descriptor up to the
 * highest. ('ignore' does that for the first three alone.)
 */
export function nothingInherited(everyDescriptor: boolean): { stdio: StdioOptions; close: () => void } {
  if (!everyDescriptor) return { stdio: 'ignore', close: () => {} };
  const highest = Math.max(2, ...readdirSync('/proc/self/fd').map(Number));
  const nothing = openSync('/dev/null', 'r+');
  return { stdio: new Array<number>(Math.max(highest, nothing) + 1).fill(nothing), close: () => closeSync(nothing) };
}
