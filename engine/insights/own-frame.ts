import { isAbsolute, relative } from 'node:path';

/** Paths of code that is not the project's: packages, the language's own library. */
const FOREIGN_PATH =
  /node_modules|^node:|\binternal\/|site-packages|dist-packages|\/usr\/lib|lib\/python|<anonymous>|<frozen|^\[|\bnative\b|\/go\/(?:src|pkg)\//;
/** Java names packages and not paths. */
const FOREIGN_CLASS = /^\s*at (?:java|javax|jdk|sun|org\.junit|org\.gradle|junit|org\.assertj|org\.hamcrest)\./;
const LONGEST = 20_000;

/** A line of a stack: where it is, in which language it was written. */
const FRAMES: readonly RegExp[] = [
  /^\s*at (?:.{0,500}?\()?(?:file:\/\/)?((?:[A-Za-z]:)?[^\s():][^():]{0,500}):(\d+)(?::\d+)?\)?\s*$/, // JavaScript, .NET on one line, Java
  /^\s*File "([^"]{1,500})", line (\d+)/, // Python
  /^\s*((?:[\w.@+~-]+|[A-Za-z]:)?(?:[\\/][\w.@+~-]+)*\.\w{1,5}):(\d+):/, // pytest, Go, many compilers
  /^\s*at .{1,500} in ([^\n]{1,500}):line (\d+)\s*$/, // .NET
];

/** The innermost line of a stack that is the project's own, as `tests/cart.spec.ts:12`, relative to the project; null where none is. */
export function ownFrame(trace: string | null, projectRoot: string): string | null {
  if (trace === null) return null;
  let found: string | null = null;
  for (const line of trace.slice(0, LONGEST).split('\n')) {
    const frame = FRAMES.map((pattern) => pattern.exec(line)).find((match) => match !== null);
    const [, path = '', number = ''] = frame ?? [];
    if (path === '' || FOREIGN_PATH.test(path) || FOREIGN_CLASS.test(line)) continue;
    const inside = isAbsolute(path) ? relative(projectRoot, path) : path;
    if (inside.startsWith('..')) continue;
    found = `${inside}:${number}`;
    if (!line.trimStart().startsWith('File "')) return found; // Python's innermost line is its last
  }
  return found;
}
