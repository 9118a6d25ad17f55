import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { Refusal } from '../contract/errors.ts';

/**
 * The folder that holds all state: BGE2E_HOME, else the platform's own place for a program's data. Made, 0700, if it is missing.
 * Throws a `Refusal` (`invalid`) where that is not possible.
 */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = env.BGE2E_HOME ? resolve(env.BGE2E_HOME) : envPaths('background-e2e', { suffix: '' }).data;
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
  } catch (error) {
    const said = env.BGE2E_HOME ? `BGE2E_HOME is ${JSON.stringify(env.BGE2E_HOME)}` : `The folder for all state is ${JSON.stringify(home)}`;
    throw new Refusal('invalid', `${said}: ${whatIsWrong(error)}. Set BGE2E_HOME to a folder that you may write to.`);
  }
  return home;
}

function whatIsWrong(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EEXIST':
      return 'it is not a folder';
    case 'ENOTDIR':
      return 'a part of this path is not a folder';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'you may not make a folder there';
    default:
      return `it could not be made (${error instanceof Error ? error.message : error})`;
  }
}
