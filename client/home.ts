import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** The folder that holds all state: BGE2E_HOME, else the platform's own place for a program's data. Made, 0700, if it is missing. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = env.BGE2E_HOME ? resolve(env.BGE2E_HOME) : envPaths('background-e2e', { suffix: '' }).data;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}
