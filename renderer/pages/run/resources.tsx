import { Fragment } from 'react';
import { isTerminal } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { NamedChart } from '../../components/chart.tsx';
import type { Measure } from '../../components/chart-options.ts';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { limitsOf, limitWords } from '../../format/limits.ts';
import { priorityWord } from '../../format/words.ts';
import { useQueue } from '../../stores/queue.ts';
import { attemptOf, useRun } from '../../stores/run.ts';

const MEASURES_SHOWN: readonly Measure[] = ['cpu', 'memory', 'processes'];

function Charts({ task, height }: { task: Task; height: number }) {
  const limits = {
    ...limitsOf(
      task,
      useQueue((state) => state.machine?.cores ?? null),
    ),
    processes: null,
  };
  const live = !isTerminal(task.state.status);
  const samples = useRun((state) => state.samples);
  const startedAt = useRun((state) => state.startedAt) ?? samples[0]?.at ?? 0;
  return MEASURES_SHOWN.map((measure) => (
    <NamedChart
      key={measure}
      measure={measure}
      samples={samples}
      startedAt={startedAt}
      height={height}
      limit={limits[measure]}
      live={live}
    />
  ));
}

/** Small charts beside tests and log. */
export function AsideCharts({ task }: { task: Task }) {
  const live = !isTerminal(task.state.status);
  const none = useRun((state) => state.samples.length === 0);
  const started = useRun(attemptOf) > 0;
  return !started || (none && !live) ? null : <Charts task={task} height={92} />;
}

/** CPU, memory and processes of the whole tree, over the time of the attempt. */
export function ResourcesPane({ task }: { task: Task }) {
  const none = useRun((state) => state.samples.length === 0);
  const ended = isTerminal(task.state.status);
  return (
    <ScrollRegion label="Charts">
      {none ? (
        <p className="quiet">
          {ended ? 'This attempt ended before it was measured.' : 'Measured once a second as soon as the run has started.'}
        </p>
      ) : (
        <div className="charts">
          <Charts task={task} height={168} />
        </div>
      )}
    </ScrollRegion>
  );
}

/** What the run was asked to be. */
export function Details({ task }: { task: Task }) {
  const { timeoutMinutes, maxRetries, priority, noOutputTimeoutMinutes, queueTimeoutMinutes } = task.config;
  const limits = task.attempts.at(-1)?.limits ?? [];
  return (
    <div className="side">
      <h2>Details</h2>
      <dl className="kv">
        <dt>Timeout</dt>
        <dd>{timeoutMinutes} min</dd>
        <dt>Retries</dt>
        <dd>{maxRetries}</dd>
        {noOutputTimeoutMinutes !== null && noOutputTimeoutMinutes > 0 && (
          <>
            <dt>No output</dt>
            <dd>{noOutputTimeoutMinutes} min</dd>
          </>
        )}
        {queueTimeoutMinutes !== null && (
          <>
            <dt>Waits at most</dt>
            <dd>{queueTimeoutMinutes} min</dd>
          </>
        )}
        {limits
          .filter(({ kind }) => kind !== 'priority')
          .map((limit) => {
            const { what, how, held } = limitWords(limit);
            return (
              <Fragment key={limit.kind}>
                <dt>{what}</dt>
                <dd className={held ? undefined : 'is-flaky'}>{how}</dd>
              </Fragment>
            );
          })}
        <dt>Priority</dt>
        <dd>{priorityWord(priority).word}</dd>
        <dt>Command</dt>
        <dd className="mono">{task.commandLine}</dd>
        {task.resultFile && (
          <>
            <dt>Result</dt>
            <dd className="mono">
              {task.resultFile.startsWith(`${task.config.project}/`)
                ? task.resultFile.slice(task.config.project.length + 1)
                : task.resultFile}
            </dd>
          </>
        )}
        <dt>Id</dt>
        <dd className="mono">{task.id}</dd>
      </dl>
    </div>
  );
}
