import { ArrowRight, GitBranch } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ComparedRun, ComparedTest, Comparison, KnownTest, SlowerTest } from '../../../contract/insights.ts';
import { CannotShow } from '../../components/cannot-show.tsx';
import { Glyph } from '../../components/glyph.tsx';
import { ScrollRegion } from '../../components/scroll-region.tsx';
import { TestTitle } from '../../components/test-title.tsx';
import { CrumbBar } from '../../components/top-bar.tsx';
import { ago, count, shortDuration } from '../../format/units.ts';
import { shortCommit } from '../../format/words.ts';
import { stripAnsi } from '../../log/ansi.ts';
import { runHash } from '../../router.ts';
import { useNow } from '../../stores/clock.ts';
import { useAnswer } from '../../stores/use-answer.ts';

/** Two runs side by side: what fails newly, what was fixed, what got slower, and which tests came and went. */
export function ComparePage({ base, task }: { base: string | null; task: string }) {
  const { value, error } = useAnswer('compareRuns', base === null ? { task } : { task, other: base });
  return (
    <>
      <CrumbBar from="History" name="Compare" id={value ? title(value) : ''} />
      <div className="page">
        <h1 className="sr-only">Compared runs</h1>
        {error !== null && <CannotShow title="These runs cannot be compared" why={error} />}
        {value !== null && <Compared comparison={value} />}
      </div>
    </>
  );
}

const title = ({ base, run }: Comparison) => (base === null ? `#${run.number}` : `#${base.number} → #${run.number}`);

function Compared({ comparison }: { comparison: Comparison }) {
  const { run, base, counts, isPartial } = comparison;
  const changed = Object.values(counts).some((n) => n > 0);
  return (
    <>
      <section className="compared" aria-label="Compared runs">
        {base === null ? <span className="t3">no earlier run of this suite</span> : <Side run={base} />}
        <ArrowRight className="icon" />
        <Side run={run} />
        {isPartial && (
          <p className="compared__note">One of the two ran only a part of its suite: what it did not run is called neither new nor gone.</p>
        )}
      </section>
      {base !== null && !changed ? (
        <div className="empty">
          <div>
            <h2>No difference</h2>
            <p>The same tests ran with the same outcomes, and none took longer than usual.</p>
          </div>
        </div>
      ) : (
        <Lists comparison={comparison} />
      )}
    </>
  );
}

function Side({ run }: { run: ComparedRun }) {
  const now = useNow();
  return (
    <span className="compared__run">
      {run.verdict !== null && <Glyph name={run.verdict} />}
      <a className="link label" href={runHash(run.taskId)}>
        #{run.number}
      </a>
      {run.commit !== null && <span className="sha">{shortCommit(run.commit)}</span>}
      {run.branch !== null && (
        <span className="compared__branch" title={run.branch}>
          <GitBranch className="icon icon--xs" />
          <span className="cut">{run.branch}</span>
        </span>
      )}
      <span className="small t3">{run.environment}</span>
      <span className="small t3 wide">{ago(run.endedAt, now)}</span>
    </span>
  );
}

function Lists({ comparison }: { comparison: Comparison }) {
  const { counts } = comparison;
  return (
    <ScrollRegion label="Differences">
      <Failures name="Newly failing" total={counts.newFailures} tests={comparison.newFailures} glyph="failed" />
      <Failures name="Still failing" total={counts.stillFailing} tests={comparison.stillFailing} glyph="failed" />
      <Failures name="Known flaky" total={counts.knownFlaky} tests={comparison.knownFlaky} glyph="flaky" />
      <Failures name="Failed in quarantine" total={counts.quarantined} tests={comparison.quarantined} glyph="failed" />
      <Failures name="Fixed" total={counts.fixed} tests={comparison.fixed} glyph="passed" />
      <Group name="Slower" total={counts.slower} shown={comparison.slower.length}>
        {comparison.slower.map((test) => (
          <Slower key={keyOf(test)} test={test} />
        ))}
      </Group>
      <Plain name="New tests" total={counts.newTests} tests={comparison.newTests} />
      <Plain name="Gone tests" total={counts.goneTests} tests={comparison.goneTests} />
    </ScrollRegion>
  );
}

const keyOf = ({ title: name, file, line, browser }: KnownTest) => [file, name, line, browser].join('\n');

function Group({ name, total, shown, children }: { name: string; total: number; shown: number; children: ReactNode }) {
  if (total === 0) return null;
  return (
    <section aria-label={name}>
      <div className="group">
        <h2>{name}</h2>
        <span className="group__n">{total}</span>
      </div>
      <ul>
        {children}
        {total > shown && <li className="more">and {count(total - shown, 'more test')}</li>}
      </ul>
    </section>
  );
}

function Failures({
  name,
  total,
  tests,
  glyph,
}: {
  name: string;
  total: number;
  tests: readonly ComparedTest[];
  glyph: 'failed' | 'flaky' | 'passed';
}) {
  return (
    <Group name={name} total={total} shown={tests.length}>
      {tests.map((test) => (
        <li key={keyOf(test)} className="difference">
          <Glyph name={glyph} />
          <TestTitle test={test} />
          <span className="cut small mono t3 wide" title={test.message === null ? undefined : stripAnsi(test.message)}>
            {test.message !== null && (stripAnsi(test.message).trim().split('\n')[0] ?? '')}
          </span>
        </li>
      ))}
    </Group>
  );
}

function Plain({ name, total, tests }: { name: string; total: number; tests: readonly KnownTest[] }) {
  return (
    <Group name={name} total={total} shown={tests.length}>
      {tests.map((test) => (
        <li key={keyOf(test)} className="difference">
          <span />
          <TestTitle test={test} />
          <span className="cut sha wide">{test.file}</span>
        </li>
      ))}
    </Group>
  );
}

function Slower({ test }: { test: SlowerTest }) {
  return (
    <li className="difference">
      <span />
      <TestTitle test={test} />
      <span className="small right">
        <b className="is-flaky label">{shortDuration(test.durationMs)}</b> <span className="t3">usual {shortDuration(test.usualMs)}</span>
      </span>
    </li>
  );
}
