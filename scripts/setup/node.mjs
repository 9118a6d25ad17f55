import { mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { addToStamp, binFolder, nodeModules } from './paths.mjs';
import { answerOf, SetupProblem, say, which } from './run.mjs';

const NEEDED = 24;

/** The Node that an earlier set-up tried and that still is the same file; null when it has to be looked for. */
export function knownNode(stamp) {
  return stamp.node && identity(stamp.node.path) === stamp.node.identity ? stamp.node.path : null;
}

/**
 * A Node of version 24 or newer for the scripts: the npm package's, the one that runs this, BGE2E_NODE, or one in PATH.
 * Each is tried by running it. Where it is not the package's, `node` in node_modules/.bin is made a link to it, since
 * npm lets scripts find that one first.
 */
export function findNode() {
  const packaged = join(nodeModules, `node-${process.platform}-${process.arch}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const others = [packaged.replace('node-darwin', 'node-bin-darwin'), process.execPath, process.env.BGE2E_NODE, nodeOutsideOfProject()];
  for (const candidate of new Set([packaged, ...others])) {
    if (!candidate || majorOf(candidate) < NEEDED) continue;
    linkForScripts(candidate);
    addToStamp({ node: { path: candidate, identity: identity(candidate) } });
    return candidate;
  }
  throw new SetupProblem(
    `Node ${NEEDED} or newer is needed: this is ${process.version}, and the package node-${process.platform}-${process.arch} is missing or does not run here. ` +
      `Install Node ${NEEDED} (https://nodejs.org) or set BGE2E_NODE to its path, then try again.`,
  );
}

function majorOf(node) {
  const version = answerOf(node, ['--version'], { NODE_OPTIONS: '' });
  return version ? Number(version.replace(/^v/, '').split('.')[0]) : 0;
}

function identity(file) {
  try {
    const { size, mtimeMs } = statSync(file);
    return `${size} ${mtimeMs}`;
  } catch {
    return 'missing';
  }
}

function nodeOutsideOfProject() {
  const path = process.env.PATH ?? '';
  process.env.PATH = path
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
    .join(delimiter);
  try {
    return which('node');
  } finally {
    process.env.PATH = path;
  }
}

function linkForScripts(node) {
  if (process.platform === 'win32') return; // npm's own shims serve there
  const link = join(binFolder, 'node');
  if (majorOf(link) >= NEEDED) return;
  say(`scripts use ${node}`);
  mkdirSync(binFolder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(node, link);
}
