import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHostFile } from '../../client/host-file.ts';
import { findNode } from '../../client/start-host.ts';
import { EXIT } from '../../contract/status.ts';
import { usage } from '../failure.ts';
import { type Session, withSession } from '../session.ts';
import { trace } from '../trace.ts';
import { openArtifact } from './artifacts.ts';
import { taskNamed } from './status.ts';

const APP_START_MS = 15_000;
const LOOK_AGAIN_MS = 100;

interface OpenOptions {
  web?: boolean;
  trace?: boolean;
  report?: boolean;
  json?: boolean;
}

/** `bge2e open [--web] [ID]`: the window, in the app where there is one, else in a browser; or a task's trace or report. */
export async function open(
  id: string | undefined,
  { web = false, trace: wantsTrace = false, report = false, json = false }: OpenOptions,
): Promise<number> {
  if (wantsTrace || report) {
    if (id === undefined)
      throw usage(`${wantsTrace ? '--trace' : '--report'} needs a task: bge2e open ID ${wantsTrace ? '--trace' : '--report'}`);
    if (web || (wantsTrace && report)) throw usage('--web, --trace and --report exclude each other.');
    return withSession((session) => openArtifact(session, id, wantsTrace ? 'trace' : 'report', json));
  }
  return withSession(async (session) => {
    const page = id === undefined ? undefined : `/runs/${(await taskNamed(session, id)).task.id}`;
    if (!web && (await showApp(session, page))) {
      process.stdout.write(json ? `${JSON.stringify({ opened: 'app', url: null })}\n` : 'The window is open.\n');
      return EXIT.passed;
    }
    const { url } = await session.call('webAddress', {}).catch((error: Error) => {
      throw usage(`There is no window to open: ${error.message}`);
    });
    const address = page === undefined ? url : `${url}&page=${page}`;
    process.stdout.write(json ? `${JSON.stringify({ opened: 'web', url: address })}\n` : `${address}\n`);
    if (!json && process.stdout.isTTY) openBrowser(address);
    return EXIT.passed;
  });
}

/** Raises the app's window, or starts the app. False where there is none, or it does not start. */
async function showApp(session: Session, page: string | undefined): Promise<boolean> {
  if (readHostFile(session.home) && (await session.connect()).host.mode === 'app') {
    await session.call('showWindow', { page });
    return true;
  }
  const start = appStarter();
  if (!start) return false;
  trace(`starting the app: ${start.join(' ')}`);
  await session.close(); // the app takes the queue over
  const [program = '', ...args] = start;
  let ended = false;
  const child = spawn(program, args, { detached: true, stdio: 'ignore' });
  child.once('error', () => {
    ended = true;
  });
  child.once('exit', () => {
    ended = true;
  });
  child.unref();
  const deadline = Date.now() + APP_START_MS;
  while (!ended && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    if (!isAppThere(session.home)) continue;
    if (page !== undefined) await session.call('showWindow', { page });
    return true;
  }
  process.stderr.write(
    `The app ${ended ? 'did not start' : `was not ready within ${APP_START_MS / 1000} s`}; this is the window in a browser.\n`,
  );
  return false;
}

function isAppThere(home: string): boolean {
  return readHostFile(home)?.mode === 'app';
}

/** The command that starts the desktop app from this package; null where Electron, the built app or a display is missing. */
function appStarter(): string[] | null {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null;
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  if (!root || !hasElectron()) return null;
  const script = join(root, 'scripts', 'start.mjs');
  return existsSync(join(root, 'out', 'main', 'index.cjs')) && existsSync(script) ? [findNode(), script] : null;
}

function packageRoot(folder: string): string | null {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : packageRoot(parent);
}

function hasElectron(): boolean {
  if (process.env.ELECTRON_OVERRIDE_DIST_PATH) return true;
  try {
    return existsSync(join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist'));
  } catch {
    return false;
  }
}

/** Best effort: the address was printed, whatever comes of this. */
function openBrowser(address: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (!program) return;
  const child = spawn(program, [...args, address], { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
