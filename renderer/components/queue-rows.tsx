// biome-ignore-all lint/a11y/useSemanticElements: rows that are made only while in sight cannot lie in a <ul>.

import { memo } from 'react';
import { outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { changeSummary } from '../format/change-words.ts';
import { ago, spanWords } from '../format/units.ts';
import { endedAt, outcomeWord, priorityWord, type Summary, startedAt, summaryOf } from '../format/words.ts';
import { runHash } from '../router.ts';
import { TestNumbers, TestsBar } from './counts.tsx';
import { Glyph } from './glyph.tsx';

/** Category, project and branch, as a link over the whole row. `more` is what the row may have cut; it stands in the tooltip. */
export function What({ task, state, more }: { task: Task; state: string; more: string }) {
  return (
    <a
      className="over lrow__what"
      href={runHash(task.id)}
      data-row=""
      data-task={task.id}
      title={`${task.config.category} of ${task.projectName}\n${more}`}
    >
      <b>{task.config.category}</b>
      <span className="cut">
        {task.projectName}
        {task.git?.branch && <i>/</i>}
        {task.git?.branch}
      </span>
      <span className="sr-only">, {state}</span>
    </a>
  );
}

export function PriorityMark({ priority }: { priority: number }) {
  const { word, level } = priorityWord(priority);
  const bar = (n: number, x: number, y: number, height: number) => (
    <rect x={x} y={y} width="3" height={height} rx="1" fill={level >= n ? 'currentColor' : 'var(--track)'} />
  );
  return (
    <span className="prio" title={`${word} priority`}>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        {bar(1, 1, 9, 4)}
        {bar(2, 5.5, 5.5, 7.5)}
        {bar(3, 10, 2, 11)}
      </svg>
      <span>{word}</span>
    </span>
  );
}

/** What an ended task has to say. */
export function Change({ summary }: { summary: Summary }) {
  const tone = summary.tone === 'plain' ? undefined : `is-${summary.tone}`;
  return (
    <span className="change cut" title={summary.lead + summary.rest}>
      {summary.lead && <b className={tone}>{summary.lead}</b>}
      {summary.rest}
    </span>
  );
}

/** An ended task. */
export const FinishedRow = memo(function FinishedRow({ task, now }: { task: Task; now: number }) {
  const outcome = outcomeOf(task);
  const [start, end] = [startedAt(task), endedAt(task)];
  const summary = summaryOf(task);
  return (
    <div className="lrow done" role="listitem">
      {outcome !== 'running' && <Glyph name={outcome} />}
      <What task={task} state={outcomeWord(outcome)} more={summary.lead + summary.rest} />
      <Change summary={(outcome === 'failed' || outcome === 'passed' ? changeSummary(task) : null) ?? summary} />
      <span className="row">
        <TestsBar counts={task.counts} />
        <TestNumbers counts={task.counts} outcome={outcome} />
      </span>
      <span className="done__time small t2 right">{start !== null && end !== null ? spanWords(end - start) : ''}</span>
      <span className="small t3 right">{end === null ? '' : ago(end, now)}</span>
    </div>
  );
});
