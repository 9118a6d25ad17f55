// biome-ignore-all lint/a11y/useSemanticElements: rows that are made only while in sight cannot lie in a <table>.
// biome-ignore-all lint/a11y/useFocusableInteractive: the link in each row takes the focus.

import { memo, type RefObject, useEffect, useMemo, useRef } from 'react';
import { outcomeOf } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { TestNumbers, TestsBar } from '../../components/counts.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { TopBar } from '../../components/top-bar.tsx';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { count, dayStart, spanWords, timeOfDay } from '../../format/units.ts';
import { endedAt, outcomeWord, shortCommit, startedAt } from '../../format/words.ts';
import { runHash } from '../../router.ts';
import { useNow } from '../../stores/clock.ts';
import { clearQuery, loadHistory, loadMore, suiteKey, toggleSelected, useHistory } from '../../stores/history.ts';
import { useQueue } from '../../stores/queue.ts';
import { Filters } from './filters.tsx';
import { QueryLine } from './query-line.tsx';
import { historyItems } from './rows.ts';
import { SelectedBar } from './selected-bar.tsx';
import { StorageButton } from './storage.tsx';
import { VersusUsual } from './versus-usual.tsx';

/** Every run that ended, newest first. */
export function HistoryPage() {
  const { tasks, next, loaded, terms, typed, error } = useHistory();
  const connected = useQueue((state) => state.connection === 'connected');
  useEffect(() => {
    if (connected && !useHistory.getState().loaded) void loadHistory();
  }, [connected]);
  const filtered = terms.length > 0 || typed !== '';
  const note = loaded && tasks.length > 0 ? count(tasks.length, 'run') + (next === null ? '' : ' and more') : undefined;
  const empty = loaded && tasks.length === 0;
  return (
    <>
      <TopBar title="History" note={note}>
        {!(empty && !filtered) && <StorageButton />}
      </TopBar>
      <div className="page">
        {!(empty && !filtered) && (
          <>
            <QueryLine />
            <Filters />
          </>
        )}
        {error !== null && <p className="quiet">{error}</p>}
        {empty && error === null && (filtered ? <NoMatch /> : <NoRuns />)}
        {tasks.length > 0 && <Table />}
        <SelectedBar />
      </div>
    </>
  );
}

/** x or Space selects the row that has the focus. */
function useSelectKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.key !== 'x' && event.key !== ' ') || event.ctrlKey || event.metaKey || event.altKey) return;
      const row = document.activeElement;
      const id = row instanceof HTMLElement && list.current?.contains(row) ? row.dataset.row : undefined;
      if (!id) return;
      event.preventDefault();
      toggleSelected(id);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [list]);
}

function Table() {
  const tasks = useHistory((state) => state.tasks);
  const next = useHistory((state) => state.next);
  const question = useHistory((state) => state.question);
  const scroller = useRef<HTMLDivElement>(null);
  useRowKeys(scroller);
  useSelectKeys(scroller);
  useEffect(() => {
    if (question > 0) scroller.current?.scrollTo({ top: 0 });
  }, [question]);
  const today = dayStart(useNow());
  const items = useMemo(() => historyItems(tasks, today), [tasks, today]);
  return (
    <div className="table" role="table" aria-label="Runs" aria-rowcount={next === null ? tasks.length : -1}>
      <div className="thead hist" role="row">
        <span role="columnheader">
          <span className="sr-only">Selected</span>
        </span>
        <span role="columnheader">
          <span className="sr-only">Outcome</span>
        </span>
        <span role="columnheader">Suite</span>
        <span role="columnheader">Project</span>
        <span role="columnheader">Branch</span>
        <span role="columnheader">Commit</span>
        <span role="columnheader" className="wide">
          Environment
        </span>
        <span role="columnheader">Tests</span>
        <span role="columnheader" className="num">
          Duration
        </span>
        <span role="columnheader" className="wide">
          vs usual
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
  const selected = useHistory((state) => state.selected.includes(task.id));
  const usual = useHistory((state) => state.usual.get(suiteKey(task)) ?? null);
  const outcome = outcomeOf(task);
  const { category, environment } = task.config;
  const [start, end] = [startedAt(task), endedAt(task)];
  const took = start !== null && end !== null ? end - start : null;
  const name = `${category}, ${task.projectName}, ${outcomeWord(outcome)}`;
  return (
    <div className={`trow hist${selected ? ' is-selected' : ''}`} role="row" aria-selected={selected}>
      <span role="cell" className="hist__select">
        <input type="checkbox" tabIndex={-1} checked={selected} aria-label={`Select ${name}`} onChange={() => toggleSelected(task.id)} />
      </span>
      <span role="cell">{outcome !== 'running' && <Glyph name={outcome} />}</span>
      <span role="cell" className="cut hist__name" title={category}>
        <a className="over" href={runHash(task.id)} data-row={task.id} aria-label={name} aria-keyshortcuts="x Space">
          {category}
        </a>
      </span>
      <span role="cell" className="t2 cut" title={task.config.project}>
        {task.projectName}
      </span>
      <span role="cell" className="t2 cut" title={task.git?.branch ?? undefined}>
        {task.git?.branch}
      </span>
      <span role="cell" className="sha">
        {task.git && shortCommit(task.git.commit)}
      </span>
      <span role="cell" className="small t3 cut wide" title={environment}>
        {environment}
      </span>
      <span role="cell" className="row">
        <TestsBar counts={task.counts} />
        <TestNumbers counts={task.counts} outcome={outcome} />
      </span>
      <span role="cell" className="num">
        {took !== null && spanWords(took)}
      </span>
      <span role="cell" className="wide">
        <VersusUsual took={took} usual={usual} />
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
  return (
    <div className="empty">
      <div>
        <h2>No run matches</h2>
        <p>None of the runs that are kept has all of what is asked for above.</p>
      </div>
      <div className="row">
        <button type="button" className="btn" onClick={clearQuery}>
          Show all runs
        </button>
      </div>
    </div>
  );
}
