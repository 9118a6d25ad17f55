import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import type { Artifact } from '../../../contract/artifact.ts';
import type { TestCase } from '../../../contract/result.ts';
import { titleOf } from '../../../contract/test-title.ts';
import { Glyph } from '../../components/glyph.tsx';
import { Strip } from '../../components/strip.tsx';
import { shortDuration } from '../../format/units.ts';
import { ArtifactsOfTest } from './artifacts-of-test.tsx';
import { QuarantineOfTest } from './quarantine-of-test.tsx';
import type { ShownTest } from './shown-tests.ts';
import { TestDetail } from './test-detail.tsx';

interface TestRowProps {
  test: ShownTest;
  task: string;
  attempt: number;
  project: string;
  /** Of the whole attempt, by the title of their test. */
  artifacts: ReadonlyMap<string | null, readonly Artifact[]>;
  /** Its last outcomes; null where nobody knows. */
  strip: string | null;
  isNew: boolean;
  /** It lies below the head of a group. */
  isGrouped: boolean;
  open: boolean;
  onToggle(key: string): void;
}

/** One test; what it said and left lies below it when it is open. */
export const TestRow = memo(function TestRow({
  test,
  task,
  attempt,
  project,
  artifacts,
  strip,
  isNew,
  isGrouped,
  open,
  onToggle,
}: TestRowProps) {
  // The file stands at the right.
  const blocks = test.suite[0] !== undefined && test.filePath?.endsWith(test.suite[0]) ? test.suite.slice(1) : test.suite;
  const left = artifacts.get(titleOf(test)) ?? [];
  const hasDetail = test.message !== null || test.trace !== null || left.length > 0;
  const inner = (
    <>
      {hasDetail ? open ? <ChevronDown className="icon icon--s" /> : <ChevronRight className="icon icon--s" /> : <span />}
      <Glyph name={test.status} />
      <span className="row">
        <span className="cut" title={[...test.suite, test.name].join(' › ')}>
          {blocks.length > 0 && <span className="test__path">{blocks.join(' › ')} › </span>}
          <span className={test.status === 'failed' ? 'label' : undefined}>{test.name}</span>
        </span>
        {test.quarantined && (
          <span className="tag" title="It is in quarantine: its failure does not make the verdict">
            quarantined
          </span>
        )}
        {isNew && <span className="tag tag--fail">new</span>}
      </span>
      {strip !== null && strip.length > 1 ? (
        <span className="wide">
          <Strip outcomes={strip} />
        </span>
      ) : (
        <span className="sha wide">{placeOf(test)}</span>
      )}
      <span className="small t3 right">{test.durationMs === null ? '' : shortDuration(test.durationMs)}</span>
    </>
  );
  return (
    <>
      {hasDetail ? (
        <button
          type="button"
          className={`test__row${isGrouped ? ' is-grouped' : ''}`}
          aria-expanded={open}
          onClick={() => onToggle(test.key)}
          data-row=""
        >
          {inner}
        </button>
      ) : (
        <div className={`test__row${isGrouped ? ' is-grouped' : ''}`}>{inner}</div>
      )}
      {hasDetail && open && (
        <TestDetail test={test} project={project}>
          <ArtifactsOfTest task={task} attempt={attempt} artifacts={left}>
            {test.status === 'failed' && <QuarantineOfTest project={project} test={test} />}
          </ArtifactsOfTest>
        </TestDetail>
      )}
    </>
  );
});

function placeOf({ filePath, line }: Pick<TestCase, 'filePath' | 'line'>): string {
  const name = filePath?.split('/').at(-1) ?? '';
  return line === null ? name : `${name}:${line}`;
}
