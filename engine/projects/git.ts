import { createHash } from 'node:crypto';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { GitState } from '../../contract/task.ts';
import { isThere } from './files.ts';
import { SharedLooks } from './shared-looks.ts';

const DEADLINE_MS = 2000;

/** A host may have been started from within a git hook, whose variables point to another repository. */
const NOT_INHERITED = {
  GIT_DIR: undefined,
  GIT_WORK_TREE: undefined,
  GIT_INDEX_FILE: undefined,
  GIT_COMMON_DIR: undefined,
  GIT_PREFIX: undefined,
};

/** Changed files beyond this size are told apart by size and time instead of by their content, in bytes. */
const LARGEST_READ = 1_048_576;

/**
 * Branch, commit, count of changed files and digest of the tracked ones in the repository around a folder. null where there is none, it
 * has no commit yet, git is missing or does not answer within 2 s. Never throws.
 */
export const gitState = (directory: string, deadlineMs = DEADLINE_MS): Promise<GitState | null> =>
  looks.ask(directory, () => look(directory, deadlineMs));

/** Many tasks of one repository may be queued at once: those that come while git is at work there share the look after that. */
const looks = new SharedLooks<GitState | null>();

async function look(directory: string, deadlineMs: number): Promise<GitState | null> {
  if (!(await isInRepository(directory))) return null;
  let timer: NodeJS.Timeout | undefined;
  // execa's own timeout ends git, but its promise goes on waiting for whoever holds git's output.
  const deadline = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, null);
  });
  try {
    const output = await Promise.race([readStatus(directory, deadlineMs), deadline]);
    const status = output === null ? null : parseStatus(output);
    if (status === null) return null;
    const { trackedChanges, ...state } = status;
    return { ...state, tree: await Promise.race([treeDigest(directory, state.commit, trackedChanges, deadlineMs), deadline]) };
  } finally {
    clearTimeout(timer);
  }
}

/** A look at the names of folders: where there is no repository, nobody waits for git to say so. */
async function isInRepository(directory: string): Promise<boolean> {
  if (await isThere(join(directory, '.git'))) return true; // a file in worktrees and submodules
  const parent = dirname(directory);
  return parent !== directory && isInRepository(parent);
}

/** The branch that the repository's `origin` calls its main one; null where it names none. Never throws. */
export async function mainBranchOf(directory: string): Promise<string | null> {
  const name = await git(directory, ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'], DEADLINE_MS);
  return name?.trim().replace(/^origin\//, '') || null;
}

// A repository may name a program as its fsmonitor; looking at a folder must not run it.
const STATUS = [
  '-c',
  'core.fsmonitor=false',
  'status',
  '--porcelain=v2',
  '--branch',
  '-z',
  '--untracked-files=normal',
  '--ignore-submodules=dirty',
];

const readStatus = (directory: string, timeout: number) => git(directory, STATUS, timeout);

async function git(directory: string, args: readonly string[], timeout: number): Promise<string | null> {
  try {
    const { stdout } = await execa('git', args, {
      cwd: directory,
      // Without locks, a look at the repository never makes the user's own git command fail.
      env: { ...NOT_INHERITED, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      stdin: 'ignore',
      stderr: 'ignore',
      timeout,
      killSignal: 'SIGKILL',
    });
    return stdout;
  } catch {
    return null;
  }
}

/** An entry of git's status for a tracked file: the whole line, and the path below the repository's top. */
interface TrackedChange {
  line: string;
  path: string;
}

/** Reads `git status --porcelain=v2 --branch -z`: https://git-scm.com/docs/git-status#_porcelain_format_version_2 */
export function parseStatus(text: string): (Omit<GitState, 'tree'> & { trackedChanges: TrackedChange[] }) | null {
  let commit: string | null = null;
  let branch: string | null = null;
  let changedFiles = 0;
  const trackedChanges: TrackedChange[] = [];
  const entries = text.split('\0');
  for (let index = 0; index < entries.length; index++) {
    const line = entries[index] ?? '';
    if (line.startsWith('# branch.oid ')) commit = line.slice('# branch.oid '.length);
    else if (line.startsWith('# branch.head ')) branch = line.slice('# branch.head '.length);
    else if (/^[12u?] /.test(line)) changedFiles++;
    const fields = FIELDS_BEFORE_PATH[line.slice(0, 2)];
    if (fields !== undefined) trackedChanges.push({ line, path: line.split(' ').slice(fields).join(' ') });
    if (line.startsWith('2 ')) index++; // a rename: the old path follows as an entry of its own
  }
  if (commit === null || commit === '(initial)') return null;
  return { branch: branch === '(detached)' ? null : branch, commit, changedFiles, trackedChanges };
}

const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { '1 ': 8, '2 ': 9, 'u ': 10 };

/** The status tells which tracked files differ from the commit, not what they hold, so these are read. */
async function treeDigest(directory: string, commit: string, changes: readonly TrackedChange[], timeout: number): Promise<string | null> {
  const hash = createHash('sha256').update(commit);
  if (changes.length > 0) {
    const top = (await git(directory, ['rev-parse', '--show-toplevel'], timeout))?.replace(/\n$/, '');
    if (!top) return null;
    for (const { line, path } of changes) hash.update(`\0${line}\0`).update(await contentOf(join(top, path)));
  }
  return hash.digest('hex').slice(0, 32);
}

async function contentOf(path: string): Promise<string | Buffer> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return await readlink(path);
    if (!stats.isFile()) return 'no file'; // a submodule's folder; reading a named pipe would wait for ever
    return stats.size <= LARGEST_READ ? await readFile(path) : `${stats.size} ${stats.mtimeMs}`;
  } catch {
    return 'gone';
  }
}
