import { dayOf } from '../../contract/day.ts';
import type { Trend, TrendDay, TrendRun } from '../../contract/insights.ts';
import type { FiguredRun } from '../store/runs.ts';
import { percentile } from './suite-history.ts';

const MOST_POINTS = 500;

type Figures = Omit<TrendDay, 'day'>;

/** A suite's runs, in any order, in figures: all of them, by the day on which they ended, and each for itself. */
export function trendOf(runs: readonly FiguredRun[]): Figures & Pick<Trend, 'days' | 'points'> {
  const inOrder = runs.toSorted((a, b) => a.endedAt - b.endedAt || a.number - b.number);
  const byDay = Map.groupBy(inOrder, days());
  return {
    ...figuresOf(inOrder),
    days: [...byDay].map(([day, of]) => ({ day, ...figuresOf(of) })),
    points: inOrder.slice(-MOST_POINTS).map(pointOf),
  };
}

function figuresOf(runs: readonly FiguredRun[]): Figures {
  const counted = runs.filter(({ status }) => status !== 'cancelled');
  const failed = counted.filter(({ verdict, status }) => verdict === 'failed' || status === 'timeout');
  const green = counted.filter(({ verdict, status }) => (verdict === 'passed' || verdict === 'flaky') && status !== 'timeout');
  // A run that was ended or that ran a part says nothing of how long the suite takes.
  const whole = counted.filter(({ exited, scope }) => exited && scope === '');
  const durations = whole.flatMap(({ durationMs }) => durationMs ?? []);
  const waits = counted.flatMap(({ waitMs }) => waitMs ?? []);
  const cpu = whole.flatMap(({ cpuPercent }) => cpuPercent ?? []);
  const memory = counted.flatMap(({ memoryMb }) => memoryMb ?? []);
  return {
    runs: counted.length,
    passed: green.length,
    failed: failed.length,
    flaky: green.filter(({ verdict }) => verdict === 'flaky').length,
    passRate: counted.length === 0 ? null : green.length / counted.length,
    durationP50Ms: percentile(durations, 0.5),
    durationP90Ms: percentile(durations, 0.9),
    waitP50Ms: percentile(waits, 0.5),
    waitP90Ms: percentile(waits, 0.9),
    meanCpuPercent: cpu.length === 0 ? null : cpu.reduce((sum, one) => sum + one, 0) / cpu.length,
    peakMemoryMb: memory.length === 0 ? null : Math.max(...memory),
  };
}

const pointOf = ({ taskId, number, endedAt, status, verdict, durationMs, waitMs, cpuPercent, memoryMb }: FiguredRun): TrendRun => ({
  taskId,
  number,
  endedAt,
  status,
  verdict,
  durationMs,
  waitMs,
  meanCpuPercent: cpuPercent,
  peakMemoryMb: memoryMb,
});

/** The day of each run, of runs in the order of their ends: only the first of a day is looked up in the calendar. */
function days(): (run: FiguredRun) => string {
  let day = '';
  let end = Number.NEGATIVE_INFINITY;
  return ({ endedAt }) => {
    if (endedAt < end) return day;
    const date = new Date(endedAt);
    end = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
    day = dayOf(date);
    return day;
  };
}
