import { execa } from 'execa';
import type { GitState } from '../../contract/task.ts';

const DEADLINE_MS = 2000;

/** A host may have been started from within a git hook, whose variables point to another repository. */
const NOT_INHERITED = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_PREFIX: undefined,
};

/**
 * Branch, commit and count of changed files of the repository around a folder. null where there is none, it has no commit yet,
 * git is missing or does not answer within 2 s. Never throws.
 */
export async function gitState(directory: string, deadlineMs = DEADLINE_MS): Promise<GitState | null> {
  let timer: NodeJS.Timeout | undefined;
  // execa's own timeout ends git, but its promise goes on waiting for whoever holds git's output.
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, null);
  });
  try {
    const output = await Promise.race([readStatus(directory, deadlineMs), deadline]);
    return output === null ? null : parseStatus(output);
  } finally {
    clearTimeout(timer);
  }
}

async function readStatus(directory: string, timeout: number): Promise<string | null> {
  try {
    const { stdout } = await execa(
      'git',
      // A repository may name a program as its fsmonitor; looking at a folder must not run it.
      ['-c', 'core.fsmonitor=false', 'status', '--porcelain=v2', '--branch', '-z', '--untracked-files=normal', '--ignore-submodules=dirty'],
      {
        cwd: directory,
        // Without locks, a look at the repository never makes the user's own git command fail.
        env: { ...NOT_INHERITED, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
        stdin: 'ignore',
        stderr: 'ignore',
        timeout,
        killSignal: 'SIGKILL',
      },
    );
    return stdout;
  } catch {
    return null;
  }
}

/** Reads `git status --porcelain=v2 --branch -z`: https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
export function parseStatus(text: string): GitState | null {
  let commit: string | null = null;
  let branch: string | null = null;
  let changedFiles = 0;
  const entries = text.split('\0');
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? '';
    if (entry.startsWith('# branch.oid ')) commit = entry.slice('# branch.oid '.length);
    else if (entry.startsWith('# branch.head ')) branch = entry.slice('# branch.head '.length);
    else if (/^[12u?] /.test(entry)) changedFiles++;
    if (entry.startsWith('2 ')) index++; // a rename: the old path follows as an entry of its own
  }
  if (commit === null || commit === '(initial)') return null;
  return { branch: branch === '(detached)' ? null : branch, commit, changedFiles };
}
