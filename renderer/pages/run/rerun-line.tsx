import { CornerDownRight, RotateCw } from 'lucide-react';
import { isTerminal, outcomeOf } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { rerunParts } from '../../format/rerun-words.ts';
import { endedAt, outcomeWord } from '../../format/words.ts';
import { runHash } from '../../router.ts';
import { useQueue } from '../../stores/queue.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** Runs of the same suite that are looked through for reruns of this one. */
const MOST_LATER = 200;

/** A run and its reruns as one story: what this one runs again, and which runs ran this one again. */
export function RerunLine({ task }: { task: Task }) {
  const ended = isTerminal(task.state.status);
  const reruns = useReruns(task, ended);
  if (task.rerun === null && reruns.length === 0) return null;
  return (
    <ul className="runhead__notes" aria-label="Reruns">
      {task.rerun !== null && task.rerunOf !== null && (
        <li>
          <RotateCw className="icon icon--xs" />
          <span>
            Runs{' '}
            {task.rerunOnly === null ? 'all tests' : task.rerun.failed === 1 ? 'the failed test' : `the ${task.rerun.failed} failed tests`}{' '}
            of{' '}
            <a className="link" href={runHash(task.rerunOf)}>
              #{task.rerun.number}
            </a>{' '}
            again{rerunParts(task.rerun.outcome)}.{task.rerun.note !== null && ` ${task.rerun.note}`}
          </span>
        </li>
      )}
      {reruns.map((rerun) => (
        <li key={rerun.id}>
          <CornerDownRight className="icon icon--xs" />
          <span>
            {rerun.rerunOnly === null ? 'Run again' : 'Failed tests run again'} as{' '}
            <a className="link" href={runHash(rerun.id)}>
              #{rerun.number}
            </a>
            , {outcomeWord(outcomeOf(rerun))}
            {rerunParts(rerun.rerun?.outcome ?? null)}.
          </span>
        </li>
      ))}
    </ul>
  );
}

function useReruns(task: Task, ended: boolean): Task[] {
  const active = useQueue((state) => state.running.length + state.waiting.length);
  const running = useQueue((state) => state.running);
  const waiting = useQueue((state) => state.waiting);
  const { project, category, environment } = task.config;
  const since = endedAt(task);
  const { value } = useAnswer(
    'listResults',
    ended && since !== null ? { limit: MOST_LATER, project, category, environment, since } : null,
    active,
  );
  const all = [...(value?.tasks ?? []), ...running.map((one) => one.task), ...waiting.map((one) => one.task)];
  return [...new Map(all.filter(({ rerunOf }) => rerunOf === task.id).map((one) => [one.id, one])).values()].sort(
    (a, b) => a.number - b.number,
  );
}
