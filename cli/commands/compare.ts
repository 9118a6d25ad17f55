import type { Result } from '../../contract/api.ts';
import { comparisonDocument } from '../../contract/insight-documents.ts';
import type { ComparedRun, ComparedTest, KnownTest, SlowerTest } from '../../contract/insights.ts';
import { EXIT } from '../../contract/status.ts';
import { oneLine, onStdout, type Paint, type Style } from '../print.ts';
import { withSession } from '../session.ts';
import { moment, seconds, testName } from '../words.ts';
import { taskNamed } from './status.ts';

const MOST_SHOWN = 20;

/** `bge2e compare ID [OTHER]`: what became of its tests since another run. */
export async function compare(name: string, other: string | undefined, { json = false }: { json?: boolean }): Promise<number> {
  const comparison = await withSession(async (session) => {
    const { task } = await taskNamed(session, name);
    return session.call('compareRuns', { task: task.id, ...(other === undefined ? {} : { other }) });
  });
  process.stdout.write(
    json ? `${JSON.stringify(comparisonDocument(comparison), null, 2)}\n` : comparisonText(comparison, Date.now(), onStdout().paint),
  );
  return EXIT.passed;
}

const WHY = {
  main_branch: 'the last run on the main branch before it',
  same_branch: 'the last run on the same branch before it',
  previous: 'the last run before it',
  asked: null,
} as const;

/** Two runs side by side, the failures first. */
export function comparisonText(comparison: Result<'compareRuns'>, now: number, paint: Paint): string {
  const { run, base, chosen, isPartial, counts } = comparison;
  if (base === null) return `${runName(run, now)} is the first run of its suite with results, so there is none to compare it with.\n`;
  const why = chosen === null ? null : WHY[chosen];
  const lines = [`${runName(run, now)}, compared with ${runName(base, now)}${why === null ? '' : ` (${why})`}.`];
  if (isPartial) lines.push('One of them ran only a part of the suite: what the other did not run is not listed.');
  const list = <T extends KnownTest>(
    title: string,
    sign: string,
    style: Style,
    tests: readonly T[],
    count: number,
    detail: (test: T) => string,
  ) => {
    if (count === 0) return;
    lines.push(`${count} ${title}:`);
    for (const test of tests.slice(0, MOST_SHOWN)) lines.push(`  ${paint(style, sign)} ${testName(test)}${oneLine(detail(test))}`);
    if (count > MOST_SHOWN) lines.push(`  … and ${count - Math.min(count, MOST_SHOWN)} more`);
  };
  const message = ({ message }: ComparedTest) => (message === null ? '' : `: ${message}`);
  const took = ({ durationMs, usualMs }: SlowerTest) => `: ${seconds(durationMs)}, usually ${seconds(usualMs)}`;
  const nothing = () => '';
  const { newFailures, fixed, stillFailing, knownFlaky, quarantined, slower, newTests, goneTests } = comparison;
  list(counts.newFailures === 1 ? 'new failure' : 'new failures', '✗', 'red', newFailures, counts.newFailures, message);
  list('still failing', '✗', 'red', stillFailing, counts.stillFailing, message);
  list('known flaky', '~', 'yellow', knownFlaky, counts.knownFlaky, message);
  list('failed in quarantine', '~', 'yellow', quarantined, counts.quarantined, message);
  list('fixed', '✓', 'green', fixed, counts.fixed, nothing);
  list('slower', '↓', 'yellow', slower, counts.slower, took);
  list(counts.newTests === 1 ? 'new test' : 'new tests', '+', 'dim', newTests, counts.newTests, nothing);
  list('gone', '-', 'dim', goneTests, counts.goneTests, nothing);
  if (lines.length === (isPartial ? 2 : 1)) lines.push('Nothing changed.');
  return `${lines.join('\n')}\n`;
}

function runName({ number, branch, commit, environment, endedAt }: ComparedRun, now: number): string {
  const at = [branch, commit === null ? null : commit.slice(0, 8), environment].filter((part) => part !== null).join(', ');
  return oneLine(`#${number} (${at}, ${moment(endedAt, now)})`);
}
