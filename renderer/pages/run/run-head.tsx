import { Clock, GitBranch, GitCommitHorizontal } from 'lucide-react';
import type { TestCounts } from '../../../contract/result.ts';
import { isTerminal, outcomeOf } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import type { TaskDetail } from '../../../contract/views.ts';
import { TestsBar } from '../../components/counts.tsx';
import { Glyph, RunningRing } from '../../components/glyph.tsx';
import { ProgressBar, progressShare, progressWords } from '../../components/progress.tsx';
import { Elapsed, Facts, Whole } from '../../components/run-card.tsx';
import { attemptGlyph, backOff } from '../../format/attempt-words.ts';
import { ago, count, spanWords, timeOfDay } from '../../format/units.ts';
import { startWords } from '../../format/waiting-words.ts';
import { endedAt, outcomeWord, shortCommit, startedAt, summaryOf } from '../../format/words.ts';
import { useNow } from '../../stores/clock.ts';
import { useQueue } from '../../stores/queue.ts';
import { attemptOf, chooseAttempt, useRun } from '../../stores/run.ts';
import { AttemptsNotes } from './attempts-notes.tsx';
import { ChangeLine } from './change-line.tsx';
import { RerunLine } from './rerun-line.tsx';

/** How a run stands: its outcome and why, or its progress, and what was tested. */
export function RunHead({ task, detail }: { task: Task; detail: TaskDetail | null }) {
  const progress = isTerminal(task.state.status) ? null : (detail?.progress ?? null);
  const outcome = outcomeOf(task);
  const ended = isTerminal(task.state.status);
  const { category } = task.config;
  const counts = ended && task.counts !== null && task.counts.total > 0 ? task.counts : null;
  return (
    <section className={counts === null ? 'runhead runhead--two' : 'runhead'} aria-label="Outcome">
      {outcome === 'running' ? <RunningRing share={progressShare(progress)} /> : <Glyph name={outcome} size="l" />}
      <div>
        <h1>
          <span className="cut">{ended ? `${category} ${outcome === 'none' ? 'has no results' : outcomeWord(outcome)}` : category}</span>
          <small className="cut">{task.projectName}</small>
          {outcome === 'running' && (
            <>
              <span className="grow" />
              <span className="runhead__time">
                <Elapsed since={startedAt(task)} /> <Whole task={task} estimatedEndAt={detail?.estimatedEndAt ?? null} />
              </span>
            </>
          )}
        </h1>
        {outcome === 'running' && (
          <div className="runhead__live">
            <ProgressBar progress={progress} />
            <div className="runhead__line">
              <b>{backOff(task) === null ? progressWords(progress) : 'Waiting'}</b>
              <Facts progress={progress} />
              <span className="t2 cut">{progress?.current?.title}</span>
              <span>{progress?.current && <Elapsed since={progress.current.startedAt} plain />}</span>
            </div>
          </div>
        )}
        {outcome === 'queued' && <WhyItWaits detail={detail} />}
        {ended && <ChangeLine task={task} />}
        {ended && <Why task={task} />}
        <RerunLine task={task} />
        <AttemptsNotes task={task} />
      </div>
      {counts !== null && <Counts counts={counts} />}
      <Meta task={task} ended={ended} />
    </section>
  );
}

/** The reason, its place in the queue, and when it will probably start. */
function WhyItWaits({ detail }: { detail: TaskDetail | null }) {
  const now = useNow();
  const before = useQueue((state) => state.waiting.findIndex(({ task }) => task.id === detail?.task.id));
  if (detail === null) return null;
  const start = detail.task.pausedAt === null && detail.waitingFor !== 'pause' ? startWords(detail, now) : '';
  return (
    <p className="runhead__why">
      {detail.waiting ?? 'It starts next.'}
      {before > 0 && ` ${count(before, 'task')} before it.`}
      {start !== '' && ` It starts ${/^\d/.test(start) ? 'at ' : ''}${start}.`}
    </p>
  );
}

function Why({ task }: { task: Task }) {
  const { lead, tone, rest } = summaryOf(task);
  const last = task.attempts.at(-1);
  const code = last?.end?.exitCode;
  const outcome = outcomeOf(task);
  const tellsCode = code !== null && code !== undefined && (outcome === 'failed' || outcome === 'none') && !/exit code/i.test(rest);
  const text = `${rest}${/[.!?…]$/.test(rest) || (lead === '' && rest === '') ? '' : '.'}`;
  return (
    <p className="runhead__why" title={lead + text}>
      {lead && <b className={tone === 'plain' ? undefined : `is-${tone}`}>{lead}</b>}
      {text}
      {tellsCode && ` The runner ended with exit code ${code}.`}
      {last?.end?.message && last.end.message !== task.error && ` ${last.end.message}`}
    </p>
  );
}

function Counts({ counts }: { counts: TestCounts }) {
  const { passed, failed, flaky, skipped } = counts;
  return (
    <div className="runhead__counts">
      <TestsBar counts={counts} />
      <span className="nums">
        {passed > 0 && (
          <span>
            <Glyph name="passed" size="s" />
            {passed}
          </span>
        )}
        {failed > 0 && (
          <span className="is-fail">
            <Glyph name="failed" size="s" />
            {failed}
          </span>
        )}
        {flaky > 0 && (
          <span className="is-flaky">
            <Glyph name="flaky" size="s" />
            {flaky}
          </span>
        )}
        {skipped > 0 && <span>{skipped} skipped</span>}
      </span>
    </div>
  );
}

function Meta({ task, ended }: { task: Task; ended: boolean }) {
  const now = useNow();
  const [start, end] = [startedAt(task), endedAt(task)];
  return (
    <div className="runhead__meta">
      {task.git?.branch && (
        <span>
          <GitBranch className="icon icon--xs" />
          <b className="cut" title={task.git.branch}>
            {task.git.branch}
          </b>
        </span>
      )}
      {task.git && (
        <span>
          <GitCommitHorizontal className="icon icon--xs" />
          <span className="sha">{shortCommit(task.git.commit)}</span>
          {task.git.changedFiles > 0 && `and ${task.git.changedFiles} changed`}
        </span>
      )}
      <span>
        <b>{task.config.environment}</b>
      </span>
      {start !== null && end !== null && (
        <span>
          <Clock className="icon icon--xs" />
          <b>{spanWords(end - start)}</b>
        </span>
      )}
      {start !== null && end !== null ? (
        <span title={new Date(end).toLocaleString()}>
          {timeOfDay(start)} to {timeOfDay(end)}, {ago(end, now)}
        </span>
      ) : (
        !ended && <span>queued {ago(task.state.queuedAt, now)}</span>
      )}
      {(task.attempts.length > 1 || (task.config.maxRetries > 0 && task.attempts.length > 0)) && <Attempts task={task} />}
    </div>
  );
}

function Attempts({ task }: { task: Task }) {
  const shown = useRun(attemptOf);
  if (task.attempts.length === 1) return <span>attempt 1 of {task.config.maxRetries + 1}</span>;
  return (
    <fieldset aria-label="Attempts">
      Attempt
      {task.attempts.map((attempt) => {
        const last = attempt.attempt === task.attempts.length;
        return (
          <button
            key={attempt.attempt}
            type="button"
            className="chip attempt"
            aria-pressed={attempt.attempt === shown}
            title={attempt.durationMs === null ? undefined : `${spanWords(attempt.durationMs)}${attempt.error ? `: ${attempt.error}` : ''}`}
            onClick={() => chooseAttempt(last ? null : attempt.attempt)}
          >
            <Glyph name={attemptGlyph(attempt)} size="s" />
            {attempt.attempt}
          </button>
        );
      })}
    </fieldset>
  );
}
