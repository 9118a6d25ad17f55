import type { OutputFormat } from './format.ts';

/** Before its list of failures the dot reporter says nothing that has a name. */
const FAILED_TESTS = 'Failed tests:';

/** The spec reporter of `node --test`: https://nodejs.org/api/test.html#test-reporters */
export const nodeSpec: OutputFormat = {
  detects: (line) => line === FAILED_TESTS || /^\s*(?:▶ \S|[✔✖﹣] .+ \(\d+\.\d+ms\)(?: #.*)?$)/.test(line),
  reader: (tally) => {
    const open: string[] = [];
    let isOver = false;
    return (line) => {
      const sum = /^ℹ (pass|fail|skipped|cancelled|todo|tests) (\d+)$/.exec(line);
      if (sum || line === '✖ failing tests:' || line === FAILED_TESTS) isOver = true;
      if (isOver) return;
      const [, indent = '', mark, title = ''] = /^(\s*)([▶✔✖﹣]) (.*?)(?: \([\d.]+ms\))?(?: # .*)?$/.exec(line) ?? [];
      if (mark === undefined) {
        if (/^\s+\S*Error\b.*: /.test(line)) tally.explain(line.trim());
        return;
      }
      const depth = Math.min(50, Math.floor(indent.length / 2));
      if (mark === '▶') {
        open.length = depth;
        open[depth] = title;
        return;
      }
      // A suite that was opened is closed by a line of its own.
      if (open[depth] === title && open.length > depth) {
        open.length = depth;
        return;
      }
      open.length = Math.min(open.length, depth);
      const whole = [...open, title].join(' › ');
      tally.ended(mark === '✔' ? 'p' : mark === '✖' ? 'f' : 's', whole);
    };
  },
};
