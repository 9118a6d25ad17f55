import type { Trend, TrendRun } from '../../../contract/insights.ts';
import { calendarDays } from '../../format/calendar.ts';
import { cores, count, dayName, duration, memory, spanWords } from '../../format/units.ts';
import { runHash } from '../../router.ts';
import { useNow } from '../../stores/clock.ts';

/** How often it passed, and on which days: a column a day, with its failed, flaky and passed runs. */
export function PassRateChart({ trend, since }: { trend: Trend; since: number }) {
  const now = useNow();
  const { passRate, runs, passed, failed, flaky } = trend;
  const days = calendarDays(trend.days, since, now);
  const most = Math.max(1, ...days.map(({ of }) => of?.runs ?? 0));
  return (
    <section className="insight" aria-label="Pass rate">
      <header className="insight__head">
        <h2>Pass rate</h2>
        <span className="grow" />
        <span className="small t3">runs a day</span>
      </header>
      <p className="insight__figure">
        <b>{passRate === null ? 'none' : `${Math.round(100 * passRate)} %`}</b>
        <span className="small t2">
          {passed} of {count(runs, 'run')} passed{flaky > 0 && `, ${flaky} of them flaky`}
        </span>
        {failed > 0 && <span className="small is-fail">{failed} failed</span>}
      </p>
      <div
        className="columns"
        role="img"
        aria-label={`${passed} passed, ${failed} failed, ${flaky} flaky on ${count(trend.days.length, 'day')}`}
      >
        {days.map(({ at, of }) => (
          <span key={at} className="columns__day" title={of === null ? undefined : `${dayName(at, now)}: ${dayWords(of)}`}>
            {of !== null && (
              <span style={{ height: `${(100 * of.runs) / most}%` }}>
                {partsOf(of).map(([kind, n]) => (n > 0 ? <i key={kind} className={kind} style={{ flexGrow: n }} /> : null))}
              </span>
            )}
          </span>
        ))}
      </div>
      <Ends from={dayName(since, now)} to="Today" />
    </section>
  );
}

/** From the top: what needs somebody first. */
const partsOf = ({ runs, passed, failed, flaky }: Trend['days'][number]) =>
  [
    ['f', failed],
    ['n', runs - failed - passed],
    ['k', flaky],
    ['p', passed - flaky],
  ] as const;

const dayWords = ({ runs, failed, flaky }: Trend['days'][number]) =>
  [count(runs, 'run'), failed > 0 ? `${failed} failed` : '', flaky > 0 ? `${flaky} flaky` : ''].filter(Boolean).join(', ');

/** Runs that have a column each. */
const MOST_RUNS = 60;

/** How long its last runs took, each a column in the colour of its verdict, with a line at the median. */
export function DurationChart({ trend }: { trend: Trend }) {
  const now = useNow();
  const { durationP50Ms, durationP90Ms } = trend;
  const runs = trend.points.filter(({ durationMs }) => durationMs !== null).slice(-MOST_RUNS);
  const most = Math.max(1, durationP50Ms ?? 0, ...runs.map(({ durationMs }) => durationMs ?? 0));
  const last = runs.at(-1);
  return (
    <section className="insight" aria-label="Duration">
      <header className="insight__head">
        <h2>Duration</h2>
        <span className="grow" />
        <span className="small t3">{runs.length === 1 ? 'its last run' : `its last ${runs.length} runs`}</span>
      </header>
      <p className="insight__figure">
        <b>{durationP50Ms === null ? 'not known' : spanWords(durationP50Ms)}</b>
        {durationP90Ms !== null && <span className="small t2">9 of 10 within {spanWords(durationP90Ms)}</span>}
        <span className="small t3">{needsWords(trend)}</span>
      </p>
      <ol className="columns columns--runs" aria-label="Runs">
        {durationP50Ms !== null && (
          <li className="columns__usual" style={{ bottom: `${(100 * durationP50Ms) / most}%` }} aria-hidden="true" />
        )}
        {runs.map((run) => (
          <li key={run.taskId} className="columns__run">
            <a href={runHash(run.taskId)} tabIndex={-1} title={runWords(run, now)} aria-label={runWords(run, now)}>
              <i className={letterOf(run)} style={{ height: `${(100 * (run.durationMs ?? 0)) / most}%` }} />
            </a>
          </li>
        ))}
      </ol>
      <Ends from="" to={last === undefined ? '' : `#${last.number}`} />
    </section>
  );
}

function Ends({ from, to }: { from: string; to: string }) {
  return (
    <p className="columns__ends" aria-hidden="true">
      <span>{from}</span>
      <span>{to}</span>
    </p>
  );
}

function needsWords({ waitP50Ms, meanCpuPercent, peakMemoryMb }: Trend): string {
  const parts = [
    waitP50Ms === null || waitP50Ms < 1000 ? null : `waits ${duration(waitP50Ms)}`,
    meanCpuPercent === null ? null : `${cores(meanCpuPercent)} cores`,
    peakMemoryMb === null ? null : `${memory(peakMemoryMb)} at most`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

const runWords = (run: TrendRun, now: number) =>
  `#${run.number}, ${dayName(run.endedAt, now)}: ${wordOf(run)}, ${spanWords(run.durationMs ?? 0)}`;

function wordOf({ status, verdict }: TrendRun): string {
  if (status === 'cancelled') return 'cancelled';
  if (status === 'timeout') return 'timed out';
  return verdict === null || verdict === 'none' ? 'no results' : verdict;
}

function letterOf({ status, verdict }: TrendRun): 'p' | 'f' | 'k' | 'n' {
  if (status === 'timeout' || verdict === 'failed') return 'f';
  if (status === 'cancelled' || verdict === null || verdict === 'none') return 'n';
  return verdict === 'flaky' ? 'k' : 'p';
}
