import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addToStamp, nodeModules, root } from './paths.mjs';
import { run, SetupProblem, say } from './run.mjs';

const lockFile = join(root, 'package-lock.json');
const installedFile = join(nodeModules, '.package-lock.json'); // npm writes it at the end of an install

/** Whether node_modules holds what the lock file names. */
export function packagesMatch(stamp) {
  const lock = readFileSync(lockFile);
  const hash = createHash('sha256').update(lock).digest('hex');
  let installed;
  try {
    installed = readFileSync(installedFile);
  } catch {
    return false;
  }
  if (stamp.lock === hash) return true;
  // Somebody ran npm by hand: compare what is there.
  const wanted = JSON.parse(lock.toString()).packages;
  const found = JSON.parse(installed.toString()).packages;
  const missing = Object.entries(wanted).some(([path, entry]) => {
    if (path === '' || (entry.optional && !found[path])) return false;
    return found[path]?.version !== entry.version || (entry.integrity && found[path]?.integrity !== entry.integrity);
  });
  const left = Object.keys(found).some((path) => !wanted[path]);
  if (missing || left) return false;
  addToStamp({ lock: hash });
  return true;
}

// Settings of the user's npm, or of the npm that runs this script, that would make `npm ci` do something else.
const NOT_FOR_US =
  /^npm_config_(omit|include|only|production|also|optional|dev|global|location|workspaces?|include_workspace_root|dry_run|package_lock|package_lock_only|prefix|json|install_strategy|before|min_release_age|os|cpu|libc)$/i;

/** Installs the packages of the lock file, development ones included, without running any script of theirs. */
export async function installPackages() {
  say('installing packages (npm ci) …');
  const started = Date.now();
  const env = {};
  for (const name of Object.keys(process.env)) if (NOT_FOR_US.test(name)) env[name] = undefined;
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--include=peer',
    '--ignore-scripts',
    '--engine-strict=false',
    '--install-strategy=hoisted',
  ];
  args.push('--no-audit', '--no-fund', '--no-global', '--no-dry-run', '--no-progress', '--loglevel=error');
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const { ok, output } = await run(command, [...first, ...args], { limitMs: 15 * 60_000, env: { ...env, NODE_ENV: undefined } });
  if (!ok) throw new SetupProblem(`The packages could not be installed by "npm ci"; mend what it says, then try again:\n${output}`);
  addToStamp({ lock: createHash('sha256').update(readFileSync(lockFile)).digest('hex') });
  say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}
