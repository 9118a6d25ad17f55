import { waitForEnds } from '../../agent/wait-for-ends.ts';
import { connectOrStart } from '../../client/start-host.ts';
import { resultDocument } from '../../contract/documents.ts';
import { attemptIdOf } from '../../contract/ids.ts';
import { EXIT, EXIT_ORDER, exitCodeFor } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { endedText } from '../ended-text.ts';
import { oneLine, onStdout } from '../print.ts';
import { CLIENT_NAME, type Session, withSession } from '../session.ts';
import { backOffText, nameOf } from '../words.ts';
import { taskNamed } from './status.ts';

/** `bge2e wait ID…`: until all have ended; the exit code is theirs. */
export async function wait(names: readonly string[], { timeout, json = false }: { timeout?: number; json?: boolean }): Promise<number> {
  return withSession((session) => waitFor(session, names, timeout === undefined ? null : timeout * 1000, json));
}

async function waitFor(session: Session, names: readonly string[], deadlineMs: number | null, json: boolean): Promise<number> {
  // All names are looked up first: a wrong one is said at once, not when the others have ended.
  const ids = new Set<string>();
  for (const name of names) ids.add((await taskNamed(session, name)).task.id);
  const { paint } = onStdout();
  const told = new Set<string>();
  const tellBackOff = (task: Task) => {
    const text = backOffText(task, Date.now());
    const attempt = attemptIdOf(task.id, task.attempts.length);
    if (json || text === null || told.has(attempt)) return;
    told.add(attempt);
    process.stderr.write(`${oneLine(nameOf(task))}: ${text}.\n`);
  };
  const ended = await waitForEnds({
    connect: () => connectOrStart(session.home, CLIENT_NAME),
    ids: [...ids],
    deadlineMs,
    onChange: tellBackOff,
    onEnd: (task) => {
      if (!json) process.stdout.write(endedText(task, paint));
    },
  });
  if (json) process.stdout.write(`${JSON.stringify(ended.map(resultDocument), null, 2)}\n`);
  const left = [...ids].filter((id) => !ended.some((task) => task.id === id));
  if (left.length === 0) return exitCodeForAll(ended);
  process.stderr.write(
    `${left.join(', ')} did not end within ${(deadlineMs ?? 0) / 1000} s and ${left.length === 1 ? 'goes' : 'go'} on.\n`,
  );
  return EXIT.deadline;
}

/** The exit code that stands for several ended tasks. */
export function exitCodeForAll(tasks: readonly Task[]): number {
  const codes = tasks.map(exitCodeFor);
  return EXIT_ORDER.find((code) => codes.includes(code)) ?? EXIT.passed;
}
