import type { OutputFormat } from './format.ts';

const ENDED: Readonly<Record<string, 'p' | 'f' | 's'>> = { PASS: 'p', FAIL: 'f', SKIP: 's' };
const GOTESTSUM = /^(PASS|FAIL|SKIP) (\S+\.(?:Test|Example|Fuzz|Benchmark)\S*) \([\d.]+m?s\)$/;

/** `go test -v`, and gotestsum in its formats standard-verbose and testname: https://pkg.go.dev/cmd/go#hdr-Testing_flags */
export const goTest: OutputFormat = {
  detects: (line) => /^=== RUN {3}\S/.test(line) || GOTESTSUM.test(line),
  reader: (tally) => {
    let said = '';
    return (line) => {
      const [, run] = /^=== (?:RUN|CONT|NAME) +(\S+)$/.exec(line) ?? [];
      if (run !== undefined) {
        tally.runs(run);
        return;
      }
      const [, message] = /^\s+\S+\.go:\d+: (.+)$/.exec(line) ?? [];
      if (message !== undefined) said = message;
      const [, word, name] = /^\s*--- (PASS|FAIL|SKIP): (\S+) \(/.exec(line) ?? GOTESTSUM.exec(line) ?? [];
      if (word === undefined) return;
      tally.ended(ENDED[word] ?? 's', name, word === 'FAIL' ? said : '');
      said = '';
    };
  },
};
