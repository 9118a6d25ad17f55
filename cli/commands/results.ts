import { resultDocument } from '../../contract/documents.ts';
import { EXIT, outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { type Cell, oneLine, onStdout, type Paint, shortened, table } from '../print.ts';
import { withSession } from '../session.ts';
import { countsText, moment, outcomeStyle, outcomeWord, timeOf } from '../words.ts';

/** `bge2e results [N]`. */
export async function results(limit: number, { json = false }: { json?: boolean }): Promise<number> {
  const tasks = await withSession(async (session) => (session.hasHistory ? (await session.call('listResults', { limit })).tasks : []));
  process.stdout.write(json ? `${JSON.stringify(tasks.map(resultDocument), null, 2)}\n` : resultsText(tasks, Date.now(), onStdout()));
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
  const wrong = tasks.filter(({ error }) => error !== null).map(({ number, error }) => oneLine(`#${number}  ${error}`));
  return wrong.length === 0 ? text : `${text}\n${wrong.map((line) => `${columns === null ? line : shortened(line, columns)}\n`).join('')}`;
}
