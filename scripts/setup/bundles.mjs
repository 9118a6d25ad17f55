import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { electronBinary, electronIdentity } from './electron.mjs';
import { root } from './paths.mjs';
import { run, SetupProblem, say } from './run.mjs';

const SHARED = ['contract', 'client', 'package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build', 'scripts/build.mjs'];

/** The two halves of the build: where each one's stamp lies and what it is made of. */
const PARTS = {
  programs: { stamp: 'dist/.built.json', sources: [...SHARED, 'agent', 'cli', 'engine', 'host', 'supervisor'] },
  app: {
    stamp: 'out/.built.json',
    sources: [...SHARED, 'assets', 'engine', 'host', 'main', 'preload', 'renderer', 'supervisor', 'electron.vite.config.mjs'],
  },
};

/** The parts whose sources, or whose Electron, are other ones than at the last build. */
export function outdatedParts() {
  return Object.keys(PARTS).filter((part) => {
    try {
      const built = JSON.parse(readFileSync(join(root, PARTS[part].stamp), 'utf8'));
      if (built.sources !== fingerprint(part)) return true;
      // Without an Electron, what was built for some other one serves the browser as well.
      const binary = electronBinary();
      return part === 'app' && binary !== null && built.electron !== electronIdentity(binary);
    } catch {
      return true;
    }
  });
}

/** Notes that a part was built from the sources with this fingerprint (taken before the build: they may change during it). */
export function noteBuilt(part, sources) {
  const electron = part === 'app' ? { electron: electronIdentity(electronBinary()) } : {};
  writeFileSync(join(root, PARTS[part].stamp), `${JSON.stringify({ sources, ...electron })}\n`);
}

/** A hash over the contents of all that a part is made of; tests are not. */
export function fingerprint(part) {
  const hash = createHash('sha256');
  for (const source of PARTS[part].sources) {
    for (const file of filesBelow(join(root, source))) {
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Builds what is outdated; a SetupProblem with the compiler's words where that fails. */
export async function buildBundles(node, parts) {
  say(`building ${parts.join(' and ')} …`);
  const started = Date.now();
  const { ok, output } = await run(node, [join(root, 'scripts', 'build.mjs'), ...parts], { limitMs: 5 * 60_000 });
  if (!ok) throw new SetupProblem(`The build failed:\n${output}`);
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
