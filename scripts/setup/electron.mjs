import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { addToStamp, freshProblem, nodeModules, noteProblem } from './paths.mjs';
import { answerOf, isExecutable, lastWords, run, SetupProblem, say, which } from './run.mjs';
import { installSystemPackages, maySystemInstall } from './system-packages.mjs';

// What Electron links to, and what gives it a display and a session bus where there is none (Debian's names, newer ones first).
const LIBRARIES = [['libgtk-3-0t64', 'libgtk-3-0'], 'libnss3', ['libasound2t64', 'libasound2'], 'libgbm1'];
const DISPLAY = ['xvfb', 'xauth', 'dbus', 'libnotify4'];
// Electron loads it when it runs: without it the app starts, but shows no notification.
const NOTIFY_LIBRARY = 'libnotify.so.4';
const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

/** Where Electron's binary lies: ELECTRON_OVERRIDE_DIST_PATH, else where its package downloads it to; null when it is not there. */
export function electronBinary() {
  const folder = join(nodeModules, 'electron');
  let name =
    process.platform === 'win32' ? 'electron.exe' : process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
  try {
    name = readFileSync(join(folder, 'path.txt'), 'utf8');
  } catch {
    // not downloaded yet
  }
  const file = join(process.env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), name);
  return isExecutable(file) ? file : null;
}

/** The versions of what is in Electron (node, v8, electron), or null where it does not start. */
export function electronVersions(binary) {
  const answer = answerOf(binary, ['-p', 'JSON.stringify(process.versions)'], { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' });
  return answer ? JSON.parse(answer) : null;
}

/** Changes when another binary would run. */
export function electronIdentity(binary) {
  return binary ? `${binary} ${statSync(binary).mtimeMs}` : 'none';
}

const canNotify = () => process.platform !== 'linux' || LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, NOTIFY_LIBRARY)));

const missingParts = () => [
  ...['xvfb-run', 'xauth', 'dbus-run-session'].filter((name) => which(name) === null),
  ...(canNotify() ? [] : [NOTIFY_LIBRARY]),
];

const visible = () => [electronIdentity(electronBinary()), ...missingParts()].join(' ');

/** Whether there is nothing left to do for Electron in this mode, or nothing that would go better than within the last hour. */
export function electronReady(stamp, mode) {
  if (mode === 'test' && desktopProblem(stamp)) return true;
  if (stamp.electron !== electronIdentity(electronBinary())) return false;
  return mode === 'start' || process.platform !== 'linux' || missingParts().length === 0;
}

/** Why the desktop tests cannot run, as the last set-up found it; null when they can. */
export function desktopProblem(stamp) {
  return freshProblem(stamp, 'desktop', visible());
}

/**
 * Gets Electron's binary and what it needs of the system. Without it the desktop app cannot start: a SetupProblem for
 * `start`. Tests can do without: then this says so, and the desktop tests say it again.
 */
export async function prepareElectron(node, mode) {
  const ofElectron = await electronProblem(node);
  addToStamp({ electron: ofElectron ? '' : electronIdentity(electronBinary()) });
  const problem = ofElectron ?? (mode === 'test' ? await displayProblem() : null);
  noteProblem('desktop', problem, visible());
  if (problem && mode === 'start') throw new SetupProblem(problem);
  if (mode === 'start') await prepareNotifications();
  if (problem) say(`${problem} The desktop tests are skipped.`);
}

async function electronProblem(node) {
  if (electronBinary() === null) {
    if (process.env.ELECTRON_OVERRIDE_DIST_PATH) {
      return `ELECTRON_OVERRIDE_DIST_PATH is ${process.env.ELECTRON_OVERRIDE_DIST_PATH}, where no Electron lies; set it to a folder that holds one, or unset it.`;
    }
    say('downloading Electron …');
    const { ok, output } = await run(node, [join(nodeModules, 'electron', 'install.js')], { limitMs: 5 * 60_000 });
    if (!ok)
      return `Electron could not be downloaded (${lastWords(output)}); try again with a network, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds it.`;
  }
  const binary = electronBinary();
  if (electronVersions(binary)) return null;
  if (await maySystemInstall()) {
    await installSystemPackages(LIBRARIES, 'the libraries of Electron');
    if (electronVersions(binary)) return null;
  }
  return `Electron (${binary}) does not run here; install its libraries (Debian: apt-get install libgtk-3-0 libnss3 libasound2 libgbm1), then try again.`;
}

async function prepareNotifications() {
  if (canNotify()) return;
  if (await maySystemInstall()) await installSystemPackages(['libnotify4'], 'the library for notifications');
  if (!canNotify()) say('The app will show no notifications: install libnotify (Debian: apt-get install libnotify4).');
}

async function displayProblem() {
  if (process.platform !== 'linux' || missingParts().length === 0) return null;
  if (await maySystemInstall()) await installSystemPackages(DISPLAY, 'a display and a session bus for tests');
  const missing = missingParts();
  return missing.length === 0 ? null : `The desktop tests need ${missing.join(', ')} (Debian: apt-get install ${DISPLAY.join(' ')}).`;
}
