import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ReadAnswer, ReadRequest } from '../../contract/report.ts';
import type { TestCase } from '../../contract/result.ts';
import { EXIT } from '../../contract/status.ts';
import { oneLine, onStdout, type Paint } from '../print.ts';
import { readReportFiles } from '../read-report.ts';
import { countsText, duration } from '../words.ts';

/** `bge2e report FILE…`: what any report holds. It needs no host. */
export async function report(files: readonly string[], { json = false }: { json?: boolean }): Promise<number> {
  const request: ReadRequest = {
    files: [...new Set(files.map((file) => resolve(file)))],
    root: process.cwd(),
    format: 'any',
    tool: null,
    startedAt: null,
    exitCode: null,
    keepIn: null,
    document: json,
  };
  const answer = await readReportFiles(request, print);
  if (!json) {
    await print(reportText(answer, onStdout().paint));
    for (const problem of answer.problems) process.stderr.write(`${oneLine(problem)}\n`);
  }
  return exitCodeFor(answer);
}

/** A pipe takes it as slowly as its reader. */
async function print(piece: string | Buffer): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/** Failed tests are known to be bad, what could not be read only may be. */
function exitCodeFor({ problems, counts, errorCount, incomplete }: ReadAnswer): number {
  if (errorCount > 0 || (counts?.failed ?? 0) > 0) return EXIT.failed;
  if (problems.length > 0 || incomplete) return EXIT.usage;
  return counts === null || counts.total === 0 ? EXIT.noResults : EXIT.passed;
}

/** A line about the whole, then each failure with its message and place. Empty where nothing could be read. */
export function reportText(answer: ReadAnswer, paint: Paint): string {
  const { formats, tool, counts, durationMs, errors, errorCount, failures, warnings } = answer;
  if (counts === null) return '';
  const wrote = tool ? [tool.name, tool.version].filter((part) => part !== null).join(' ') : null;
  const first = [
    [formats.join(', '), wrote].filter((part) => part !== null).join(' of '),
    ...(counts.total === 0 ? [] : [`${counts.total} ${counts.total === 1 ? 'test' : 'tests'}`]),
    countsText(counts),
    duration(durationMs),
  ];
  const untold = errorCount - errors.length + counts.failed - failures.length;
  return [
    first.map(oneLine).join(' · '),
    ...errors.flatMap((one) => ['', paint('red', oneLine(one.name)), ...indented(one.message ?? '')]),
    ...failures.flatMap((one) => ['', paint('red', oneLine(titleOf(one))), ...placeOf(one), ...indented(one.message ?? '')]),
    ...(untold > 0 ? ['', `and ${untold} more ${untold === 1 ? 'failure' : 'failures'}, which --json prints too`] : []),
    ...(warnings.length > 0 ? ['', ...warnings.map((warning) => paint('yellow', oneLine(warning)))] : []),
    '',
  ].join('\n');
}

const titleOf = ({ suite, name }: TestCase) => [...suite, name].join(' › ');
const placeOf = ({ filePath, line }: TestCase) => (filePath === null ? [] : [`  ${oneLine(filePath)}${line === null ? '' : `:${line}`}`]);
const indented = (message: string) => (message === '' ? [] : message.split('\n').map((line) => `  ${oneLine(line)}`));
