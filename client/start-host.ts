import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../contract/errors.ts';
import type { HostFile } from '../contract/host.ts';
import { readHostFile } from './host-file.ts';
import { connectSocket, type SocketClient } from './socket.ts';

const START_DEADLINE_MS = 15_000;
/** For so long a lock that is taken is taken for one that becomes free or gets an address; then for one whose holder is stuck. */
const LOCK_PATIENCE_MS = 5000;
const FIRST_WAIT_MS = 1000;
const NEEDED_NODE = 24;

/**
 * Connects to the home's host; starts a headless one if there is none. Throws a `Refusal`: `no_host` where
 * neither works, `no_answer` where a host is there but mute.
 */
export async function connectOrStart(home: string, clientName: string): Promise<SocketClient> {
  const file = readHostFile(home);
  if (file) {
    try {
      return await connectTo(home, file, clientName);
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'no_host') throw error;
    }
  }
  return startHost(home, clientName, file);
}

/** Connects to the home's host, or answers null where none runs. */
export async function connectIfRunning(home: string, clientName: string): Promise<SocketClient | null> {
  const file = readHostFile(home);
  if (!file) return null;
  try {
    return await connectTo(home, file, clientName);
  } catch (error) {
    if (error instanceof Refusal && error.kind === 'no_host') return null;
    throw error;
  }
}

/**
 * A host that takes the home of one that was killed listens at its address before its own token is in host.json: whoever comes in between has
 * read the dead one's, and reads again.
 */
async function connectTo(home: string, file: HostFile, clientName: string): Promise<SocketClient> {
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  for (let current = file; ; current = readHostFile(home) ?? current) {
    try {
      return await connectSocket(current, clientName);
    } catch (error) {
      if (!(error instanceof Refusal) || error.kind !== 'unauthorized' || Date.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function startHost(home: string, clientName: string, stale: HostFile | null): Promise<SocketClient> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const patienceEnds = Date.now() + LOCK_PATIENCE_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    const failure = await hostReady(spawnHost(home));
    // Where the lock was taken, another host is just starting and writes its address soon, or is just ending and leaves the home to the next.
    if (failure === null || failure.lockTaken) {
      const client = await reachHost(home, clientName, failure ? null : stale, waitMs);
      if (client) return client;
    }
    if (!failure?.lockTaken || Date.now() > patienceEnds) throw new Refusal('no_host', noHostSentence(failure, stale, home));
  }
}

/** Connects to the host whose address is, or within `waitMs` will be, in host.json; `stale` is the file of one that is gone. */
async function reachHost(home: string, clientName: string, stale: HostFile | null, waitMs: number): Promise<SocketClient | null> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const file = readHostFile(home);
    if (file && file.token !== stale?.token) {
      try {
        return await connectTo(home, file, clientName);
      } catch (error) {
        if (!(error instanceof Refusal) || error.kind !== 'no_host') throw error;
      }
    }
    if (Date.now() > deadline) return null;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function noHostSentence(failure: StartFailure | null, file: HostFile | null, home: string): string {
  if (failure?.lockTaken)
    return `A host${file ? ` (pid ${file.pid})` : ''} holds ${join(home, 'host.lock')} but does not answer. End that process, then try again.`;
  return `The host could not be started: ${failure?.message.replace(/\.$/, '') ?? 'it gave no address'}. Its log is ${join(home, 'host.log')}.`;
}

interface StartFailure {
  message: string;
  lockTaken: boolean;
}

/** Waits for the line `ready` on descriptor 3, or for the end of the process. */
function hostReady(child: ChildProcess): Promise<StartFailure | null> {
  return new Promise((resolve) => {
    let text = '';
    const channel = child.stdio[3];
    const finish = (failure: StartFailure | null) => {
      clearTimeout(timer);
      if (channel && 'destroy' in channel) channel.destroy();
      child.removeAllListeners();
      child.on('error', () => {});
      child.unref();
      resolve(failure);
    };
    const timer = setTimeout(
      () => finish({ message: `it was not ready within ${START_DEADLINE_MS / 1000} s`, lockTaken: false }),
      START_DEADLINE_MS,
    );
    child.once('error', (error) => finish({ message: error.message, lockTaken: false }));
    child.once('exit', (code) =>
      finish({ message: text.trim() || `it ended with exit code ${code}`, lockTaken: code === LOCK_TAKEN_EXIT_CODE }),
    );
    channel?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('ready\n')) finish(null);
    });
  });
}

/** A headless host ends with this code where another one holds the home's lock. */
export const LOCK_TAKEN_EXIT_CODE = 75; // EX_TEMPFAIL of sysexits.h

/** What a host needs of its starter's environment; the rest (secrets, cookies of attempts) stays outside. */
const HOST_VARIABLES = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TZ',
  'XDG_RUNTIME_DIR',
  'XDG_DATA_HOME',
  'XDG_CONFIG_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'DISPLAY',
  'XAUTHORITY', // without it no program that it opens finds an X display
  'WAYLAND_DISPLAY',
  'SystemRoot',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'TEMP',
  'PATHEXT',
  'BGE2E_NODE',
];

/** The environment of a headless host that this process starts. */
export function hostEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of HOST_VARIABLES) if (process.env[name] !== undefined) env[name] = process.env[name];
  return env;
}

function spawnHost(home: string): ChildProcess {
  const log = openLog(home);
  return spawn(findNode(), ['--disable-warning=ExperimentalWarning', hostEntry(), '--home', home], {
    cwd: home,
    env: hostEnvironment(),
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
  });
}

function openLog(home: string): number {
  const path = join(home, 'host.log');
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new Refusal('no_host', `${path} cannot be written (${why}). Set BGE2E_HOME to a folder that you may write to.`);
  }
}

const here = dirname(fileURLToPath(import.meta.url));

/** The host's script: the bundle beside this one, or the source where the sources run as they are. */
export const hostEntry = () => entryOf('host.js', 'main.ts');

/** The script that looks at a home without a host. */
export const doctorEntry = () => entryOf('doctor.js', 'doctor.ts');

function entryOf(bundle: string, source: string): string {
  const path = join(here, bundle);
  return existsSync(path) ? path : join(here, '..', 'host', source);
}

/**
 * A Node of version 24 or newer: BGE2E_NODE, the one that runs this, the package's own, the one in PATH.
 * Throws a `Refusal` that says how to get one.
 */
export function findNode(): string {
  if (process.env.BGE2E_NODE) return process.env.BGE2E_NODE;
  if (majorOf(process.version) >= NEEDED_NODE && !process.versions.electron) return process.execPath;
  for (const candidate of [packagedNode(), 'node']) {
    if (candidate === null) continue;
    try {
      if (majorOf(execFileSync(candidate, ['--version'], { encoding: 'utf8' })) >= NEEDED_NODE) return candidate;
    } catch {
      // not there, or not for this machine: try the next
    }
  }
  throw new Refusal(
    'no_host',
    `The host needs Node ${NEEDED_NODE} or newer, and this is ${process.version}. Install it, or set BGE2E_NODE to its path.`,
  );
}

function packagedNode(): string | null {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`));
    return join(folder, 'bin', 'node');
  } catch {
    return null;
  }
}

const majorOf = (version: string) => Number(version.trim().replace(/^v/, '').split('.')[0]);
