import type { Params } from '../../contract/api.ts';
import { changeText } from '../../contract/change-text.ts';
import { resultDocument } from '../../contract/documents.ts';
import { EXIT, isTerminal, outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { endedText } from '../ended-text.ts';
import { usage } from '../failure.ts';
import { folderNamed } from '../folder.ts';
import { type Cell, oneLine, onStdout, type Paint, shortened, table } from '../print.ts';
import { withSession } from '../session.ts';
import { countsText, moment, outcomeStyle, outcomeWord, timeOf } from '../words.ts';
import { taskNamed } from './status.ts';

/** What is asked for, as the host's method has it. */
type Filters = Omit<Params<'listResults'>, 'limit' | 'before'>;

/** `bge2e results ID`: one result, as it is told when the task ends. */
export async function resultOf(name: string, { json = false }: { json?: boolean }): Promise<number> {
  const { task } = await withSession((session) => taskNamed(session, name));
  if (!isTerminal(task.state.status)) throw usage(`#${task.number} has not ended. "bge2e wait ${task.id}" waits for its result.`);
  process.stdout.write(json ? `${JSON.stringify(resultDocument(task), null, 2)}\n` : endedText(task, onStdout().paint));
  return EXIT.passed;
}

/** `bge2e results [N]`, narrowed by filters. */
export async function results(limit: number, { json = false, project, ...filters }: Filters & { json?: boolean }): Promise<number> {
  const { since, until } = filters;
  if (since != null && until != null && since > until)
    throw usage('--until is before --since, so nothing can lie between them. Exchange the two: --since is the earlier one.');
  const asked = { ...filters, ...(typeof project === 'string' ? { project: folderNamed(project) } : {}) };
  const tasks = await withSession(async (session) =>
    session.hasHistory ? (await session.call('listResults', { limit, ...asked })).tasks : [],
  );
  const isNarrowed = Object.keys(asked).length > 0;
  const text = tasks.length === 0 && isNarrowed ? 'No result is like that.\n' : resultsText(tasks, Date.now(), onStdout());
  process.stdout.write(json ? `${JSON.stringify(tasks.map(resultDocument), null, 2)}\n` : text);
  return EXIT.passed;
}

/** Ended tasks as a table, newest first; below it what went wrong with the newest. */
export function resultsText(tasks: readonly Task[], now: number, { paint, columns }: { paint: Paint; columns: number | null }): string {
  if (tasks.length === 0) return 'Nothing has ended yet. "bge2e status" shows what runs and waits.\n';
  const rows = tasks.map((task): (Cell | string)[] => [
    { text: String(task.number), right: true },
    { text: outcomeWord(task), style: outcomeStyle(outcomeOf(task)) },
    task.config.category,
    task.projectName,
    task.counts ? countsText(task.counts) : '',
    { text: timeOf(task, now), right: true },
    { text: 'endedAt' in task.state ? moment(task.state.endedAt, now) : '', right: true },
    task.id,
  ]);
  const text = table(['#', 'VERDICT', 'CATEGORY', 'PROJECT', 'TESTS', 'TOOK', 'ENDED', 'ID'], rows, { elastic: 4, columns, paint });
  const wrong = tasks.flatMap((task) => {
    const said = [changeText(task), task.error].filter((part) => part !== null);
    return said.length === 0 ? [] : [oneLine(`#${task.number}  ${said.join(' · ')}`)];
  });
  return wrong.length === 0 ? text : `${text}\n${wrong.map((line) => `${columns === null ? line : shortened(line, columns)}\n`).join('')}`;
}
