import { changeText } from '../contract/change-text.ts';
import { outcomeOf } from '../contract/status.ts';
import { survivorsSentence } from '../contract/survivors.ts';
import type { Task } from '../contract/task.ts';
import { oneLine, type Paint } from './print.ts';
import { attemptText, causeText, countsText, limitText, nameOf, outcomeStyle, outcomeWord, rerunText, timeOf } from './words.ts';

/** An ended task in a line, with what went wrong and where its result lies below. */
export function endedText(task: Task, paint: Paint): string {
  const time = timeOf(task, Date.now());
  const attempt = task.attempts.length > 1 ? attemptText(task) : '';
  const facts = [task.counts ? countsText(task.counts) : '', attempt, time === '' ? 'never ran' : time]
    .filter((part) => part !== '')
    .join(' · ');
  const lines = [`${paint(outcomeStyle(outcomeOf(task)), outcomeWord(task))}  ${oneLine(nameOf(task))} · ${facts} · ${task.id}`];
  const change = changeText(task);
  if (change !== null) lines.push(`  ${change}`);
  if (task.error !== null) lines.push(`  ${oneLine(task.error)}`);
  lines.push(...whyLines(task));
  const rerun = rerunText(task);
  if (rerun !== null) lines.push(`  ${oneLine(rerun)}`);
  // The message already begins with the first of them.
  for (const title of task.failedTests) if (!task.error?.startsWith(title)) lines.push(`  ${paint('red', '✗')} ${oneLine(title)}`);
  for (const title of task.flakyTests) lines.push(`  ${paint('yellow', '~')} ${oneLine(title)}`);
  for (const title of task.quarantinedTests ?? []) lines.push(`  ${paint('yellow', '~')} in quarantine: ${oneLine(title)}`);
  const last = task.attempts.at(-1);
  if (last?.suspect === 'cpu_limit')
    lines.push('  The CPU limit may be why: tests timed out while it held them back (suspect: cpu_limit).');
  for (const warning of last?.warnings ?? []) lines.push(paint('yellow', `  ${oneLine(warning)}`));
  // What did not hold is among the warnings.
  for (const limit of last?.limits ?? [])
    if (limit.kind !== 'priority' && limit.notEnforcedBecause === null) lines.push(`  limit: ${oneLine(limitText(limit))}`);
  const survivors = survivorsSentence(task);
  if (survivors !== null) lines.push(`  ${paint('red', oneLine(survivors))}`);
  if (task.resultFile !== null) lines.push(paint('dim', `  ${task.resultFile}`));
  return `${lines.join('\n')}\n`;
}

const MOST_CAUSES = 5;

/** Why its tests failed, where there is more to tell than the error does. */
function whyLines({ failureGroups = [] }: Task): string[] {
  const failures = failureGroups.reduce((sum, { count }) => sum + count, 0);
  if (failures < 2) return [];
  return failureGroups.slice(0, MOST_CAUSES).map((group, index) => `  ${index === 0 ? 'Why: ' : '     '}${causeText(group)}`);
}
