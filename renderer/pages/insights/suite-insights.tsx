import type { ReactNode } from 'react';
import type { KnownTest, SlowerTest, SlowTest, Trend } from '../../../contract/insights.ts';
import { QuarantineMenu } from '../../components/quarantine-menu.tsx';
import { Strip } from '../../components/strip.tsx';
import { TestTitle } from '../../components/test-title.tsx';
import { count, shortDuration } from '../../format/units.ts';
import { stripAnsi } from '../../log/ansi.ts';
import { runHash } from '../../router.ts';
import { type Answer, useAnswer } from '../../stores/use-answer.ts';
import { DurationChart, PassRateChart } from './charts.tsx';

interface SuiteInsightsProps {
  trend: Trend;
  /** Where the time that is looked at begins, in UTC ms. */
  since: number;
  /** A change of it means that the host may answer something else. */
  version: string;
}

/** One suite: its charts, then the lists of tests that need somebody. */
export function SuiteInsights({ trend, since, version }: SuiteInsightsProps) {
  const { project, category, environment, points, slowest, slower } = trend;
  const flaky = useAnswer('getFlaky', { project, category }, version);
  const failed = points.findLast(({ verdict }) => verdict === 'failed');
  const causes = useAnswer('getCauses', failed === undefined ? null : { task: failed.taskId });
  return (
    <div className="insights">
      <PassRateChart trend={trend} since={since} />
      <DurationChart trend={trend} />
      <Flaky answer={flaky} project={project} environment={environment} />
      <div className="insights__column">
        {failed !== undefined && <WhyFailed answer={causes} run={failed} />}
        <Slower tests={slower} />
        <Slowest tests={slowest} />
      </div>
    </div>
  );
}

interface CardProps {
  title: string;
  n?: number;
  note?: ReactNode;
  children: ReactNode;
}

/** A list in a box, with its name and what it counts. */
function Card({ title, n, note, children }: CardProps) {
  return (
    <section className="insight" aria-label={title}>
      <header className="insight__head">
        <h2>{title}</h2>
        {n !== undefined && <span className="t3">{n}</span>}
        <span className="grow" />
        <span className="small t3">{note}</span>
      </header>
      {children}
    </section>
  );
}

const keyOf = ({ title, file, line, browser }: KnownTest) => [file, title, line, browser].join('\n');

function Flaky({ answer, project, environment }: { answer: Answer<'getFlaky'>; project: string; environment: string }) {
  const tests = answer.value?.tests.filter(({ environments }) => environments.includes(environment)) ?? [];
  return (
    <Card title="Flaky tests" n={answer.value === null ? undefined : tests.length} note="newest run at the right">
      {answer.error !== null && <p className="insight__none">{answer.error}</p>}
      {answer.value !== null && tests.length === 0 && (
        <p className="insight__none">None both passed and failed on the same code in the last {count(answer.value.runs, 'run')}.</p>
      )}
      <ul>
        {tests.map((test) => (
          <li key={keyOf(test)} className="insight__row insight__row--flaky">
            <span className="insight__what">
              <TestTitle test={test} />
              <span className="small t3 cut">
                {test.flakes} of {count(test.runs, 'run')}, last in{' '}
                <a className="link" href={runHash(`#${test.lastSeenIn}`)}>
                  #{test.lastSeenIn}
                </a>
                {test.patterns.length > 0 && ` · ${test.patterns.join(' · ')}`}
              </span>
            </span>
            <Strip outcomes={test.outcomes} />
            <b className="insight__rate is-flaky">{Math.max(1, Math.round(100 * test.rate))} %</b>
            <QuarantineMenu project={project} test={test} until={test.quarantinedUntil} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function WhyFailed({ answer, run }: { answer: Answer<'getCauses'>; run: Trend['points'][number] }) {
  const groups = answer.value?.groups ?? [];
  const most = Math.max(1, ...groups.map((group) => group.count));
  return (
    <Card
      title={`Why #${run.number} failed`}
      note={
        <a className="link" href={runHash(run.taskId)}>
          Show the run
        </a>
      }
    >
      {answer.error !== null && <p className="insight__none">{answer.error}</p>}
      {answer.value !== null && groups.length === 0 && <p className="insight__none">No test left a message.</p>}
      <ul>
        {groups.map((group) => (
          <li key={`${group.frame} ${group.message}`} className="insight__row insight__row--bar" title={stripAnsi(group.message)}>
            <span className="cut">{stripAnsi(group.message).split('\n')[0]}</span>
            <Bar share={group.count / most} kind="f" />
            <span className="small t3 right">{count(group.count, 'test')}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Slower({ tests }: { tests: readonly SlowerTest[] }) {
  if (tests.length === 0) return null;
  return (
    <Card title="Got slower" note="its last 5 runs beside those before">
      <ul>
        {tests.map((test) => (
          <li key={keyOf(test)} className="insight__row insight__row--bar">
            <TestTitle test={test} />
            <span className="small is-flaky right">+{Math.round(100 * (test.durationMs / test.usualMs - 1))} %</span>
            <span className="small right" title={`was ${shortDuration(test.usualMs)}`}>
              {shortDuration(test.durationMs)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Slowest({ tests }: { tests: readonly SlowTest[] }) {
  if (tests.length === 0) return null;
  const most = Math.max(1, ...tests.map((test) => test.durationP50Ms));
  return (
    <Card title="Slowest tests" note="median">
      <ul>
        {tests.map((test) => (
          <li key={keyOf(test)} className="insight__row insight__row--bar">
            <TestTitle test={test} />
            <Bar share={test.durationP50Ms / most} />
            <span className="small right" title={`9 of 10 within ${shortDuration(test.durationP90Ms)}, over ${count(test.runs, 'run')}`}>
              {shortDuration(test.durationP50Ms)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Bar({ share, kind = '' }: { share: number; kind?: 'f' | '' }) {
  return (
    <span className="insight__bar" aria-hidden="true">
      <i className={kind} style={{ width: `${share * 100}%` }} />
    </span>
  );
}
