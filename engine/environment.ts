import { execa } from 'execa';
import { COOKIE_PREFIX } from '../contract/ids.ts';

type Environment = Record<string, string>;

/**
 * Variables that describe the program which submitted a task (npm, Electron, a desktop session), not its user; they would
 * change what the tests do. Ours go too, but for the cookies, so that nested runs keep all of them.
 */
const REMOVED = [
  /^ELECTRON_/,
  /^NODE_OPTIONS$/,
  /^NODE_COMPILE_CACHE$/,
  /^npm_/i,
  /^INIT_CWD$/,
  /^CHROME_DESKTOP$/,
  /^GDK_BACKEND$/,
  /^ORIGINAL_XDG_CURRENT_DESKTOP$/,
];

const isRemoved = (name: string) =>
  name.startsWith('BGE2E_') ? !name.startsWith(COOKIE_PREFIX) : REMOVED.some((pattern) => pattern.test(name));

/** The environment of an attempt: the submitter's without what is not theirs, then each layer over it. */
export function attemptEnvironment(submitter: Environment, ...layers: Environment[]): Environment {
  const kept = Object.fromEntries(Object.entries(submitter).filter(([name]) => !isRemoved(name)));
  return Object.assign(kept, ...layers);
}

const SHELL_DEADLINE_MS = 5000;
const MARK = '__background_e2e_environment__';

let shellEnvironment: Promise<Environment> | undefined;

/**
 * The environment of the user's login shell, read once: a desktop app is started without the PATH that nvm or homebrew set up
 * there. Falls back to this process's own where the shell does not answer within 5 s.
 */
export function loginShellEnvironment(): Promise<Environment> {
  shellEnvironment ??= readLoginShell();
  return shellEnvironment;
}

async function readLoginShell(): Promise<Environment> {
  const own = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const shell = process.env.SHELL;
  if (!shell || process.platform === 'win32') return own;
  const { stdout, failed } = await execa(shell, ['-ilc', `printf '%s' ${MARK}; env -0; printf '%s' ${MARK}`], {
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    timeout: SHELL_DEADLINE_MS,
    detached: true, // an interactive shell would take the terminal from us
  });
  const text = failed ? undefined : stdout.split(MARK)[1];
  if (!text) return own;
  const pairs = text.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  return { ...own, ...Object.fromEntries(pairs.filter(([name]) => name !== '' && name !== '_' && name !== 'SHLVL')) };
}
