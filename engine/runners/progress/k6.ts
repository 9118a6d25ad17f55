import type { OutputFormat } from './format.ts';

/** `running (0m10.0s), 5/5 VUs, 30 complete and 0 interrupted iterations`, then a bar for each scenario. */
export const k6: OutputFormat = {
  detects: (line) => /^running \(\d+[hm\d.]*s\), \d+\/\d+ VUs/.test(line),
  reader: (tally) => {
    let bars: number[] = [];
    return (line) => {
      if (line.startsWith('running (')) {
        bars = [];
        tally.runs((/^running \(([^)]*)\), (\d+\/\d+ VUs)/.exec(line) ?? []).slice(1).reverse().join(' for '));
        return;
      }
      const [, percent] = /^\S+\s+[✓✗]? ?\[[^\]\d]*(\d{1,3})%[^\]]*\]/.exec(line) ?? [];
      if (percent === undefined || bars.length > 100) return;
      bars.push(Math.min(100, Number(percent)));
      tally.percent = bars.reduce((sum, bar) => sum + bar, 0) / bars.length;
    };
  },
};
