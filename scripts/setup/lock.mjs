import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { SetupProblem, say } from './run.mjs';

const file = join(root, 'dist', '.setup-lock');
const LONGEST_MS = 20 * 60_000;

/** Runs `work` while no other set-up of this project runs: two `npm ci` at once would destroy each other's work. */
export async function alone(work) {
  const deadline = Date.now() + LONGEST_MS;
  let told = false;
  while (!take()) {
    if (!told) say('waiting for another set-up of this project …');
    told = true;
    if (Date.now() > deadline) throw new SetupProblem(`Another set-up holds ${file}; if none runs, remove that file, then try again.`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

function take() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  // A link of a file that is complete: nobody ever sees the lock without its pid.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch {
    if (!holderLives()) rmSync(file, { force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH'; // EPERM: another user's; ENOENT: released this moment
  }
}
