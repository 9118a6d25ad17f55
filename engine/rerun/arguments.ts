/** The arguments of a suite by where they stand: in its command after the tool's own name, in its `args`, and in the task. */
export interface Arguments {
  command: readonly string[];
  args: readonly string[];
  additional: readonly string[];
}

/** Changes each of the three lists in the same way. */
export function eachOf({ command, args, additional }: Arguments, change: (words: readonly string[]) => string[]): Arguments {
  return { command: change(command), args: change(args), additional: change(additional) };
}

export const allOf = ({ command, args, additional }: Arguments): string[] => [...command, ...args, ...additional];

/** The list without these options, and without the values of those that take one (`--grep x`, `--grep=x`). */
export function withoutOptions(words: readonly string[], options: { flags?: readonly string[]; valued?: readonly string[] }): string[] {
  const kept: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const name = word.split('=', 1)[0] ?? word;
    if (options.flags?.includes(word)) continue;
    if (!options.valued?.includes(name)) kept.push(word);
    else if (name === word) index += 1;
  }
  return kept;
}

/**
 * The list without what stands for itself, such as names of files. What follows an option that is not among `flags` is taken for its value,
 * because running more than was asked for is better than breaking a command line.
 */
export function withoutPositionals(words: readonly string[], flags: ReadonlySet<string>): string[] {
  return words.filter((word, index) => {
    if (word.startsWith('-')) return true;
    const before = words[index - 1];
    return before !== undefined && before !== '--' && before.startsWith('-') && !before.includes('=') && !flags.has(before);
  });
}

/** For a regular expression that means this text, in JavaScript and in Go. */
export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
