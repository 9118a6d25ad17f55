/** One measured quantity. */
export interface Figure {
  what: string;
  unit: 'ms' | 'MiB' | '%' | '% of one core';
  median: number;
  min: number;
  max: number;
  runs: number;
  /** What a reader has to know to be fair. */
  note?: string;
}

/** The figure of several runs; of none it has no numbers. */
export function figure(what: string, unit: Figure['unit'], values: readonly number[], note?: string): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    what,
    unit,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    runs: values.length,
    ...(note === undefined ? {} : { note }),
  };
}

/** A table for people, each note once below it. */
export function tableOf(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ what }) => what.length));
  const notes = [...new Set(figures.flatMap(({ note }) => note ?? []))];
  const rows = figures.map(({ what, unit, median, min, max, runs, note }) => {
    const range = runs === 1 ? 'once' : `${rounded(min)} to ${rounded(max)}, ${runs} runs`;
    const mark = note === undefined ? '' : ` [${notes.indexOf(note) + 1}]`;
    return `${what.padEnd(width)}  ${rounded(median).padStart(7)} ${unit}  (${range})${mark}`;
  });
  return [...rows, ...notes.map((note, index) => `[${index + 1}] ${note}`)].join('\n');
}

/** Three figures are enough: more would pretend to be exact. */
const rounded = (value: number) =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
