// biome-ignore-all lint/a11y/useSemanticElements: rows that are made only while in sight cannot lie in a <ul>.

import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Result } from '../../../contract/api.ts';
import type { Artifact } from '../../../contract/artifact.ts';
import type { TestStatus } from '../../../contract/result.ts';
import type { Task } from '../../../contract/task.ts';
import { Glyph } from '../../components/glyph.tsx';
import { useRowKeys } from '../../components/row-keys.ts';
import { groupBy } from '../../format/group-by.ts';
import { count } from '../../format/units.ts';
import { stripAnsi } from '../../log/ansi.ts';
import type { ShownTest } from './shown-tests.ts';
import { type GroupMode, type KnownTests, type TestGroup, tagOf, testGroups } from './test-groups.ts';
import { TestRow } from './test-row.tsx';

const STATUSES = ['failed', 'flaky', 'passed', 'skipped'] as const satisfies readonly TestStatus[];
const NAMES: Readonly<Record<TestStatus, string>> = { failed: 'Failed', flaky: 'Flaky', passed: 'Passed', skipped: 'Skipped' };
const MODES = { cause: 'Cause', file: 'File' } as const satisfies Record<GroupMode, string>;
const MODE_ORDER = ['cause', 'file'] as const satisfies readonly GroupMode[];

interface TestListProps {
  task: Task;
  attempt: number;
  tests: readonly ShownTest[];
  /** null where nothing failed, or while it runs: then there are no groups. */
  causes: Result<'getCauses'> | null;
  known: KnownTests;
  artifacts: readonly Artifact[];
}

type Item =
  | { key: string; group: TestGroup; test?: undefined }
  | { key: string; test: ShownTest; isGrouped: boolean; isInNewGroup: boolean };

/** Tests as rows, in groups where some failed; a few statuses can be looked at alone. */
export function TestList({ task, attempt, tests, causes, known, artifacts }: TestListProps) {
  const [status, setStatus] = useState<TestStatus | null>(null);
  const [mode, setMode] = useState<GroupMode>('cause');
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (key: string) =>
      setToggled((before) => (before.has(key) ? new Set([...before].filter((other) => other !== key)) : new Set([...before, key]))),
    [],
  );
  const scroller = useRef<HTMLDivElement>(null);
  useRowKeys(scroller);
  const numbers = useMemo(() => groupBy(tests, (test) => test.status), [tests]);
  const groups = useMemo(() => (causes === null ? null : testGroups(tests, causes, mode)), [tests, causes, mode]);
  const firstFailed = groups?.flatMap((group) => group.tests)[0] ?? tests[0];
  const isOpen = (key: string) => toggled.has(key) !== (firstFailed?.status === 'failed' && key === firstFailed.key);
  // Whoever asks for what passed wants to see it.
  const isGroupOpen = ({ key, isBad }: TestGroup) => toggled.has(key) !== (isBad || status !== null);
  const items = useMemo(
    () => itemsOf(groups, tests, status, known, (group) => toggled.has(group.key) !== (group.isBad || status !== null)),
    [groups, tests, status, known, toggled],
  );
  const byTest = useMemo(() => groupBy(artifacts, ({ test }) => (test === null ? null : stripAnsi(test))), [artifacts]);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 37,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 10,
  });
  return (
    <>
      <div className="tools">
        <fieldset className="row" aria-label="Filter">
          {STATUSES.map((one) => {
            const n = numbers.get(one)?.length ?? 0;
            return n === 0 ? null : (
              <button
                key={one}
                type="button"
                className="chip"
                aria-pressed={status === one}
                onClick={() => setStatus(status === one ? null : one)}
              >
                <Glyph name={one} size="s" silent />
                {NAMES[one]} {n}
              </button>
            );
          })}
        </fieldset>
        {groups !== null && <Modes mode={mode} onChoose={setMode} />}
      </div>
      <div className="scroll grow" ref={scroller}>
        <div className="virtual" role="list" aria-label="Tests" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const item = items[row.index];
            return (
              item && (
                <div
                  key={row.key}
                  ref={rows.measureElement}
                  data-index={row.index}
                  className="test"
                  role="listitem"
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  {item.test === undefined ? (
                    <GroupHead group={item.group} open={isGroupOpen(item.group)} onToggle={toggle} known={known} />
                  ) : (
                    <TestRow
                      test={item.test}
                      task={task.id}
                      attempt={attempt}
                      project={task.config.project}
                      artifacts={byTest}
                      strip={known.stripOf(item.test)}
                      isNew={!item.isInNewGroup && known.isNew(item.test)}
                      isGrouped={item.isGrouped}
                      open={isOpen(item.test.key)}
                      onToggle={toggle}
                    />
                  )}
                </div>
              )
            );
          })}
        </div>
      </div>
    </>
  );
}

function itemsOf(
  groups: readonly TestGroup[] | null,
  tests: readonly ShownTest[],
  status: TestStatus | null,
  known: KnownTests,
  isOpen: (group: TestGroup) => boolean,
): Item[] {
  const wanted = (test: ShownTest) => status === null || test.status === status;
  if (groups === null) return tests.filter(wanted).map((test) => ({ key: test.key, test, isGrouped: false, isInNewGroup: false }));
  return groups.flatMap((group): Item[] => {
    const own = group.tests.filter(wanted);
    if (own.length === 0) return [];
    const head: Item = { key: group.key, group: { ...group, tests: own } };
    const isInNewGroup = tagOf(own, known)?.isNew ?? false;
    return isOpen(group) ? [head, ...own.map((test): Item => ({ key: test.key, test, isGrouped: true, isInNewGroup }))] : [head];
  });
}

function Modes({ mode, onChoose }: { mode: GroupMode; onChoose(mode: GroupMode): void }) {
  return (
    <fieldset className="row modes" aria-label="Group by">
      <span className="small t3 wide">Group by</span>
      <span className="seg seg--s">
        {MODE_ORDER.map((one) => (
          <label key={one} className={mode === one ? 'is-on' : undefined}>
            <input type="radio" name="group-by" checked={mode === one} onChange={() => onChoose(one)} />
            <span data-text={MODES[one]}>{MODES[one]}</span>
          </label>
        ))}
      </span>
    </fieldset>
  );
}

function GroupHead({ group, open, onToggle, known }: { group: TestGroup; open: boolean; onToggle(key: string): void; known: KnownTests }) {
  const tag = useMemo(() => tagOf(group.tests, known), [group, known]);
  return (
    <button type="button" className="cause" aria-expanded={open} onClick={() => onToggle(group.key)} data-row="">
      {open ? <ChevronDown className="icon icon--s" /> : <ChevronRight className="icon icon--s" />}
      <span className={group.isMessage ? 'cut mono' : 'cut label'} title={group.title}>
        {group.title}
      </span>
      {tag !== null && <span className={tag.isNew ? 'tag tag--fail' : 'tag'}>{tag.text}</span>}
      <span className="grow" />
      <span className="small t3">{count(group.tests.length, 'test')}</span>
    </button>
  );
}
