import type uPlot from 'uplot';
import type { Sample } from '../../contract/attempt.ts';
import { cores, memory } from '../format/units.ts';

/** What is drawn over time. */
export type Measure = 'cpu' | 'memory' | 'processes';

export const MEASURES: Readonly<
  Record<Measure, { name: string; of(sample: Sample): number; words(value: number): string; axis(value: number): string; least: number }>
> = {
  cpu: { name: 'CPU', of: (sample) => sample.cpu / 100, words: (value) => `${cores(value * 100)} cores`, axis: short, least: 1 },
  memory: {
    name: 'Memory',
    of: (sample) => sample.memory,
    words: memory,
    axis: (value) => (value === 0 ? '0' : memory(value)),
    least: 128,
  },
  processes: { name: 'Processes', of: (sample) => sample.processes, words: (value) => String(Math.round(value)), axis: short, least: 4 },
};

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

/** `40 s`, `4 min`, `1 h 20`: the end of a time axis. */
export function axisTime(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3600)
    return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
  const minutes = Math.round((seconds % 3600) / 60);
  return minutes === 0 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 3600)} h ${minutes}`;
}

/** Seconds since the start, and the values, as uPlot wants them. */
export function chartData(samples: readonly Sample[], startedAt: number, measure: Measure): uPlot.AlignedData {
  const { of } = MEASURES[measure];
  return [samples.map((sample) => (sample.at - startedAt) / 1000), samples.map(of)];
}

const TIME_STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 28_800];
const MEMORY_STEPS = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const NUMBER_STEPS = [0.5, 1, 2, 4, 5, 10, 20, 50, 100, 200, 500, 1000];

/** The theme's values for a canvas, which knows no custom properties. */
export interface ChartColors {
  line: string;
  area: string;
  grid: string;
  axis: string;
  text: string;
  limit: string;
  font: string;
}

export function chartColors(): ChartColors {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: of('--series'),
    area: of('--series-soft'),
    grid: of('--border'),
    axis: of('--border-strong'),
    text: of('--text-3'),
    limit: of('--limit'),
    font: `10px ${of('--font-ui')}`,
  };
}

interface Size {
  width: number;
  height: number;
}

/** A line of one measure; `spark` is the small one without axes. A limit is a dashed line above it. */
export function chartOptions(
  measure: Measure,
  spark: boolean,
  limit: number | null,
  size: Size,
  colors: ChartColors,
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const { axis, least } = MEASURES[measure];
  const top = (max: number) => Math.max(least, max * 1.15, (limit ?? 0) * 1.1);
  const series: uPlot.Series[] = [
    {},
    {
      stroke: colors.line,
      fill: colors.area,
      width: spark ? 1.25 : 1.5,
      points: { show: (plot) => plot.data[0].length === 1, size: 4, fill: colors.line },
    },
  ];
  const draw = limit === null ? [] : [(plot: uPlot) => drawLimit(plot, limit, colors.limit)];
  if (spark) {
    return {
      ...size,
      series,
      pxAlign: false,
      padding: [2, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_, __, max) => [0, top(max)] } },
      axes: [{ show: false }, { show: false }],
      hooks: { draw },
    };
  }
  const common = { stroke: colors.text, font: colors.font, ticks: { show: false } };
  return {
    ...size,
    series,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6, fill: colors.line, stroke: colors.line }, drag: { x: false, y: false, setScale: false } },
    scales: { x: { time: false, range: (_, __, max) => [0, Math.max(10, max)] }, y: { range: (_, __, max) => [0, top(max)] } },
    axes: [
      {
        ...common,
        size: 18,
        gap: 4,
        incrs: TIME_STEPS,
        space: 72,
        grid: { show: false },
        border: { show: true, stroke: colors.axis, width: 1 },
        values: (_, ticks) => ticks.map(axisTime),
      },
      {
        ...common,
        size: measure === 'memory' ? 48 : 26,
        gap: 4,
        incrs: measure === 'memory' ? MEMORY_STEPS : measure === 'processes' ? NUMBER_STEPS.slice(1) : NUMBER_STEPS,
        space: 24,
        grid: { stroke: colors.grid, width: 1 },
        values: (_, ticks) => ticks.map(axis),
      },
    ],
    hooks: { draw, setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  };
}

/** Over the whole width: it holds whether something was measured or not. */
function drawLimit({ ctx, bbox, valToPos }: uPlot, limit: number, color: string): void {
  const y = Math.round(valToPos(limit, 'y', true)) + 0.5;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
