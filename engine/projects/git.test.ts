import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gitState, parseStatus } from './git.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bge2e-git-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const IDENTITY = {
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@example.test',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@example.test',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...IDENTITY } }).trim();

async function repository(): Promise<string> {
  git('init', '-q', '-b', 'main');
  await writeFile(join(folder, 'a.txt'), 'one\n');
  await writeFile(join(folder, 'b.txt'), 'another text\n');
  git('add', '.');
  git('commit', '-q', '-m', 'first');
  return git('rev-parse', 'HEAD');
}

test('branch, commit and the number of changed, renamed and untracked files', async () => {
  const commit = await repository();
  expect(await gitState(folder)).toEqual({ branch: 'main', commit, changedFiles: 0, tree: expect.any(String) });
  await writeFile(join(folder, 'a.txt'), 'two\n');
  git('mv', 'b.txt', '1 renamed.txt');
  await writeFile(join(folder, 'new\nname.txt'), '');
  expect(await gitState(folder)).toMatchObject({ branch: 'main', commit, changedFiles: 3 });
});

test('a folder inside of a repository has its state', async () => {
  const commit = await repository();
  await mkdir(join(folder, 'sub'));
  expect(await gitState(join(folder, 'sub'))).toMatchObject({ branch: 'main', commit });
});

test('a detached head has a commit and no branch', async () => {
  const commit = await repository();
  git('checkout', '-q', '--detach');
  expect(await gitState(folder)).toMatchObject({ branch: null, commit, changedFiles: 0 });
});

test('no repository, no commit yet, no folder: null', async () => {
  expect(await gitState(folder)).toBeNull();
  git('init', '-q');
  expect(await gitState(folder)).toBeNull();
  expect(await gitState(join(folder, 'gone'))).toBeNull();
});

test('without git: null', async () => {
  await repository();
  vi.stubEnv('PATH', folder);
  expect(await gitState(folder)).toBeNull();
});

test('the variables of a git hook do not lead to another repository', async () => {
  await repository();
  vi.stubEnv('GIT_DIR', join(folder, 'elsewhere.git'));
  expect(await gitState(folder)).toMatchObject({ branch: 'main' });
});

test('a git that does not answer is given up at the deadline, also when a child of it keeps its output open', async () => {
  await repository();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'git'), `#!/bin/sh\nsleep 30 &\necho $! > '${folder}/pid'\nwait\n`);
  await chmod(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  const before = performance.now();
  expect(await gitState(folder, 300)).toBeNull();
  expect(performance.now() - before).toBeLessThan(5000);
  process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')));
});

test('where there is no repository, git is not asked', async () => {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'git'), `#!/bin/sh\ntouch '${folder}/ran'\n`);
  await chmod(join(bin, 'git'), 0o755);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
  expect(await gitState(folder)).toBeNull();
  await expect(stat(join(folder, 'ran'))).rejects.toThrow('ENOENT');
});

test('a program that the repository names is not run, and its index is not written', async () => {
  await repository();
  await writeFile(join(folder, '.git', 'evil'), `#!/bin/sh\ntouch '${folder}/ran'\n`);
  await chmod(join(folder, '.git', 'evil'), 0o755);
  git('config', 'core.fsmonitor', '.git/evil');
  const before = await stat(join(folder, '.git', 'index'));
  await writeFile(join(folder, 'a.txt'), 'one\n'); // same content, newer time: a plain `git status` would refresh the index
  expect(await gitState(folder)).toMatchObject({ changedFiles: 0 });
  await expect(stat(join(folder, 'ran'))).rejects.toThrow('ENOENT');
  expect((await stat(join(folder, '.git', 'index'))).mtimeMs).toBe(before.mtimeMs);
});

test('the digest of the tree is that of what tracked files hold, however they came to it', async () => {
  await repository();
  await mkdir(join(folder, 'sub'));
  const tree = async () => (await gitState(join(folder, 'sub')))?.tree;
  const clean = await tree();
  expect(clean).toMatch(/^[0-9a-f]{32}$/);

  await writeFile(join(folder, 'a.txt'), 'one\n');
  await writeFile(join(folder, 'report.xml'), '<testsuites/>');
  expect(await tree(), 'written anew with the same content, and an untracked file').toBe(clean);

  await writeFile(join(folder, 'a.txt'), 'two\n');
  const edited = await tree();
  await writeFile(join(folder, 'a.txt'), 'six\n'); // as long as before, and for git's status the same change
  const editedAgain = await tree();
  await rm(join(folder, 'a.txt'));
  const removed = await tree();
  await symlink('b.txt', join(folder, 'a.txt'));
  const linked = await tree();
  await rm(join(folder, 'a.txt'));
  await writeFile(join(folder, 'a.txt'), 'one\n');
  git('mv', 'b.txt', '1 renamed.txt');
  const renamed = await tree();
  await writeFile(join(folder, '1 renamed.txt'), 'another text, and more\n');
  const renamedAndEdited = await tree();
  git('commit', '-q', '-a', '-m', 'second');
  const committed = await tree();
  const all = [clean, edited, editedAgain, removed, linked, renamed, renamedAndEdited, committed];
  expect(new Set(all).size).toBe(all.length);

  await writeFile(join(folder, 'a.txt'), 'two\n');
  const before = await tree();
  await writeFile(join(folder, 'a.txt'), 'more\n');
  await writeFile(join(folder, 'a.txt'), 'two\n');
  expect(await tree(), 'edited and edited back').toBe(before);
});

test('a tracked file that became a named pipe is not waited for', async () => {
  await repository();
  await rm(join(folder, 'a.txt'));
  execFileSync('mkfifo', [join(folder, 'a.txt')]);
  expect(await gitState(folder)).toMatchObject({ changedFiles: 1, tree: expect.any(String) });
});

test('text that is not a status is null', () => {
  expect(parseStatus('')).toBeNull();
  expect(parseStatus('fatal: nothing')).toBeNull();
});
