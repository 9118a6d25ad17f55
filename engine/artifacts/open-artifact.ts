import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Artifact } from '../../contract/artifact.ts';
import { Refusal } from '../../contract/errors.ts';
import { nothingInherited } from '../../supervisor/start.ts';
import { findPlaywright } from '../runners/playwright.ts';
import type { Suite } from '../runners/suite.ts';

/** Opens a page, a picture or a film as the desktop does it, each platform by its own program. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * The command that shows an artifact outside of this app: a trace by the project's own Playwright, a page in a browser, pictures and films by
 * what the desktop has for them. Refuses (`invalid`) everything else: opening a file of unknown kind may run it.
 */
export function openCommand({ file, kind }: Artifact, suite: Suite, projectRoot: string): string[] {
  if (kind === 'trace') return [findPlaywright(suite, projectRoot), 'show-trace', file];
  const isPage = /\.html?$/i.test(file);
  if (!isPage && kind !== 'screenshot' && kind !== 'video')
    throw new Refusal('invalid', `${file} is neither a trace, a page, a picture nor a film; open it by a program of your choice.`);
  return [...(OPENERS[process.platform] ?? ['xdg-open']), pathToFileURL(file).href];
}

/** A viewer that cannot start (no browser, no display) says so by ending within this time, on a busy machine too. */
const FAILS_WITHIN_MS = 6000;

/**
 * Starts a program that outlives this process. Settles when it has ended by itself, or still runs after a moment. Rejects with a `Refusal` where
 * it cannot be started or fails at once.
 */
export function startDetached(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
  failsWithinMs = FAILS_WITHIN_MS,
): Promise<void> {
  const [program = '', ...args] = argv;
  const { stdio, close } = nothingInherited(process.platform === 'linux' && process.versions.electron !== undefined);
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(new Refusal('invalid', `${program} could not be started (${error.message}). What it should open is ${argv.at(-1)}`));
    try {
      const child = spawn(program, args, { cwd, env, detached: true, stdio });
      child.once('error', refuse);
      let timer: NodeJS.Timeout | undefined;
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        if (code === 0) resolve();
        else
          reject(
            new Refusal('invalid', `It ended at once with ${signal ?? `exit code ${code}`}. Run it yourself to see why: ${argv.join(' ')}`),
          );
      });
      child.once('spawn', () => {
        timer = setTimeout(resolve, failsWithinMs);
      });
      child.unref();
    } catch (error) {
      refuse(error instanceof Error ? error : new Error(String(error)));
    } finally {
      close();
    }
  });
}
