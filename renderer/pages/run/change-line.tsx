import { Fragment } from 'react';
import type { Task } from '../../../contract/task.ts';
import { baseWords, changeParts } from '../../format/change-words.ts';
import { compareHash } from '../../router.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** `3 new failures, 1 fixed since the last run on main.` Nothing where there is no run to compare with. */
export function ChangeLine({ task }: { task: Task }) {
  const { change } = task;
  const { value } = useAnswer('compareRuns', change?.base ? { task: task.id } : null);
  if (!change?.base) return null;
  const parts = changeParts(change);
  const base = (value && baseWords(value)) ?? 'the run before';
  return (
    <p className="runhead__why">
      {parts.map(({ text, tone }, index) => (
        <Fragment key={text}>
          {index > 0 && ', '}
          {tone === 'plain' ? text : <b className={`is-${tone}`}>{text}</b>}
        </Fragment>
      ))}
      {parts.length === 0 ? `Nothing changed since ${base}.` : ` since ${base}.`}{' '}
      <a className="link" href={compareHash(task.id, change.base)}>
        Compare
      </a>
      {change.since !== null && ` It fails since #${change.since}.`}
      {change.recoveredAfter > 0 &&
        ` The first to pass after ${change.recoveredAfter} that ${change.recoveredAfter === 1 ? 'failed' : 'failed in a row'}.`}
    </p>
  );
}
