import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { desktopProblem, electronBinary } from '../setup/electron.mjs';
import { childEnv, readStamp, root } from '../setup/paths.mjs';
import { which } from '../setup/run.mjs';
import { playwright } from './playwright.mjs';
import { packageFile } from './spawn.mjs';

/**
 * The app in a real Electron, on a display and a session bus of its own: the tests play the tray and the notification
 * service, and no window opens on the user's screen.
 */
export async function desktopTests({ args, report }) {
  if (process.platform !== 'linux') return [await skip('they play the services of a Linux desktop, and this is not Linux', false)];
  const problem = desktopProblem(readStamp()) ?? (electronBinary() ? null : 'There is no Electron; run "npm test", which downloads it.');
  if (problem) return [await skip(problem, process.env.CI === 'true')];
  const display = which('xvfb-run') ? ['xvfb-run', '-a', '-s', '-screen 0 1280x1024x24'] : [];
  // A Wayland session would be preferred to the display above; no accessibility bus: nobody listens, and starting it takes time.
  const env = { WAYLAND_DISPLAY: undefined, XDG_SESSION_TYPE: 'x11', NO_AT_BRIDGE: '1', BGE2E_NODE: process.execPath };
  return [await playwright({ project: 'desktop', args, report, wrap: [...display, 'dbus-run-session', '--'], env })];
}

/** Says loudly that they do not run, and counts them. */
async function skip(reason, isFailure) {
  const count = await countTests();
  const word = isFailure ? 'FAILED' : 'SKIPPED';
  const note = `${word}: the desktop tests (${count}) did not run: ${reason}${isFailure ? ' CI=true asks for them.' : ''}`;
  const bar = '!'.repeat(Math.min(100, note.length));
  console.log(`${bar}\n${note}\n${bar}`);
  return { passed: 0, failed: isFailure ? count : 0, skipped: isFailure ? 0 : count, notes: [note] };
}

async function countTests() {
  const args = [packageFile('playwright/cli.js'), 'test', '--project', 'desktop', '--list', '--reporter', 'json'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: childEnv(), maxBuffer: 50_000_000 });
    const count = (suite) => (suite.specs ?? []).length + (suite.suites ?? []).reduce((total, inner) => total + count(inner), 0);
    return Math.max(
      1,
      JSON.parse(stdout).suites.reduce((total, suite) => total + count(suite), 0),
    );
  } catch {
    return 1;
  }
}
