import { parsedJson } from '../../../contract/json.ts';
import { isObject, textAt } from '../../reports/json-fields.ts';
import type { OutputFormat } from './format.ts';

const ENDED: Readonly<Record<string, 'p' | 'f' | 's'>> = { PASS: 'p', FAIL: 'f', SKIP: 's', pass: 'p', fail: 'f', skip: 's' };
const GOTESTSUM = /^(PASS|FAIL|SKIP) (\S+?\.((?:Test|Example|Fuzz|Benchmark)\S*)) \([\d.]+m?s\)$/;
/** Without -v Go tells of failures alone. */
const FAILED = /^--- FAIL: \S+ \([\d.]+s\)$/;

/** `go test`, and gotestsum in its formats standard-verbose and testname: https://pkg.go.dev/cmd/go#hdr-Testing_flags */
export const goTest: OutputFormat = {
  detects: (line) => /^=== RUN {3}\S/.test(line) || GOTESTSUM.test(line) || FAILED.test(line),
  reader: (tally) => {
    let said = '';
    // gotestsum prints what Go says of a failure before it names it itself, and at the end once more.
    const counted = new Set<string>();
    let isOver = false;
    let isVerbose = false;
    return (line) => {
      if (/^=== (?:Failed|Skipped|Errors)$/.test(line)) isOver = true;
      if (isOver) return;
      const [, run] = /^=== (?:RUN|CONT|NAME) +(\S+)$/.exec(line) ?? [];
      if (run !== undefined) {
        isVerbose = true;
        tally.runs(run);
        return;
      }
      const [, message] = /^\s+\S+\.go:\d+: (.+)$/.exec(line) ?? [];
      // With -v a test's output comes before its end, else after it.
      if (message !== undefined && isVerbose) said = message;
      else if (message !== undefined) tally.explain(message);
      const [, word, name, short] = /^\s*--- (PASS|FAIL|SKIP): (\S+) \(/.exec(line) ?? GOTESTSUM.exec(line) ?? [];
      if (word === undefined || name === undefined || (short !== undefined && counted.delete(short))) return;
      if (short === undefined && counted.size < 10_000) counted.add(name);
      tally.ended(ENDED[word] ?? 's', name, word === 'FAIL' ? said : '');
      said = '';
    };
  },
};

/** `go test -json`, an event a line: https://pkg.go.dev/cmd/test2json */
export const goTestJson: OutputFormat = {
  detects: (line) => /^\{"(?:Time|Action|ImportPath)":".*"Action":"|^\{"Action":"/.test(line),
  reader: (tally) => {
    let said = '';
    return (line) => {
      const event = line.startsWith('{') ? parsedJson(line) : null;
      if (!isObject(event)) return;
      const [action, test] = [textAt(event, 'Action'), textAt(event, 'Test')];
      const [, message] = /^\s+\S+\.go:\d+: (.+)$/m.exec(textAt(event, 'Output')) ?? [];
      if (message !== undefined) said = message;
      const letter = ENDED[action];
      if (test === '') return;
      if (action === 'run') tally.runs(test);
      else if (letter !== undefined) {
        tally.ended(letter, test, letter === 'f' ? said : '');
        said = '';
      }
    };
  },
};
