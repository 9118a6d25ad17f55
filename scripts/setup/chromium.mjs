import { createRequire } from 'node:module';
import { join } from 'node:path';
import { addToStamp, freshProblem, nodeModules, noteProblem, readStamp, root } from './paths.mjs';
import { isExecutable, lastWords, run, SetupProblem, say, which } from './run.mjs';
import { installSystemPackages, maySystemInstall } from './system-packages.mjs';

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPS = ['/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const SENTENCE = 'Install Chromium (Debian: apt-get install chromium) or set CHROMIUM_PATH to one, then try again.';

/**
 * The Chromium that an earlier set-up tried, if it still is there and CHROMIUM_PATH names no other; else null.
 * `env` is what a script hands on: Playwright's own is found by Playwright and needs no name.
 */
export function knownChromium(stamp) {
  const known = stamp.chromium;
  const named = process.env.CHROMIUM_PATH;
  if (!known || (named && named !== known.path) || !isExecutable(known.path)) return null;
  return { path: known.path, env: known.own && !named ? {} : { CHROMIUM_PATH: known.path } };
}

/** Why there is none, if that was found out within the hour and no new one came since; else null. */
export function chromiumProblem(stamp) {
  return freshProblem(stamp, 'chromium', visible(stamp));
}

/** What can be seen in a millisecond of the Chromiums of this machine. */
function visible(stamp) {
  const own = stamp.playwrightChromium;
  return [process.env.CHROMIUM_PATH ?? '', ...SYSTEM_NAMES.map(which), own && isExecutable(own) ? own : ''].join(' ');
}

/**
 * Finds a Chromium that starts here: CHROMIUM_PATH, the one in Playwright's cache, the system's, else one that is
 * installed now. Throws a SetupProblem that says what to do.
 */
export async function findChromium(node) {
  addToStamp({ playwrightChromium: playwrightChromium() });
  try {
    const path = await tryAll(node);
    addToStamp({ chromium: { path, own: path === playwrightChromium() } });
    noteProblem('chromium', null);
  } catch (error) {
    if (error instanceof SetupProblem) noteProblem('chromium', error.message, visible(readStamp()));
    throw error;
  }
}

async function tryAll(node) {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    const { ok, output } = await starts(node, named);
    if (ok) return named;
    throw new SetupProblem(
      `CHROMIUM_PATH is ${named}, which does not start (${lastWords(output)}); set it to a Chromium that does, or unset it.`,
    );
  }
  const own = playwrightChromium();
  let failure = '';
  for (const candidate of [own, ...SYSTEM_NAMES.map(which), ...(process.platform === 'darwin' ? MAC_APPS : [])]) {
    if (!candidate || !isExecutable(candidate)) continue;
    const { ok, output } = await starts(node, candidate);
    if (ok) return candidate;
    failure = `${candidate} does not start (${lastWords(output)}). `;
  }
  say('installing Chromium (playwright install) …');
  const env = { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: process.env.PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT ?? '10000' };
  const cli = join(nodeModules, 'playwright', 'cli.js');
  const download = await run(node, [cli, 'install', 'chromium'], { limitMs: 10 * 60_000, silenceMs: 90_000, env });
  if (download.ok) {
    const first = await starts(node, own);
    if (first.ok) return own;
    failure = `Playwright's Chromium does not start (${lastWords(first.output)}). `;
    if (await maySystemInstall()) {
      say('installing the libraries of Chromium (playwright install-deps) …');
      await run(node, [cli, 'install-deps', 'chromium'], { limitMs: 10 * 60_000 });
      if ((await starts(node, own)).ok) return own;
    }
  } else {
    say(`Playwright could not download its Chromium (${lastWords(download.output)})`);
  }
  if (await maySystemInstall()) {
    const { ok, output } = await installSystemPackages(['chromium', 'fonts-liberation'], 'Chromium');
    const system = SYSTEM_NAMES.map(which).find((path) => path !== null);
    if (ok && system && (await starts(node, system)).ok) return system;
    failure += `The system packages gave none that starts (${lastWords(output)}). `;
  }
  throw new SetupProblem(`${failure}There is no Chromium that starts here, and none could be installed. ${SENTENCE}`);
}

/** Where Playwright keeps the Chromium of its version, there or not. */
function playwrightChromium() {
  return createRequire(join(root, 'package.json'))('playwright-core').chromium.executablePath();
}

/** Whether Playwright can start it without a window. Its own is started as the suites do it, by no name. */
function starts(node, path) {
  const options = path === playwrightChromium() ? {} : { executablePath: path };
  const script = `const { chromium } = require('playwright-core');
    chromium.launch({ ...${JSON.stringify(options)}, timeout: 50000 }).then((browser) => browser.close())
      .catch((error) => { console.error(error.message.split('\\n').slice(0, 3).join(' ')); process.exit(1); });`;
  return run(node, ['-e', script], { limitMs: 60_000 });
}
