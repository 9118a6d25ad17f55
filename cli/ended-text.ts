import { outcomeOf } from '../contract/status.ts';
import { survivorsSentence } from '../contract/survivors.ts';
import type { Task } from '../contract/task.ts';
import { oneLine, type Paint } from './print.ts';
import { attemptText, countsText, limitText, nameOf, outcomeStyle, outcomeWord, rerunText, timeOf } from './words.ts';

/** An ended task in a line, with what went wrong and where its result lies below. */
export function endedText(task: Task, paint: Paint): string {
  const time = timeOf(task, Date.now());
  const attempt = task.attempts.length > 1 ? attemptText(task) : '';
  const facts = [task.counts ? countsText(task.counts) : '', attempt, time === '' ? 'never ran' : time]
    .filter((part) => part !== '')
    .join(' · ');
  const lines = [`${paint(outcomeStyle(outcomeOf(task)), outcomeWord(task))}  ${oneLine(nameOf(task))} · ${facts} · ${task.id}`];
  if (task.error !== null) lines.push(`  ${oneLine(task.error)}`);
  const rerun = rerunText(task);
  if (rerun !== null) lines.push(`  ${oneLine(rerun)}`);
  // The message already begins with the first of them.
  for (const title of task.failedTests) if (!task.error?.startsWith(title)) lines.push(`  ${paint('red', '✗')} ${oneLine(title)}`);
  for (const title of task.flakyTests) lines.push(`  ${paint('yellow', '~')} ${oneLine(title)}`);
  const last = task.attempts.at(-1);
  if (last?.suspect === 'cpu_limit')
    lines.push('  The CPU limit may be why: tests timed out while it held them back (suspect: cpu_limit).');
  for (const limit of last?.limits ?? []) if (limit.kind !== 'priority') lines.push(`  limit: ${oneLine(limitText(limit))}`);
  const survivors = survivorsSentence(task);
  if (survivors !== null) lines.push(`  ${paint('red', oneLine(survivors))}`);
  if (task.resultFile !== null) lines.push(paint('dim', `  ${task.resultFile}`));
  return `${lines.join('\n')}\n`;
}
