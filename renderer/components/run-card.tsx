import { GitBranch, Terminal } from 'lucide-react';
import { memo } from 'react';
import type { Sample } from '../../contract/attempt.ts';
import type { Progress } from '../../contract/result.ts';
import type { TaskDetail } from '../../contract/views.ts';
import { attemptOfAll, attemptWord, backOff } from '../format/attempt-words.ts';
import { isNear, limitsOf, memoryOf, ofCores } from '../format/limits.ts';
import { cores, count, duration, memory } from '../format/units.ts';
import { countdown, leftWords } from '../format/waiting-words.ts';
import { shortCommit, startedAt } from '../format/words.ts';
import { stripAnsi, visibleLine } from '../log/ansi.ts';
import { runHash } from '../router.ts';
import { useNow, useSecond } from '../stores/clock.ts';
import { useQueue } from '../stores/queue.ts';
import type { Live } from '../stores/queue-state.ts';
import { CancelButton } from './cancel-button.tsx';
import { Chart } from './chart.tsx';
import { MEASURES, type Measure } from './chart-options.ts';
import { Glyph, RunningRing } from './glyph.tsx';
import { ProgressBar, progressShare, progressWords } from './progress.tsx';

/** A running task. Each live number has a place of its own, so that nothing moves when it changes. */
export const RunCard = memo(function RunCard({ detail, live }: { detail: TaskDetail; live: Live | undefined }) {
  const { task, progress } = detail;
  const samples = live?.samples ?? [];
  const limits = limitsOf(
    task,
    useQueue((state) => state.machine?.cores ?? null),
  );
  const between = backOff(task);
  const attempt = attemptOfAll(task);
  return (
    <article className="card">
      <div className="card__in">
        <header className="card__head">
          <RunningRing share={progressShare(progress)} />
          <div className="cut">
            <div className="card__title">
              <a className="over cut" href={runHash(task.id)} data-row="">
                <b>{task.config.category}</b>
                <span className="t2 card__project">{task.projectName}</span>
              </a>
            </div>
            <div className="card__meta">
              {task.git?.branch && <GitBranch className="icon icon--xs" />}
              {task.git?.branch && <span className="cut">{task.git.branch}</span>}
              {task.git && <span className="sha">{shortCommit(task.git.commit)}</span>}
              <span className="tag">{task.config.environment}</span>
              {attempt !== null && <span className="card__attempt">{attempt}</span>}
            </div>
          </div>
          <div className="card__side">
            <span className="card__time">
              <Elapsed since={startedAt(task)} /> <Whole task={task} estimatedEndAt={detail.estimatedEndAt} />
            </span>
            <span className="swap card__under">
              <span className="swap__rest card__left">
                <Remark detail={detail} />
              </span>
              <span className="swap__act card__acts">
                <CancelButton task={task} />
              </span>
            </span>
          </div>
        </header>
        <ProgressBar progress={progress} />
        <div className="now">
          <b>{between === null ? progressWords(progress) : `Attempt ${between.ended.attempt}`}</b>
          <span className="cut t2" title={progress?.current?.title}>
            {between === null ? (progress?.current?.title ?? '') : attemptWord(between.ended)}
          </span>
          <span className="small t3">{progress?.current ? <Elapsed since={progress.current.startedAt} plain /> : null}</span>
        </div>
        <div className="facts">
          <Facts progress={progress} />
          <Metric measure="cpu" samples={samples} limit={limits.cpu} />
          <Metric measure="memory" samples={samples} limit={limits.memory} />
        </div>
      </div>
      <div className="out">
        <Terminal className="icon icon--xs" />
        <span className="cut">{live?.lastLine ? stripAnsi(visibleLine(live.lastLine)) : ''}</span>
      </div>
    </article>
  );
});

/** A shorter estimate would be no more than 0:00. */
const LEAST_ESTIMATE_MS = 60_000;

/** How long it takes as a rule, else how long it may. */
export function Whole({ task, estimatedEndAt }: Pick<TaskDetail, 'task' | 'estimatedEndAt'>) {
  const now = useNow();
  const start = startedAt(task);
  const usual = start === null || estimatedEndAt == null || estimatedEndAt <= now ? 0 : estimatedEndAt - start;
  if (usual >= LEAST_ESTIMATE_MS) return <>/ about {duration(usual)}</>;
  return <>of {task.config.timeoutMinutes} min</>;
}

function Remark({ detail: { task, estimatedEndAt } }: { detail: TaskDetail }) {
  const now = useNow();
  const between = backOff(task);
  if (task.cancelRequestedAt !== null) return 'cancelling';
  if (task.state.status === 'starting') return 'starting';
  if (between !== null) return <Countdown to={between.at} />;
  return leftWords(estimatedEndAt, now) || (task.foreground ? 'in the foreground' : `#${task.number}`);
}

/** `next attempt in 25 s`, ticking. */
export function Countdown({ to }: { to: number }) {
  return <>next attempt in {countdown(to, useSecond())}</>;
}

/** How long since then, ticking. */
export function Elapsed({ since, plain = false }: { since: number | null; plain?: boolean }) {
  const now = useSecond();
  const text = since === null ? '0:00' : duration(now - since);
  return plain ? text : <b>{text}</b>;
}

export function Facts({ progress }: { progress: Progress | null }) {
  const { failed = 0, flaky = 0 } = progress ?? {};
  return (
    <div className="facts__marks">
      {failed > 0 && (
        <span className="fact fact--bad above" title={progress?.failures.map(({ title }) => stripAnsi(title)).join('\n')}>
          <Glyph name="failed" size="s" silent />
          {failed} failed
        </span>
      )}
      {flaky > 0 && (
        <span className="fact">
          <Glyph name="flaky" size="s" silent />
          {flaky} flaky
        </span>
      )}
      {failed + flaky === 0 && progress !== null && progress.done > 0 && (
        <span className="fact">{progress.skipped > 0 ? count(progress.skipped, 'skipped', 'skipped') : 'none failed'}</span>
      )}
    </div>
  );
}

function Metric({ measure, samples, limit }: { measure: Measure; samples: readonly Sample[]; limit: number | null }) {
  const last = samples.at(-1);
  const first = samples.at(0);
  const [number, unit] = last ? metricWords(measure, last, limit) : ['', ''];
  const near = last !== undefined && isNear(MEASURES[measure].of(last), limit);
  return (
    <div className="metric">
      <Chart measure={measure} samples={samples} startedAt={first?.at ?? 0} height={28} limit={limit} spark />
      <dl>
        <dt>{measure === 'cpu' ? 'CPU' : 'Memory'}</dt>
        <dd>
          <b className={near ? 'is-flaky' : undefined}>{number}</b> {unit}
        </dd>
      </dl>
    </div>
  );
}

function metricWords(measure: Measure, last: Sample, limit: number | null): string[] {
  if (measure === 'cpu') return [cores(last.cpu), limit === null ? 'cores' : ofCores(limit)];
  return limit === null ? memory(last.memory).split(' ') : memoryOf(last.memory, limit);
}
