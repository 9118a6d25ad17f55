import type { Result } from '../../contract/api.ts';
import { flakyDocument } from '../../contract/insight-documents.ts';
import type { FlakyTest } from '../../contract/insights.ts';
import { EXIT } from '../../contract/status.ts';
import { folderNamed } from '../folder.ts';
import { oneLine, onStdout, type Paint } from '../print.ts';
import { withSession } from '../session.ts';
import { moment, testName } from '../words.ts';

export interface FlakyOptions {
  project?: string;
  category?: string;
  runs: number;
  json?: boolean;
}

/** `bge2e flaky`: tests that gave both outcomes on the same code. */
export async function flaky({ project, category, runs, json = false }: FlakyOptions): Promise<number> {
  const found: Result<'getFlaky'> = await withSession(async (session) =>
    session.hasHistory ? session.call('getFlaky', { project: folderNamed(project), category, runs }) : { tests: [], runs },
  );
  process.stdout.write(json ? `${JSON.stringify(flakyDocument(found), null, 2)}\n` : flakyText(found, Date.now(), onStdout().paint));
  return EXIT.passed;
}

/** Each flaky test with its rate, since when, and what its failures have in common. */
export function flakyText({ tests, runs }: Result<'getFlaky'>, now: number, paint: Paint): string {
  if (tests.length === 0) return `No test was flaky in the last ${runs} runs: none both passed and failed on the same code.\n`;
  const lines = tests.flatMap((test) => [
    `${paint('yellow', `${Math.max(1, Math.round(100 * test.rate))} %`)}  ${testName(test)}`,
    `      ${strip(test.outcomes, paint)}  ${oneLine(factsOf(test, now).join(' · '))}`,
  ]);
  return `${lines.join('\n')}\n`;
}

function factsOf(
  { category, environments, flakes, runs, firstSeenAt, firstSeenIn, lastSeenIn, patterns, quarantinedUntil }: FlakyTest,
  now: number,
) {
  return [
    `${category} in ${environments.join(', ')}`,
    `${flakes} of ${runs} runs`,
    firstSeenIn === lastSeenIn ? `in #${firstSeenIn}` : `since ${moment(firstSeenAt, now)} (#${firstSeenIn}), last in #${lastSeenIn}`,
    ...patterns,
    ...(quarantinedUntil === null ? [] : [`in quarantine until ${quarantinedUntil}`]),
  ];
}

/** Outcomes as marks, the last one at the right. */
export const strip = (outcomes: string, paint: Paint): string =>
  [...outcomes]
    .map((letter) => {
      if (letter === 'p') return paint('green', '✓');
      if (letter === 'f') return paint('red', '✗');
      return letter === 'k' ? paint('yellow', '~') : paint('dim', '-');
    })
    .join('');
