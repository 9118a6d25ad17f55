import { GitBranch, Terminal } from 'lucide-react';
import { memo } from 'react';
import type { TaskDetail } from '../../contract/api.ts';
import type { Sample } from '../../contract/attempt.ts';
import type { Progress } from '../../contract/result.ts';
import { cores, count, duration, memory } from '../format/units.ts';
import { shortCommit, startedAt } from '../format/words.ts';
import { stripAnsi, visibleLine } from '../log/ansi.ts';
import { runHash } from '../router.ts';
import { useSecond } from '../stores/clock.ts';
import type { Live } from '../stores/queue-state.ts';
import { CancelButton } from './cancel-button.tsx';
import { Chart } from './chart.tsx';
import type { Measure } from './chart-options.ts';
import { Glyph, RunningRing } from './glyph.tsx';
import { ProgressBar, progressShare, progressWords } from './progress.tsx';

/** A running task. Each live number has a place of its own, so that nothing moves when it changes. */
export const RunCard = memo(function RunCard({ detail, live }: { detail: TaskDetail; live: Live | undefined }) {
  const { task, progress } = detail;
  const samples = live?.samples ?? [];
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
            </div>
          </div>
          <div className="card__side">
            <span className="card__time">
              <Elapsed since={startedAt(task)} /> of {task.config.timeoutMinutes} min
            </span>
            <span className="swap card__under">
              <span className="swap__rest card__left">{remark(detail)}</span>
              <span className="swap__act card__acts">
                <CancelButton task={task} compact />
              </span>
            </span>
          </div>
        </header>
        <ProgressBar progress={progress} />
        <div className="now">
          <b>{progressWords(progress)}</b>
          <span className="cut t2" title={progress?.current?.title}>
            {progress?.current?.title ?? ''}
          </span>
          <span className="small t3">{progress?.current ? <Elapsed since={progress.current.startedAt} plain /> : null}</span>
        </div>
        <div className="facts">
          <Facts progress={progress} />
          <Metric measure="cpu" samples={samples} />
          <Metric measure="memory" samples={samples} />
        </div>
      </div>
      <div className="out">
        <Terminal className="icon icon--xs" />
        <span className="cut">{live?.lastLine ? stripAnsi(visibleLine(live.lastLine)) : ''}</span>
      </div>
    </article>
  );
});

function remark({ task }: TaskDetail): string {
  if (task.cancelRequestedAt !== null) return 'cancelling';
  if (task.state.status === 'starting') return 'starting';
  if (task.config.maxRetries > 0) return `attempt ${Math.max(1, task.attempts.length)} of ${task.config.maxRetries + 1}`;
  return task.foreground ? 'in the foreground' : `#${task.number}`;
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
        <span className="fact fact--bad">
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

function Metric({ measure, samples }: { measure: Measure; samples: readonly Sample[] }) {
  const last = samples.at(-1);
  const first = samples.at(0);
  const [number, unit] =
    measure === 'cpu' ? [last ? cores(last.cpu) : '', last ? 'cores' : ''] : (last ? memory(last.memory) : ' ').split(' ');
  return (
    <div className="metric">
      <Chart measure={measure} samples={samples} startedAt={first?.at ?? 0} height={28} spark />
      <dl>
        <dt>{measure === 'cpu' ? 'CPU' : 'Memory'}</dt>
        <dd>
          <b>{number}</b> {unit}
        </dd>
      </dl>
    </div>
  );
}
