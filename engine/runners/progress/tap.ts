import type { OutputFormat } from './format.ts';

/** TAP 13 and 14, with subtests: https://testanything.org/tap-version-14-specification.html */
export const tap: OutputFormat = {
  detects: (line) => /^(?:TAP version 1[2-4]$|(?:not )?ok 1(?: |$)|1\.\.\d{1,7}(?: |$))/.test(line),
  reader: (tally) => {
    // Tests that ended at each depth since the last line of the depth above: who has some is their parent, and no test of its own.
    const children: number[] = [];
    let isNested = false;
    let hasFailed = false;
    return (line) => {
      const plan = /^1\.\.(\d{1,7})/.exec(line);
      if (plan) {
        if (!isNested) tally.total ??= Number(plan[1]);
        return;
      }
      const named = /^ *# Subtest: (.+)$/.exec(line);
      if (named) tally.runs(named[1] ?? '');
      const message = /^ +(?:message|error): *(.+)$/.exec(line);
      // mocha says what went wrong without YAML, right after the line.
      const [, said] = (hasFailed && /^ {2}(?! )(?!---)(.+)$/.exec(line)) || [];
      if (said !== undefined) tally.explain(said);
      hasFailed = /^ *not ok/.test(line);
      if (message) tally.explain((message[1] ?? '').replace(/^(['"])(.*)\1$/, '$2').replace(/^[|>]-?$/, ''));
      const [, indent, not, , rest = ''] = /^( *)(not )?ok( \d+)?(.*)$/.exec(line) ?? [];
      if (indent === undefined) return;
      const depth = Math.min(20, Math.floor(indent.length / 4));
      const isParent = (children[depth + 1] ?? 0) > 0;
      children.length = depth + 1;
      children[depth] = (children[depth] ?? 0) + 1;
      if (depth > 0) {
        isNested = true;
        tally.total = null; // a plan counts the outermost alone
      }
      if (isParent) return;
      const [, title = '', directive] = /^(?: - )?(.*?)(?: # (skip|todo)\b.*)?$/i.exec(rest) ?? [];
      tally.ended(directive !== undefined ? 's' : not === undefined ? 'p' : 'f', title.trim());
    };
  },
};
