import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import type { Sample } from '../../contract/attempt.ts';
import { duration } from '../format/units.ts';
import { useTheme } from '../stores/theme.ts';
import { chartColors, chartData, chartOptions, MEASURES, type Measure } from './chart-options.ts';

interface ChartProps {
  measure: Measure;
  samples: readonly Sample[];
  /** Where the time axis begins, in UTC ms. */
  startedAt: number;
  height: number;
  /** In the measure's unit; null: none. */
  limit?: number | null;
  spark?: boolean;
  onCursor?: (index: number | null) => void;
}

/** A line over time, drawn on a canvas; its last value is in its name. */
export function Chart({ measure, samples, startedAt, height, limit = null, spark = false, onCursor }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = useRef<uPlot.AlignedData>([[], []]);
  const cursor = useRef(onCursor);
  const theme = useTheme((state) => state.theme);
  cursor.current = onCursor;
  data.current = chartData(samples, startedAt, measure);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme needs other colours on the canvas.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const size = { width: element.clientWidth, height };
    const made = new uPlot(
      chartOptions(measure, spark, limit, size, chartColors(), (index) => cursor.current?.(index)),
      data.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== made.width) made.setSize({ width: element.clientWidth, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [measure, spark, height, theme, limit]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the data follow from these.
  useEffect(() => plot.current?.setData(data.current), [samples, startedAt, measure]);

  const last = samples.at(-1);
  const { name, of, words } = MEASURES[measure];
  return (
    <div
      ref={box}
      className={spark ? 'spark' : 'chart'}
      style={{ height }}
      role="img"
      aria-label={(last ? `${name} ${words(of(last))}` : `${name}, no samples yet`) + (limit === null ? '' : `, limit ${words(limit)}`)}
    />
  );
}

/** A chart with its name, and the value under the pointer, else the last one while it runs, else the peak. */
export function NamedChart({
  measure,
  samples,
  startedAt,
  height,
  limit = null,
  live,
}: Omit<ChartProps, 'spark' | 'onCursor'> & { live: boolean }) {
  const [at, setAt] = useState<number | null>(null);
  const { name, of, words } = MEASURES[measure];
  const pointed = at === null ? undefined : samples[at];
  const last = samples.at(-1);
  const peak = samples.reduce((most, sample) => Math.max(most, of(sample)), 0);
  const limitNote = limit === null ? '' : `, limit ${words(limit)}`;
  const note = pointed
    ? `${words(of(pointed))} at ${duration(pointed.at - startedAt)}`
    : live && last
      ? words(of(last)) + limitNote
      : samples.length > 0
        ? `peak ${words(peak)}${limitNote}`
        : '';
  return (
    <div className="side">
      <h2>
        {name}
        <span>{note}</span>
      </h2>
      <Chart measure={measure} samples={samples} startedAt={startedAt} height={height} limit={limit} onCursor={setAt} />
    </div>
  );
}
