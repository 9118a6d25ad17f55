import { Tabs } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Artifact } from '../../../contract/artifact.ts';
import { isTerminal } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { CannotShow } from '../../components/cannot-show.tsx';
import { progressWords } from '../../components/progress.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { CrumbBar } from '../../components/top-bar.tsx';
import { RUN_TABS, type RunTab, replaceHash, runHash } from '../../router.ts';
import { useQueue } from '../../stores/queue.ts';
import { findDetail } from '../../stores/queue-state.ts';
import { attemptOf, openRun, useRun } from '../../stores/run.ts';
import { useAnswer } from '../../stores/use-answer.ts';
import { ArtifactsPane } from './artifacts-list.tsx';
import { AttemptsPane } from './attempts-pane.tsx';
import { ExportButtons } from './export-menu.tsx';
import { LogPane } from './log-pane.tsx';
import { AsideCharts, Details, ResourcesPane } from './resources.tsx';
import { RunAction } from './run-action.tsx';
import { RunFailed } from './run-failed.tsx';
import { RunHead } from './run-head.tsx';
import { TestsPane } from './tests-pane.tsx';

const NONE: readonly Artifact[] = [];

/** One task: how it stands, its tests, its log and its charts. */
export function RunPage({ id, tab }: { id: string; tab: RunTab | null }) {
  useEffect(() => openRun(id), [id]);
  // At the first drawing the store still holds the run before.
  const task = useRun((state) => (state.id === id ? state.task : null));
  const error = useRun((state) => (state.id === id ? state.error : null));
  if (task === null) {
    return (
      <>
        <CrumbBar from="History" name="Run" id={id} />
        {error !== null && <CannotShow title="This run cannot be shown" why={error} />}
      </>
    );
  }
  return <Run task={task} tab={tab} />;
}

function Run({ task, tab }: { task: Task; tab: RunTab | null }) {
  const ended = isTerminal(task.state.status);
  const detail = useQueue((state) => findDetail(state, task.id));
  // The log is what there is to see of a running task, the tests of one that ended.
  const [first] = useState<RunTab>(ended || task.state.status === 'queued' ? 'tests' : 'log');
  const shown = tab ?? first;
  const attempt = useRun(attemptOf);
  const list = useAnswer('listArtifacts', attempt === 0 ? null : { task: task.id, attempt }, String(task.attempts[attempt - 1]?.endedAt));
  const artifacts = list.value?.artifacts.length ?? 0;
  const note = ended ? testsNote(task) : detail?.progress && detail.progress.done > 0 ? progressWords(detail.progress) : '';
  return (
    <>
      <CrumbBar from={ended ? 'History' : 'Queue'} name={task.config.category} id={`#${task.number}`}>
        {ended && <ExportButtons task={task} />}
        <RunAction task={task} />
        {ended && <RunFailed task={task} />}
      </CrumbBar>
      <div className="page">
        <RunHead task={task} detail={detail} />
        <Tabs.Root className="tabbed" value={shown} onValueChange={(value) => showTab(task, value)}>
          <Tabs.List className="tabs" aria-label="Parts of the run">
            <Tabs.Trigger className="tab" value="tests">
              Tests
              {note !== '' && (
                <span className="n" aria-hidden="true">
                  {note}
                </span>
              )}
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="log">
              Log
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="resources">
              Resources
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="attempts">
              Attempts
              {task.attempts.length > 0 && (
                <span className="n" aria-hidden="true">
                  {task.attempts.length}
                </span>
              )}
            </Tabs.Trigger>
            <Tabs.Trigger className="tab" value="artifacts">
              Artifacts
              {artifacts > 0 && (
                <span className="n" aria-hidden="true">
                  {artifacts}
                </span>
              )}
            </Tabs.Trigger>
          </Tabs.List>
          <div className={shown === 'resources' ? 'split split--one' : 'split'}>
            <div className="split__main">
              <Tabs.Content className="pane" value="tests">
                <TestsPane task={task} progress={detail?.progress ?? null} artifacts={list.value?.artifacts ?? NONE} />
              </Tabs.Content>
              <Tabs.Content className="pane" value="log">
                {attempt === 0 ? (
                  <p className="quiet">There is a log as soon as the run has started.</p>
                ) : (
                  <LogPane key={attempt} task={task.id} attempt={attempt} />
                )}
              </Tabs.Content>
              <Tabs.Content className="pane" value="resources">
                <ResourcesPane task={task} />
              </Tabs.Content>
              <Tabs.Content className="pane" value="attempts">
                <AttemptsPane task={task} />
              </Tabs.Content>
              <Tabs.Content className="pane" value="artifacts">
                <ArtifactsPane attempt={attempt} list={list} />
              </Tabs.Content>
            </div>
            {shown !== 'resources' && (
              <ScrollRegion className="split__aside wide" label="Resources and details">
                <AsideCharts task={task} />
                <Details task={task} />
              </ScrollRegion>
            )}
          </div>
        </Tabs.Root>
      </div>
    </>
  );
}

function showTab(task: Task, value: string): void {
  const tab = RUN_TABS.find((one) => one === value);
  if (tab) replaceHash(runHash(task.id, tab));
}

function testsNote({ counts }: Task): string {
  if (counts === null || counts.total === 0) return '';
  return counts.failed > 0 ? `${counts.failed} of ${counts.total}` : String(counts.total);
}
