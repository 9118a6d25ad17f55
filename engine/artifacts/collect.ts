import { constants } from 'node:fs';
import { copyFile, glob, mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Artifact } from '../../contract/artifact.ts';
import { isOlder } from '../reports/find-files.ts';
import type { Suite } from '../runners/suite.ts';
import { artifactsFolder, keepList, listed } from './artifacts.ts';
import { type FoundFile, filesAt, isWithin } from './files.ts';

const MIB = 1024 * 1024;
/** Named in a warning; of the others only their number is told. */
const MOST_NAMED = 3;

/** What an ended attempt left, and what could not be kept, as sentences. */
export interface Collected {
  artifacts: Artifact[];
  warnings: string[];
}

export interface CollectOptions {
  suite: Suite;
  projectRoot: string;
  attemptFolder: string;
  /** UTC ms: what is older is another run's. */
  startedAt: number;
  /** Paths of what its tests attached, and the title of the test that did. */
  attached: ReadonlyMap<string, string>;
  /** MiB for all that one attempt keeps. */
  capMb: number;
}

/**
 * Copies what an attempt left in its project into its own folder, before another run writes over it: files that its tests name as attachments,
 * Playwright's HTML report, and what the category's `artifacts` names. Never throws: what cannot be kept is a warning.
 */
export async function collectArtifacts(options: CollectOptions): Promise<Collected> {
  try {
    return await collect(options);
  } catch (error) {
    return { artifacts: [], warnings: [`The artifacts could not be collected: ${error instanceof Error ? error.message : error}`] };
  }
}

async function collect({ suite, projectRoot, attemptFolder, startedAt, attached, capMb }: CollectOptions): Promise<Collected> {
  const folder = artifactsFolder(attemptFolder);
  const root = await realpath(projectRoot);
  const warnings: string[] = [];
  const there = await filesAt(folder, await realpath(folder).catch(() => folder));
  let room = capMb * MIB - there.reduce((sum, { bytes }) => sum + bytes, 0);
  const tests = new Map<string, string>();
  const outside = [...attached.keys()].filter((path) => !isWithin(path, root) && !isWithin(path, folder) && !isWithin(path, projectRoot));
  if (outside.length > 0) warnings.push(`Not kept, because they lie outside of the project: ${named(outside)}.`);
  const found = new Map<string, FoundFile>();
  for (const path of [
    ...attached.keys(),
    ...htmlReportsOf(suite, projectRoot),
    ...(await matches(suite.artifacts, projectRoot, warnings)),
  ]) {
    if (isWithin(path, folder)) continue;
    for (const file of await filesAt(path, root)) if (!isOlder(file.mtimeMs, startedAt)) found.set(file.path, file);
  }
  for (const [path, test] of attached) if (isWithin(path, folder)) tests.set(path, test);
  const left: string[] = [];
  for (const { path, bytes } of found.values()) {
    const inside = relative(projectRoot, path);
    if (bytes > room || !isWithin(path, projectRoot)) {
      left.push(inside);
      continue;
    }
    const copy = join(folder, inside);
    try {
      await mkdir(dirname(copy), { recursive: true });
      // Never a hard link: the next run may write into the same file.
      await copyFile(path, copy, constants.COPYFILE_FICLONE);
      room -= bytes;
      const test = attached.get(path);
      if (test !== undefined) tests.set(copy, test);
    } catch (error) {
      await rm(copy, { force: true }).catch(() => {});
      warnings.push(`${inside} could not be kept: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (left.length > 0) warnings.push(`Not kept, because an attempt keeps at most ${capMb} MB of artifacts: ${named(left)}.`);
  const artifacts = await listed(attemptFolder, tests);
  await keepList(attemptFolder, artifacts);
  return { artifacts, warnings };
}

const named = (paths: readonly string[]) =>
  `${paths.slice(0, MOST_NAMED).join(', ')}${paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : ''}`;

/** Where Playwright's HTML reporter writes, unless its options say otherwise. */
function htmlReportsOf({ runner, configFile }: Suite, projectRoot: string): string[] {
  if (runner !== 'playwright') return [];
  return [...new Set([projectRoot, ...(configFile === null ? [] : [dirname(configFile)])])].map((folder) =>
    join(folder, 'playwright-report'),
  );
}

/** What the project's patterns name. A pattern that leads out of the project is not followed, and said so. */
async function matches(patterns: readonly string[], projectRoot: string, warnings: string[]): Promise<string[]> {
  const paths: string[] = [];
  for (const pattern of patterns) {
    if (isAbsolute(pattern) || !isWithin(resolve(projectRoot, pattern), projectRoot)) {
      warnings.push(`artifacts: ${pattern} leads out of the project.`);
      continue;
    }
    const before = paths.length;
    const exclude = (name: string) => ['node_modules', '.git'].includes(name.split(sep).at(-1) ?? '');
    for await (const path of glob(pattern, { cwd: projectRoot, exclude })) paths.push(resolve(projectRoot, path));
    if (paths.length === before) warnings.push(`artifacts: ${pattern} names nothing in ${projectRoot}.`);
  }
  return paths;
}
