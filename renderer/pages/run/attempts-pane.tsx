import { TriangleAlert } from 'lucide-react';
import { isTerminal } from '../../../contract/status.ts';
import type { Attempt, Task } from '../../../contract/task.ts';
import { TestNumbers, TestsBar } from '../../components/counts.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { Countdown, Elapsed } from '../../components/run-card.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { attemptGlyph, attemptWord, backOff, causeSentence, exitWords } from '../../format/attempt-words.ts';
import { limitWords } from '../../format/limits.ts';
import { cores, memory, spanWords, timeOfDay } from '../../format/units.ts';
import { shortCommit } from '../../format/words.ts';
import { type RunTab, replaceHash, runHash } from '../../router.ts';
import { chooseAttempt } from '../../stores/run.ts';

/** Each attempt: how it ended and why, what was asked to limit it, and the way to its tests, log and charts. */
export function AttemptsPane({ task }: { task: Task }) {
  const between = backOff(task);
  if (task.attempts.length === 0)
    return (
      <p className="quiet">
        {isTerminal(task.state.status) ? 'It ended before it had started.' : 'The first attempt begins when it starts.'}
      </p>
    );
  return (
    <ScrollRegion label="Attempts">
      <ol className="attempts">
        {task.attempts.map((attempt) => (
          <OneAttempt key={attempt.attempt} task={task} attempt={attempt} />
        ))}
        {between !== null && (
          <li className="att att--next">
            <Glyph name="queued" silent />
            <span className="t2">
              <Countdown to={between.at} />
            </span>
          </li>
        )}
      </ol>
    </ScrollRegion>
  );
}

function OneAttempt({ task, attempt }: { task: Task; attempt: Attempt }) {
  const { attempt: number, counts, startedAt, endedAt, durationMs, warnings } = attempt;
  const cause = causeSentence(attempt);
  const look = (tab: RunTab) => {
    chooseAttempt(number === task.attempts.length ? null : number);
    replaceHash(runHash(task.id, tab));
  };
  return (
    <li className="att">
      <Glyph name={attemptGlyph(attempt)} silent />
      <div className="att__in">
        <header className="att__head">
          <h2>
            Attempt {number} <span className="att__word">{attemptWord(attempt)}</span>
          </h2>
          {task.decidedBy === number && task.attempts.length > 1 && <span className="tag">decided</span>}
          <span className="grow" />
          <span className="att__time">
            {durationMs !== null ? <b>{spanWords(durationMs)}</b> : attempt.end === null && <Elapsed since={startedAt} />}
            {startedAt !== null && ` ${timeOfDay(startedAt)}${endedAt === null ? '' : ` to ${timeOfDay(endedAt)}`}`}
          </span>
        </header>
        {cause !== null && <p className="att__cause">{cause}</p>}
        {counts !== null && counts.total > 0 && (
          <div className="row att__tests">
            <TestsBar counts={counts} />
            <TestNumbers counts={counts} outcome={attempt.verdict ?? 'none'} />
          </div>
        )}
        <AttemptFacts task={task} attempt={attempt} />
        {warnings.length > 0 && (
          <ul className="att__warnings" aria-label={`Warnings of attempt ${number}`}>
            {warnings.map((warning) => (
              <li key={warning}>
                <TriangleAlert className="icon icon--xs" />
                {warning}
              </li>
            ))}
          </ul>
        )}
        <div className="row">
          {(['tests', 'log', 'resources'] as const).map((tab) => (
            <button
              key={tab}
              type="button"
              className="btn btn--s"
              onClick={() => look(tab)}
              aria-label={`${NAMES[tab]} of attempt ${number}`}
            >
              {NAMES[tab]}
            </button>
          ))}
        </div>
      </div>
    </li>
  );
}

const NAMES = { tests: 'Tests', log: 'Log', resources: 'Resources' } as const;

function AttemptFacts({ task, attempt }: { task: Task; attempt: Attempt }) {
  const { end, limits, suspect, peakMemoryMb, meanCpuPercent, git } = attempt;
  const exit = exitWords(attempt);
  const processes = (notes: { pid: number; command: string }[]) => notes.map(({ pid, command }) => `${pid} ${command}`).join('\n');
  const otherCommit = git !== null && git.commit !== task.attempts[0]?.git?.commit;
  return (
    <dl className="att__facts">
      {exit !== null && (
        <>
          <dt>Ended with</dt>
          <dd>{exit}</dd>
        </>
      )}
      {peakMemoryMb !== null && (
        <>
          <dt>Used</dt>
          <dd>
            {memory(peakMemoryMb)} at most{meanCpuPercent !== null && `, ${cores(meanCpuPercent)} cores on average`}
          </dd>
        </>
      )}
      {otherCommit && (
        <>
          <dt>Commit</dt>
          <dd className="sha">{shortCommit(git.commit)}</dd>
        </>
      )}
      {limits.map((limit) => {
        const { what, how, held } = limitWords(limit);
        return (
          <div key={limit.kind} className="att__fact">
            <dt>{what}</dt>
            <dd className={held ? undefined : 'is-flaky'}>{how}</dd>
          </div>
        );
      })}
      {suspect === 'cpu_limit' && (
        <>
          <dt>Suspect</dt>
          <dd className="is-flaky">the CPU limit stopped its tests at times, and some ran out of time</dd>
        </>
      )}
      {end !== null && end.survivors.length > 0 && (
        <>
          <dt>Still alive</dt>
          <dd className="mono is-fail">{processes(end.survivors)}</dd>
        </>
      )}
      {end !== null && end.notChecked.length > 0 && (
        <>
          <dt title="Processes of yours whose environment could not be read: nobody can say that they were not part of it">Not checked</dt>
          <dd className="mono">{processes(end.notChecked)}</dd>
        </>
      )}
    </dl>
  );
}
