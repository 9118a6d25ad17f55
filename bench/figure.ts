/** One measured quantity. */
export interface Figure {
  what: string;
  unit: 'ms' | 'MiB' | '% of one core';
  median: number;
  min: number;
  max: number;
  runs: number;
}

/** The figure of several runs; of none it has no numbers. */
export function figure(what: string, unit: Figure['unit'], values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    what,
    unit,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    runs: values.length,
  };
}

/** A table for people. */
export function tableOf(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ what }) => what.length));
  return figures
    .map(({ what, unit, median, min, max, runs }) => {
      const range = runs === 1 ? 'once' : `${rounded(min)} to ${rounded(max)}, ${runs} runs`;
      return `${what.padEnd(width)}  ${rounded(median).padStart(7)} ${unit}  (${range})`;
    })
    .join('\n');
}

/** Three figures are enough: more would pretend to be exact. */
const rounded = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));
