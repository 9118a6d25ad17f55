export type SplitResult = { ok: true; args: string[] } | { ok: false; message: string };

/**
 * Splits a line of arguments as a shell does: at blanks, with '…', "…" and \ taking blanks in. Nothing is expanded: no variables, no
 * globs, no commands.
 */
export function splitArguments(line: string): SplitResult {
  const args: string[] = [];
  let current: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote !== null) {
      if (char === quote) quote = null;
      else if (char === '\\' && quote === '"' && /["\\]/.test(line.charAt(i + 1))) current = (current ?? '') + line.charAt(++i);
      else current = (current ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      current ??= '';
    } else if (char === '\\') {
      if (i + 1 === line.length) return { ok: false, message: 'ends with a \\ that has nothing after it' };
      current = (current ?? '') + line.charAt(++i);
    } else if (/\s/.test(char)) {
      if (current !== null) args.push(current);
      current = null;
    } else current = (current ?? '') + char;
  }
  if (quote !== null) return { ok: false, message: `has a ${quote} that is never closed` };
  if (current !== null) args.push(current);
  return { ok: true, args };
}

/** One argument as a shell would need it. */
export function quoteArgument(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

/** The line that `splitArguments` would split into these. */
export const joinArguments = (args: readonly string[]): string => args.map(quoteArgument).join(' ');
