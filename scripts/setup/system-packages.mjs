import { run, say, which } from './run.mjs';

/** How this user may install system packages: the words before `apt-get`, or null where it may not. */
function privilege() {
  if (process.platform !== 'linux' || !which('apt-get')) return null;
  if (process.getuid?.() === 0) return [];
  return which('sudo') ? ['sudo', '-n'] : null;
}

/** Whether `installSystemPackages` can do anything for this user. A sudo that asks for a password cannot. */
export async function maySystemInstall() {
  const words = privilege();
  if (words === null) return false;
  if (words.length === 0) return true;
  return (await run('sudo', ['-n', 'true'], { limitMs: 10_000 })).ok;
}

let updated = false;

/**
 * Installs packages by apt-get and gives `{ ok, output }`. Each item is one name, or several of which the first that
 * this release knows is taken.
 */
export async function installSystemPackages(items, what) {
  const words = privilege();
  if (words === null || !(await maySystemInstall()))
    return { ok: false, output: 'system packages can only be installed by root or with sudo' };
  const apt = (args, limitMs) => {
    const [command, ...rest] = [
      ...words,
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-qq',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ];
    // Killed in the middle, dpkg leaves a system that a person has to mend.
    return run(command, rest, { limitMs, graceMs: 60_000 });
  };
  say(`installing ${what} (apt-get) …`);
  if (!updated) await apt(['update'], 3 * 60_000);
  updated = true;
  const names = [];
  for (const item of items) names.push(await firstKnown([item].flat()));
  return apt(['install', '-y', '--no-install-recommends', ...names], 15 * 60_000);
}

async function firstKnown(names) {
  for (const name of names) {
    const { ok, output } = await run('apt-cache', ['policy', name], { limitMs: 30_000, env: { LC_ALL: 'C' } });
    if (ok && /Candidate: (?!\(none\))/.test(output)) return name;
  }
  return names[0];
}
