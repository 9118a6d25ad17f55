import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { run } from '../../cli/testing/commands.ts';
import type { TestHome } from './home.ts';

/** Where tools that tests install are kept from run to run. */
const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'real-tools');

/** At the head of a CommonJS test file: `ran(name)` leaves that name in `ran.txt`, so that a test sees what really ran. */
export const NOTES_WHAT_RAN = "const ran = (name) => require('node:fs').appendFileSync('ran.txt', name + '\\n');\n";

/** Packages in the versions that tests were written for: name → version. */
type Packages = Readonly<Record<string, string>>;

/** The `node_modules` folder with these packages of npm, installed now where it was not before; null where they cannot be had, and why is printed. */
export const npmPackages = (packages: Packages): Promise<string | null> =>
  installed('npm', packages, async (folder) => {
    const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
    const options = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=1', '--prefer-offline'];
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    await execa('npm', ['install', ...options, ...wanted], { cwd: folder, timeout: 90_000 });
  }).then((folder) => (folder === null ? null : join(folder, 'node_modules')));

/** A folder for PYTHONPATH with these packages of PyPI, by pip or uv; null as above. */
export const pythonPackages = (packages: Packages): Promise<string | null> =>
  installed('python', packages, async (folder) => {
    const wanted = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
    const options = ['install', '--quiet', '--target', folder, ...wanted];
    // Debian has Python without pip.
    await execa('python3', ['-m', 'pip', ...options], { timeout: 90_000 }).catch((error: unknown) =>
      execa('uv', ['pip', ...options], { timeout: 90_000 }).catch(() => Promise.reject(error)),
    );
  });

async function installed(by: string, packages: Packages, install: (folder: string) => Promise<void>): Promise<string | null> {
  const key = createHash('sha256')
    .update(JSON.stringify([by, process.platform, process.arch, packages]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(CACHE, `${by}-${Object.keys(packages)[0]}-${key}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  // What is there under its name is whole.
  const begun = mkdtempSync(join(CACHE, 'begun-'));
  try {
    await install(begun);
    renameSync(begun, folder);
    return folder;
  } catch (error) {
    rmSync(begun, { recursive: true, force: true });
    if (existsSync(folder)) return folder; // another run was faster
    const why = error instanceof Error ? error.message.split('\n', 2).join(' ') : String(error);
    console.warn(`SKIPPED: tests with the real ${Object.keys(packages).join(', ')}, which cannot be installed here: ${why}`);
    return null;
  }
}

/** A project in which Node finds these packages. */
export function projectWith(home: TestHome, files: Record<string, string>, modules: string | null): string {
  const folder = home.project(files);
  if (modules !== null) symlinkSync(modules, join(folder, 'node_modules'), 'junction');
  return folder;
}

/** What a task of one category came to: its counts, its log, and the names that its tests wrote to `ran.txt` as they ran, sorted. */
export interface RealRun {
  counts: { total: number; passed: number; failed: number; skipped: number; flaky: number };
  log: string;
  ran: string[];
  rerun: { fixed: string[]; still_failing: string[]; new_failures: string[]; not_run: string[]; note: string | null } | null;
}

/** Runs `bge2e` with these arguments (`add unit`, `retry last --failed`) and waits for the task that it queued. */
export async function queued(args: readonly string[], at: Parameters<typeof run>[1]): Promise<RealRun> {
  const trail = join(at.cwd, 'ran.txt');
  rmSync(trail, { force: true });
  const { code, err } = await run(args, at);
  if (code !== 0) throw new Error(err);
  await run(['wait', 'last'], at);
  const [result] = JSON.parse((await run(['results', '1', '--json'], at)).out);
  return {
    counts: result.test_counts,
    log: (await run(['logs', 'last'], at)).out,
    ran: existsSync(trail) ? readFileSync(trail, 'utf8').trim().split('\n').sort() : [],
    rerun: result.rerun,
  };
}
