// biome-ignore-all lint/a11y/useSemanticElements: rows that are made only while in sight cannot lie in a <ul>.

import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight, TriangleAlert } from 'lucide-react';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Progress, TestCase, TestStatus } from '../../../contract/result.ts';
import { isTerminal } from '../../../contract/status.ts';
import type { Task } from '../../../contract/task.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { groupBy } from '../../format/group-by.ts';
import { shortDuration } from '../../format/units.ts';
import { attemptOf, refreshTests, useRun } from '../../stores/run.ts';
import { type ShownTest, shownTests } from './shown-tests.ts';
import { TestDetail } from './test-detail.tsx';

const STATUSES = ['failed', 'flaky', 'passed', 'skipped'] as const satisfies readonly TestStatus[];
const NAMES: Readonly<Record<TestStatus, string>> = { failed: 'Failed', flaky: 'Flaky', passed: 'Passed', skipped: 'Skipped' };

/** The tests of an attempt: what failed first, and its message open. */
export function TestsPane({ task, progress }: { task: Task; progress: Progress | null }) {
  const result = useRun((state) => state.tests);
  const error = useRun((state) => state.testsError);
  const attempt = useRun(attemptOf);
  const ended = isTerminal(task.state.status);
  const done = progress?.done ?? 0;
  // What has ended so far is in the report that grows; it is asked for again as tests end.
  useEffect(() => (done > 0 ? refreshTests() : undefined), [done]);
  const tests = useMemo(
    () => shownTests(result?.tests ?? [], ended ? [] : (progress?.failures ?? [])),
    [result, ended, progress?.failures],
  );
  const own = task.attempts[attempt - 1]?.warnings ?? [];
  const warnings = [...new Set([...(result?.warnings ?? []), ...own])];
  return (
    <>
      {warnings.length > 0 && (
        <ul className="notes" aria-label="Warnings">
          {warnings.map((warning) => (
            <li key={warning}>
              <TriangleAlert className="icon icon--s" />
              {warning}
            </li>
          ))}
        </ul>
      )}
      {tests.length > 0 ? (
        <Tests key={attempt} tests={tests} project={task.config.project} />
      ) : (
        <Nothing task={task} loading={result === null && error === null && attempt > 0} error={error} />
      )}
    </>
  );
}

function Nothing({ task, loading, error }: { task: Task; loading: boolean; error: string | null }) {
  if (loading) return null;
  if (!isTerminal(task.state.status))
    return <p className="quiet">{task.state.status === 'queued' ? 'Tests are listed here as they end.' : 'No test has ended yet.'}</p>;
  if (error !== null) return <p className="quiet">{error}</p>;
  return (
    <div className="empty">
      <div>
        <h2>No tests were found</h2>
        <p>
          {task.error ?? 'The runner left no report of this attempt, so nobody can say that anything passed.'} The log shows what it wrote.
        </p>
      </div>
    </div>
  );
}

function Tests({ tests, project }: { tests: readonly ShownTest[]; project: string }) {
  const [chosen, setChosen] = useState<TestStatus | null>(null);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  useRowKeys(scroller);
  const shown = useMemo(() => (chosen === null ? tests : tests.filter((test) => test.status === chosen)), [tests, chosen]);
  const numbers = useMemo(() => groupBy(tests, (test) => test.status), [tests]);
  const firstFailed = tests[0]?.status === 'failed' ? tests[0].key : null;
  const isOpen = ({ key }: ShownTest) => toggled.has(key) !== (key === firstFailed);
  const toggle = useCallback(
    (key: string) =>
      setToggled((before) => (before.has(key) ? new Set([...before].filter((other) => other !== key)) : new Set([...before, key]))),
    [],
  );
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 37,
    getItemKey: (index) => shown[index]?.key ?? index,
    overscan: 10,
  });
  return (
    <>
      <fieldset className="tools" aria-label="Filter">
        {STATUSES.map((status) => {
          const n = numbers.get(status)?.length ?? 0;
          if (n === 0) return null;
          return (
            <button
              key={status}
              type="button"
              className="chip"
              aria-pressed={chosen === status}
              onClick={() => setChosen(chosen === status ? null : status)}
            >
              <Glyph name={status} size="s" silent />
              {NAMES[status]} {n}
            </button>
          );
        })}
      </fieldset>
      <div className="scroll grow" ref={scroller}>
        <div className="virtual" role="list" aria-label="Tests" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const test = shown[row.index];
            return (
              test && (
                <div
                  key={row.key}
                  ref={rows.measureElement}
                  data-index={row.index}
                  className="test"
                  role="listitem"
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <TestRow test={test} open={isOpen(test)} onToggle={toggle} project={project} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </>
  );
}

const TestRow = memo(function TestRow({
  test,
  open,
  onToggle,
  project,
}: {
  test: ShownTest;
  open: boolean;
  onToggle(key: string): void;
  project: string;
}) {
  // The file stands at the right.
  const blocks = test.suite[0] !== undefined && test.filePath?.endsWith(test.suite[0]) ? test.suite.slice(1) : test.suite;
  const hasDetail = test.message !== null || test.trace !== null;
  const inner = (
    <>
      {hasDetail ? open ? <ChevronDown className="icon icon--s" /> : <ChevronRight className="icon icon--s" /> : <span />}
      <Glyph name={test.status} />
      <span className="cut" title={[...test.suite, test.name].join(' › ')}>
        {blocks.length > 0 && <span className="test__path">{blocks.join(' › ')} › </span>}
        <span className={test.status === 'failed' ? 'label' : undefined}>{test.name}</span>
      </span>
      <span className="sha wide">{placeOf(test)}</span>
      <span className="small t3 right">{test.durationMs === null ? '' : shortDuration(test.durationMs)}</span>
    </>
  );
  return (
    <>
      {hasDetail ? (
        <button type="button" className="test__row" aria-expanded={open} onClick={() => onToggle(test.key)} data-row="">
          {inner}
        </button>
      ) : (
        <div className="test__row">{inner}</div>
      )}
      {hasDetail && open && <TestDetail test={test} project={project} />}
    </>
  );
});

function placeOf({ filePath, line }: Pick<TestCase, 'filePath' | 'line'>): string {
  const name = filePath?.split('/').at(-1) ?? '';
  return line === null ? name : `${name}:${line}`;
}
