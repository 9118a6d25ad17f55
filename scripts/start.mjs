// Starts the desktop app from this folder; arguments go on to it.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { electronBinary } from './setup/electron.mjs';
import { root } from './setup/paths.mjs';

const electron = electronBinary();
if (!electron) {
  console.error(
    'Electron is not there. Run "npm start", which downloads it, or set ELECTRON_OVERRIDE_DIST_PATH to a folder that holds it.',
  );
  process.exit(1);
}
const env = { ...process.env, BGE2E_NODE: process.env.BGE2E_NODE || process.execPath };
delete env.ELECTRON_RUN_AS_NODE; // set in the terminals of some editors: the app would start as a bare Node
const child = spawn(electron, [...sandboxArguments(), root, ...process.argv.slice(2)], { stdio: 'inherit', env });
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));

/** Chromium's sandbox refuses root, and it needs user namespaces or its setuid helper, of which npm's download has neither. */
function sandboxArguments() {
  if (process.platform !== 'linux') return [];
  if (process.getuid() === 0) return ['--no-sandbox'];
  const restricted =
    readKernel('kernel/apparmor_restrict_unprivileged_userns') === '1' || readKernel('kernel/unprivileged_userns_clone') === '0';
  const helper = statSync(join(dirname(electron), 'chrome-sandbox'), { throwIfNoEntry: false });
  if (!restricted || (helper && helper.uid === 0 && (helper.mode & 0o4000) !== 0)) return [];
  console.error('This system keeps the sandbox of Chromium from starting (restricted user namespaces): the app runs without it.');
  return ['--no-sandbox'];
}

function readKernel(name) {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}
