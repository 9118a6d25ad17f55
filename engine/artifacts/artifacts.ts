import { readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { Artifact } from '../../contract/artifact.ts';
import { parsedJson } from '../../contract/json.ts';
import { replaceFile } from '../store/replace-file.ts';
import { filesAt, isWithin } from './files.ts';
import { kindOf } from './kind.ts';

const LIST = z.array(Artifact.omit({ file: true }));

/** Where an attempt's artifacts lie; Playwright writes into it as well. */
export const artifactsFolder = (attemptFolder: string) => join(attemptFolder, 'artifacts');
const listPath = (attemptFolder: string) => join(attemptFolder, 'artifacts.json');

/** What an attempt keeps. While it runs, and for runs of before there were lists, what lies in its folder. */
export async function readArtifacts(attemptFolder: string): Promise<Artifact[]> {
  const text = await readFile(listPath(attemptFolder), 'utf8').catch(() => null);
  const parsed = LIST.safeParse(text === null ? null : parsedJson(text));
  if (!parsed.success) return listed(attemptFolder, new Map());
  return parsed.data.map((one) => ({ ...one, file: join(artifactsFolder(attemptFolder), ...one.path.split('/')) }));
}

/** The artifact of that path; null where it is not in the list, or is not, or no longer, in the attempt's folder. */
export async function findArtifact(attemptFolder: string, path: string): Promise<Artifact | null> {
  const artifact = (await readArtifacts(attemptFolder)).find((one) => one.path === path);
  if (!artifact) return null;
  // Tests write into that folder: what was a file when it was listed may be a link to anywhere by now.
  const real = await realpath(artifact.file).catch(() => null);
  return real !== null && isWithin(real, await realArtifactsFolder(attemptFolder)) ? artifact : null;
}

/** As the attempt has it, whatever somebody has put in its place. */
const realArtifactsFolder = async (attemptFolder: string) => artifactsFolder(await realpath(attemptFolder).catch(() => attemptFolder));

export async function keepList(attemptFolder: string, artifacts: readonly Artifact[]): Promise<void> {
  const list: z.infer<typeof LIST> = artifacts.map(({ path, kind, bytes, test }) => ({ path, kind, bytes, test }));
  await replaceFile(listPath(attemptFolder), JSON.stringify(list));
}

/** The files of an attempt's folder as artifacts, by path. `tests`: titles of those that attached a file, by its absolute path. */
export async function listed(attemptFolder: string, tests: ReadonlyMap<string, string>): Promise<Artifact[]> {
  const folder = artifactsFolder(attemptFolder);
  const files = await filesAt(folder, await realArtifactsFolder(attemptFolder));
  const all = files.map(({ path, bytes }): Artifact => {
    const inside = relative(folder, path).split(sep).join('/');
    return { path: inside, file: path, kind: kindOf(inside), bytes, test: tests.get(path) ?? null };
  });
  return withPagesAsOne(all);
}

/** A page and all that lies beside and below it (styles, pictures, data) is one artifact. */
function withPagesAsOne(all: readonly Artifact[]): Artifact[] {
  const pages = all.filter(({ path }) => path.endsWith('/index.html')).sort((a, b) => a.path.length - b.path.length);
  const sizes = new Map<string, number>();
  const rest: Artifact[] = [];
  for (const artifact of all) {
    const page = pages.find(({ path }) => artifact.path.startsWith(path.slice(0, -'index.html'.length)));
    if (page) sizes.set(page.path, (sizes.get(page.path) ?? 0) + artifact.bytes);
    else rest.push(artifact);
  }
  const asOne = pages.flatMap((page) => (sizes.has(page.path) ? [{ ...page, bytes: sizes.get(page.path) ?? 0 }] : []));
  return [...rest, ...asOne].sort((a, b) => (a.path < b.path ? -1 : 1));
}
