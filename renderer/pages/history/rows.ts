import type { Task } from '../../../contract/task.ts';
import { groupBy } from '../../format/group-by.ts';
import { count, dayName, dayStart } from '../../format/units.ts';
import { endedAt } from '../../format/words.ts';
import { tally } from '../../stores/history.ts';

/** A line of the table: the head of a day, or a run. */
export type HistoryItem = { kind: 'day'; key: string; name: string; note: string } | { kind: 'run'; key: string; task: Task };

/** Ended tasks, newest first, with a head above each day. */
export function historyItems(tasks: readonly Task[], now: number): HistoryItem[] {
  const days = groupBy(tasks, (task) => dayStart(endedAt(task) ?? 0));
  return [...days].flatMap(([day, ofDay]): HistoryItem[] => {
    const { failed } = tally(ofDay);
    const note = count(ofDay.length, 'run') + (failed > 0 ? `, ${failed} failed` : '');
    return [
      { kind: 'day', key: `day ${day}`, name: dayName(day, now), note },
      ...ofDay.map((task): HistoryItem => ({ kind: 'run', key: task.id, task })),
    ];
  });
}
