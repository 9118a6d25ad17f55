// biome-ignore-all lint/a11y/useSemanticElements: rows that are made only while in sight cannot lie in a <table>.
// biome-ignore-all lint/a11y/useFocusableInteractive: the link in each row takes the focus.

import { memo, useEffect, useMemo, useRef } from 'react';
import { outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { TestNumbers, TestsBar } from '../components/counts.tsx';
import { Glyph } from '../components/glyph.tsx';
import { useRowKeys } from '../components/row-keys.ts';
import { TopBar } from '../components/top-bar.tsx';
import { VirtualRows } from '../components/virtual-rows.tsx';
import { count, dayStart, duration, timeOfDay } from '../format/units.ts';
import { endedAt, outcomeWord, shortCommit, startedAt } from '../format/words.ts';
import { runHash } from '../router.ts';
import { useNow } from '../stores/clock.ts';
import { loadHistory, loadMore, setFilter, useHistory } from '../stores/history.ts';
import { useQueue } from '../stores/queue.ts';
import { clearFilters, Filters, VERDICT_NAMES } from './history-filters.tsx';
import { historyItems } from './history-rows.ts';

/** Every run that ended, newest first. */
export function HistoryPage() {
  const { tasks, next, loaded, filter, error } = useHistory();
  const connected = useQueue((state) => state.connection === 'connected');
  useEffect(() => {
    if (connected && !useHistory.getState().loaded) void loadHistory();
  }, [connected]);
  const filtered = filter.category !== null || filter.verdict !== null;
  const note = loaded && tasks.length > 0 ? count(tasks.length, 'run') + (next === null ? '' : ' and more') : undefined;
  const empty = loaded && tasks.length === 0;
  return (
    <>
      <TopBar title="History" note={note} />
      <div className="page">
        {!(empty && !filtered) && <Filters />}
        {error !== null && <p className="quiet">{error}</p>}
        {empty && error === null && (filtered ? <NoMatch /> : <NoRuns />)}
        {tasks.length > 0 && <Table />}
      </div>
    </>
  );
}

function Table() {
  const tasks = useHistory((state) => state.tasks);
  const next = useHistory((state) => state.next);
  const scroller = useRef<HTMLDivElement>(null);
  useRowKeys(scroller);
  const today = dayStart(useNow());
  const items = useMemo(() => historyItems(tasks, today), [tasks, today]);
  return (
    <div className="table" role="table" aria-label="Runs" aria-rowcount={next === null ? tasks.length : -1}>
      <div className="thead hist" role="row">
        <span role="columnheader">
          <span className="sr-only">Outcome</span>
        </span>
        <span role="columnheader">Category</span>
        <span role="columnheader">Project</span>
        <span role="columnheader">Branch</span>
        <span role="columnheader">Commit</span>
        <span role="columnheader" className="hist__env">
          Environment
        </span>
        <span role="columnheader">Tests</span>
        <span role="columnheader" className="num">
          Duration
        </span>
        <span role="columnheader" className="num">
          Ended
        </span>
      </div>
      <div className="scroll grow" ref={scroller} role="presentation">
        <VirtualRows
          count={items.length}
          size={(index) => (items[index]?.kind === 'day' ? 28 : 32)}
          scroller={scroller}
          rowKey={(index) => items[index]?.key ?? String(index)}
          role="rowgroup"
          onEnd={loadMore}
        >
          {(index) => {
            const item = items[index];
            if (!item) return null;
            return item.kind === 'day' ? <Day name={item.name} note={item.note} /> : <RunRow task={item.task} />;
          }}
        </VirtualRows>
      </div>
    </div>
  );
}

function Day({ name, note }: { name: string; note: string }) {
  return (
    <div className="day" role="row">
      <span role="cell">
        <b>{name}</b> {note}
      </span>
    </div>
  );
}

const RunRow = memo(function RunRow({ task }: { task: Task }) {
  const outcome = outcomeOf(task);
  const { category, environment } = task.config;
  const [start, end] = [startedAt(task), endedAt(task)];
  return (
    <div className="trow hist" role="row">
      <span role="cell">{outcome !== 'running' && <Glyph name={outcome} />}</span>
      <span role="cell" className="cut hist__name">
        <a className="over" href={runHash(task.id)} data-row="" aria-label={`${category}, ${task.projectName}, ${outcomeWord(outcome)}`}>
          {category}
        </a>
      </span>
      <span role="cell" className="t2 cut">
        {task.projectName}
      </span>
      <span role="cell" className="t2 cut" title={task.git?.branch ?? undefined}>
        {task.git?.branch}
      </span>
      <span role="cell" className="sha">
        {task.git && shortCommit(task.git.commit)}
      </span>
      <span role="cell" className="small t3 cut hist__env">
        {environment}
      </span>
      <span role="cell" className="row">
        <TestsBar counts={task.counts} />
        <TestNumbers counts={task.counts} outcome={outcome} />
      </span>
      <span role="cell" className="num">
        {start !== null && end !== null && duration(end - start)}
      </span>
      <span role="cell" className="small t3 num">
        {end !== null && timeOfDay(end)}
      </span>
    </div>
  );
});

const GHOSTS = [
  [64, 104],
  [84, 72],
  [52, 112],
  [76, 88],
  [60, 64],
] as const;

function NoRuns() {
  return (
    <div className="empty">
      <div className="ghost" aria-hidden="true">
        {GHOSTS.map(([name, project], index) => (
          <div key={name} style={{ opacity: 1 - index * 0.2 }}>
            <i />
            <i style={{ width: name }} />
            <i style={{ width: project }} />
            <i style={{ width: 88, height: 4 }} />
            <i />
          </div>
        ))}
      </div>
      <div>
        <h2>No runs yet</h2>
        <p>
          Every run stays here with its tests, its log and its charts, whether it passed, failed or was cancelled. Queue the first one by
          New run.
        </p>
      </div>
    </div>
  );
}

function NoMatch() {
  const { category, verdict } = useHistory((state) => state.filter);
  return (
    <div className="empty">
      <div>
        <h2>No run matches</h2>
        <p>
          No ended run{category !== null && ` of ${category}`}
          {verdict !== null && ` with the verdict “${VERDICT_NAMES[verdict].toLowerCase()}”`} is kept.
        </p>
      </div>
      <div className="row">
        {category !== null && verdict !== null && (
          <button type="button" className="btn" onClick={() => setFilter({ verdict: null })}>
            All verdicts of {category}
          </button>
        )}
        <button type="button" className="btn btn--quiet" onClick={clearFilters}>
          Clear all filters
        </button>
      </div>
    </div>
  );
}
