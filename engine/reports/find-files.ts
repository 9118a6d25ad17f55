import { glob, stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep, win32 } from 'node:path';

/** Clocks of file systems lag behind by a tick of the kernel; some keep whole (even) seconds alone. */
const TICK_MS = 20;
const COARSE_MS = 2000;

/** What tests attached lies beside Allure's results, and may be JSON or XML of any kind: a pattern for the results does not mean it. */
const ALLURE_ATTACHMENT = /^[\da-f-]{36}-attachment(?:\.\w+)?$/i;

const HAS_WILDCARD = /[*?{[]/;

export interface FoundFiles {
  /** Absolute paths, sorted, each once. */
  files: string[];
  /** Sentences about what was passed over. */
  warnings: string[];
  /** A report that is named, and not only looked for by a pattern, was not written: a part of the results is missing. */
  incomplete: boolean;
}

/**
 * The files that these patterns (relative to the project; `*`, `**`, `?`, `{a,b}`) name and that were written since `startedAt` (UTC
 * ms): what is older is another run's. node_modules is not looked through.
 */
export async function findReportFiles(patterns: readonly string[], projectRoot: string, startedAt: number): Promise<FoundFiles> {
  const found = new Set<string>();
  const warnings: string[] = [];
  for (const pattern of patterns) {
    const paths = await matches(pattern, projectRoot);
    if (paths.length === 0) warnings.push(`reports: ${pattern} names no file in ${projectRoot}.`);
    for (const path of paths) found.add(path);
  }
  const files: string[] = [];
  const old: string[] = [];
  for (const path of [...found].sort()) {
    const info = await stat(path).catch(() => null);
    if (!info?.isFile()) continue;
    if (isOlder(info.mtimeMs, startedAt)) old.push(displayPath(path, projectRoot));
    else files.push(path);
  }
  if (old.length > 0) {
    const named = old.length > 3 ? `${old.slice(0, 3).join(', ')} and ${old.length - 3} more` : old.join(', ');
    warnings.push(`${named}: older than this attempt, so not its ${old.length === 1 ? 'report' : 'reports'}.`);
  }
  const isThere = (pattern: string) => files.includes(resolve(projectRoot, pattern));
  return { files, warnings, incomplete: patterns.some((pattern) => !HAS_WILDCARD.test(pattern) && !isThere(pattern)) };
}

async function matches(pattern: string, projectRoot: string): Promise<string[]> {
  // A name with brackets in it is a name first.
  const literal = resolve(projectRoot, pattern);
  if (
    await stat(literal).then(
      (info) => info.isFile(),
      () => false,
    )
  )
    return [literal];
  const skipped = pattern.includes('node_modules') ? ['.git'] : ['node_modules', '.git'];
  const paths: string[] = [];
  try {
    for await (const path of glob(pattern, { cwd: projectRoot, exclude: (name) => skipped.includes(name.split(sep).at(-1) ?? '') }))
      if (!ALLURE_ATTACHMENT.test(basename(path))) paths.push(resolve(projectRoot, path));
  } catch {
    // A folder that cannot be read holds no report that could be: what was found until then counts.
  }
  const files = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (info) => info.isFile(),
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => files[index]);
}

/**
 * Was a file last written before that moment? Only where the stamp is a whole second may it stand for a span: elsewhere the attempt
 * before may have ended a moment ago, and its report must not count for this one.
 */
export function isOlder(mtimeMs: number, startedAt: number): boolean {
  return mtimeMs + (mtimeMs % 1000 === 0 ? COARSE_MS : TICK_MS) < startedAt;
}

/** Relative to the project, where it lies in it. */
export function displayPath(path: string, projectRoot: string): string {
  const inside = relative(projectRoot, path);
  return inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? path : inside.split(sep).join('/');
}

/** A test file as a report names it, relative to the project where it lies there. Paths of Windows in reports from there stay as they are. */
export function projectPath(file: string, projectRoot: string): string {
  return win32.isAbsolute(file) && !isAbsolute(file) ? file : displayPath(resolve(projectRoot, file), projectRoot);
}
