import { RotateCw, TriangleAlert } from 'lucide-react';
import { survivorsSentence } from '../../../contract/survivors.ts';
import type { Task } from '../../../contract/task.ts';
import { Countdown } from '../../components/run-card.tsx';
import { attemptNotes, attemptWord, backOff } from '../../format/attempt-words.ts';

/** Below the outcome: the back-off while it lasts, which attempt decided, what was flaky or suspicious, and what is still alive. */
export function AttemptsNotes({ task }: { task: Task }) {
  const between = backOff(task);
  const survivors = survivorsSentence(task);
  const notes = attemptNotes(task);
  if (between === null && survivors === null && notes.length === 0) return null;
  return (
    <ul className="runhead__notes" aria-label="About the attempts">
      {between !== null && (
        <li>
          <RotateCw className="icon icon--xs" />
          <span>
            Attempt {between.ended.attempt} {attemptWord(between.ended)}, <Countdown to={between.at} />.
          </span>
        </li>
      )}
      {survivors !== null && (
        <li className="is-fail">
          <TriangleAlert className="icon icon--xs" />
          <span>{survivors}.</span>
        </li>
      )}
      {notes.length > 0 && (
        <li>
          <span>{notes.join(' ')}</span>
        </li>
      )}
    </ul>
  );
}
