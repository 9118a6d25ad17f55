import { createInterface } from 'node:readline/promises';

export type Answer = 'keep' | 'cancel' | 'stay';

/** Asks the person at a terminal what shall become of the tasks of a host that ends. No answer (Ctrl-D) means that it stays. */
export async function askAboutTasks(
  { active, queued }: { active: number; queued: number },
  { input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
): Promise<Answer> {
  const count = [active > 0 ? `${active} running` : '', queued > 0 ? `${queued} waiting` : ''].filter((part) => part !== '').join(', ');
  const terminal = createInterface({ input, output, prompt: '[k/c/n] ' });
  output.write(
    `${count}. What shall become of them?\n  k  keep: they go on, and the next host finds them (default)\n  c  cancel: end them first\n  n  do not stop\n`,
  );
  try {
    terminal.prompt();
    for await (const line of terminal) {
      const answer = answerIn(line);
      if (answer !== null) return answer;
      terminal.prompt();
    }
    return 'stay';
  } finally {
    terminal.close();
  }
}

/** What a person meant; null where that cannot be told. */
export function answerIn(line: string): Answer | null {
  const text = line.trim().toLowerCase();
  for (const answer of ['keep', 'cancel'] as const) if (answer.startsWith(text)) return answer;
  return ['n', 'no', 'q', 'quit', 'stay'].includes(text) ? 'stay' : null;
}
