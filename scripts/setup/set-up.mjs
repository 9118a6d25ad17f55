import { buildBundles, outdatedParts } from './bundles.mjs';
import { chromiumProblem, findChromium, knownChromium } from './chromium.mjs';
import { electronReady, prepareElectron } from './electron.mjs';
import { alone } from './lock.mjs';
import { findNode, knownNode } from './node.mjs';
import { installPackages, packagesMatch } from './packages.mjs';
import { readStamp } from './paths.mjs';
import { SetupProblem, say } from './run.mjs';

/** What each script needs beside the packages and Node 24. */
const NEEDS = {
  build: {},
  demo: { chromium: true, bundles: true },
  start: { electron: true, bundles: true },
  test: { chromium: true, electron: true, bundles: true },
};

export const MODES = Object.keys(NEEDS);

/**
 * Makes everything ready that a script needs, and gives the Node to run it on and what to add to its environment. What
 * an earlier run made ready is only looked at: a few milliseconds. Throws a SetupProblem.
 */
export async function setUp(mode) {
  if (!isReady(mode)) await alone(() => makeReady(mode));
  const stamp = readStamp();
  return { node: knownNode(stamp), env: knownChromium(stamp)?.env ?? {} };
}

function isReady(mode) {
  const stamp = readStamp();
  const needs = NEEDS[mode];
  return (
    packagesMatch(stamp) &&
    knownNode(stamp) !== null &&
    (!needs.chromium || chromiumReady(stamp, mode)) &&
    (!needs.electron || electronReady(stamp, mode)) &&
    (!needs.bundles || outdatedParts().length === 0)
  );
}

/** Most tests need no browser, so they do not wait for another attempt to get one. */
const chromiumReady = (stamp, mode) => knownChromium(stamp) !== null || (mode === 'test' && chromiumProblem(stamp) !== null);

async function makeReady(mode) {
  const needs = NEEDS[mode];
  if (!packagesMatch(readStamp())) await installPackages();
  const node = knownNode(readStamp()) ?? findNode();
  // Tests that do not need what is missing run; the test command counts the rest as failed.
  const tolerate = (problem) => {
    if (mode !== 'test' || !(problem instanceof SetupProblem)) throw problem;
    say(problem.message);
  };
  if (needs.chromium && !chromiumReady(readStamp(), mode)) await findChromium(node).catch(tolerate);
  if (needs.electron && !electronReady(readStamp(), mode)) await prepareElectron(node, mode);
  const outdated = needs.bundles ? outdatedParts() : [];
  if (outdated.length > 0) await buildBundles(node, outdated).catch(tolerate);
}
