import { resultDocument } from '../../contract/documents.ts';
import { EXIT, isTerminal } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { usage } from '../failure.ts';
import { oneLine } from '../print.ts';
import { withSession } from '../session.ts';
import { nameOf, outcomeWord } from '../words.ts';
import { taskNamed } from './status.ts';

/** `bge2e cancel ID…|--all`: asks for the end and answers at once. */
export async function cancel(names: readonly string[], { all = false, json = false }: { all?: boolean; json?: boolean }): Promise<number> {
  if (all && names.length > 0) throw usage(`cancel takes tasks or --all, not both: ${names.join(' ')}`);
  if (!all && names.length === 0) throw usage('cancel needs the tasks to cancel (an id, the beginning of one, #42, or last), or --all.');
  return withSession(async (session) => {
    const [first] = names;
    if (first !== undefined) await taskNamed(session, first);
    const before = session.hasHistory ? await session.call('listActive', {}) : [];
    const known = new Set(before.map(({ task }) => task.id));
    const tasks = session.hasHistory ? await session.call('cancelTasks', all ? { all: true } : { tasks: [...names] }) : [];
    if (json) process.stdout.write(`${JSON.stringify(tasks.map(resultDocument), null, 2)}\n`);
    else
      process.stdout.write(
        tasks.length === 0 ? 'Nothing runs and nothing waits.\n' : tasks.map((task) => `${sentence(task, known.has(task.id))}\n`).join(''),
      );
    return EXIT.passed;
  });
}

/** What became of a task that was asked to end; `wasActive`: it had not ended before. */
function sentence(task: Task, wasActive: boolean): string {
  const name = oneLine(`${nameOf(task)} (${task.id})`);
  if (!isTerminal(task.state.status)) return `Cancelling ${name}; "bge2e wait ${task.id}" tells when it is gone.`;
  const waitedFor = task.attempts.length > 0 ? 'was between two attempts' : 'had not started';
  return wasActive ? `Cancelled ${name}, which ${waitedFor}.` : `${name} had ended already: ${outcomeWord(task)}.`;
}
