import { changeText } from '../../contract/change-text.ts';
import type { Change, Comparison } from '../../contract/insights.ts';
import type { Task } from '../../contract/task.ts';
import { count } from './units.ts';
import type { Summary } from './words.ts';

/** A part of a sentence with its tone. */
export interface ToldChange {
  text: string;
  tone: 'fail' | 'pass' | 'flaky' | 'plain';
}

/** `3 new failures`, `1 fixed`, `2 known flaky`: what a run changed, what needs somebody first; empty where it changed nothing. */
export function changeParts(change: Pick<Change, 'new' | 'fixed' | 'stillFailing' | 'knownFlaky'>): ToldChange[] {
  const parts: [n: number, text: string, tone: ToldChange['tone']][] = [
    [change.new, count(change.new, 'new failure'), 'fail'],
    [change.fixed, `${change.fixed} fixed`, 'pass'],
    [change.stillFailing, `${change.stillFailing} still failing`, 'plain'],
    [change.knownFlaky, `${change.knownFlaky} known flaky`, 'flaky'],
  ];
  return parts.flatMap(([n, text, tone]) => (n > 0 ? { text, tone } : []));
}

/** `2 new failures, 1 fixed`, `Recovered after 2 failed runs`: what an ended run changed, in one line; null where it changed nothing. */
export function changeSummary(task: Task): Summary | null {
  const text = changeText(task);
  const [, lead = '', rest = ''] = /^(Recovered|Still failing|[^,]*)(.*)$/.exec(text ?? '') ?? [];
  if (lead === '') return null;
  const tone = /^Recovered|fixed$/.test(lead) ? 'pass' : /flaky$/.test(lead) ? 'flaky' : 'fail';
  return { lead, tone, rest };
}

/** What a run is compared with: `the last run on main`, `the last run on this branch`, `the run before`; null where with none. */
export function baseWords({ base, chosen, run }: Pick<Comparison, 'base' | 'chosen' | 'run'>): string | null {
  if (base === null || chosen === null) return null;
  switch (chosen) {
    case 'main_branch':
      return base.branch === null || base.branch === run.branch ? 'the last run on this branch' : `the last run on ${base.branch}`;
    case 'same_branch':
      return 'the last run on this branch';
    case 'previous':
      return 'the run before';
    case 'asked':
      return `#${base.number}`;
  }
}
