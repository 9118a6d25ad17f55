import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const nodeModules = join(root, 'node_modules');

/** What npm puts in front of PATH for scripts. */
export const binFolder = join(nodeModules, '.bin');

/** The environment of a child: this one's, with the project's own commands first in PATH as npm does it. */
export function childEnv(extra = {}) {
  return { ...process.env, PATH: [binFolder, process.env.PATH ?? ''].join(delimiter), ...extra };
}

// In node_modules, so that it goes when they go.
const stampFile = join(nodeModules, '.setup.json');

/** What earlier set-ups found out; an empty object when there was none. */
export function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** Adds to what later set-ups need not find out again. */
export function addToStamp(entries) {
  writeFileSync(stampFile, `${JSON.stringify({ ...readStamp(), ...entries }, null, 2)}\n`);
}

const TRY_AGAIN_AFTER_MS = 60 * 60_000;

/**
 * Notes that something could not be had, with the sentence for it and what was seen of the machine at that time; a null
 * sentence clears it. Within an hour nobody waits for the same attempt again, unless something else is to be seen.
 */
export function noteProblem(name, sentence, seen) {
  const problems = { ...readStamp().problems };
  if (sentence === null) delete problems[name];
  else problems[name] = { sentence, seen, at: Date.now() };
  addToStamp({ problems });
}

/** The sentence of a problem that was met within the hour with the same machine to be seen, else null. */
export function freshProblem(stamp, name, seen) {
  const problem = stamp.problems?.[name];
  return problem && problem.seen === seen && Date.now() - problem.at < TRY_AGAIN_AFTER_MS ? problem.sentence : null;
}
