import { resolve } from 'node:path';
import type { RetryAttempt, Test, TestStatus } from 'ctrf';
import { assertNever } from '../../contract/errors.ts';
import type { PlaywrightEvent } from '../../contract/playwright-events.ts';
import { unexpectedly } from '../runners/playwright-progress.ts';
import { displayPath } from './find-files.ts';
import { cut, LONGEST_MESSAGE, LONGEST_TRACE, type Source } from './reader.ts';

export type EventOf<T extends PlaywrightEvent['type']> = Extract<PlaywrightEvent, { type: T }>;
export type TestEnd = EventOf<'testEnd'>;

export const UNFINISHED = 'unfinished';

/** All tries of one test, in their order. */
export interface Tries {
  begun: EventOf<'testBegin'> | null;
  ended: TestEnd[];
}

const NEVER_ENDED = 'It did not end: the run was ended while it ran.';
const LEFT_OPEN = 'Playwright ended its run without saying how this test ended.';

/** The last try decides; Playwright's own verdict over all tries says what it comes to. */
export function toTest({ begun, ended }: Tries, rootDir: string, source: Source, wasCut = false): Test {
  const last = ended.at(-1);
  const which = begun ?? last;
  if (!which) throw new Error('A test without any try.'); // triesOf makes none
  const filePath = displayPath(resolve(rootDir, which.file), source.projectRoot);
  const shown = begun ? { message: wasCut ? NEVER_ENDED : LEFT_OPEN, stack: '', snippet: '' } : last ? errorOf(last) : null;
  // What ran when the run was cut did not pass. Where the run has an end, Playwright let the test be.
  const status = begun || !last ? (wasCut ? 'failed' : 'skipped') : statusOf(last.outcome);
  const earlier = begun ? ended : ended.slice(0, -1);
  const start = begun?.at ?? last?.startedAt;
  return {
    testId: which.id,
    name: which.title.at(-1) ?? which.file,
    status,
    duration: begun ? 0 : Math.round(last?.duration ?? 0),
    ...(start === undefined ? {} : { start: Math.round(start) }),
    ...(begun || !last ? {} : { stop: Math.round(last.startedAt + last.duration) }),
    suite: [...(which.project === '' ? [] : [which.project]), which.file, ...which.title.slice(0, -1)],
    ...(shown && shown.message !== '' ? { message: cut(shown.message, LONGEST_MESSAGE) } : {}),
    ...(shown && shown.stack !== '' ? { trace: cut(shown.stack, LONGEST_TRACE) } : {}),
    ...(shown && shown.snippet !== '' ? { snippet: shown.snippet } : {}),
    filePath,
    line: which.line,
    rawStatus: begun ? UNFINISHED : (last?.status ?? UNFINISHED),
    ...(last && last.tags.length > 0 ? { tags: last.tags } : {}),
    retries: earlier.length,
    ...(earlier.length > 0 ? { retryAttempts: earlier.map(toRetryAttempt) } : {}),
    ...(!begun && last?.outcome === 'flaky' ? { flaky: true } : {}),
    ...(last && last.attachments.length > 0 ? { attachments: last.attachments } : {}),
    ...(which.project === '' ? {} : { browser: which.project }),
  };
}

function statusOf(outcome: TestEnd['outcome']): TestStatus {
  switch (outcome) {
    case 'expected':
    case 'flaky':
      return 'passed';
    case 'unexpected':
      return 'failed';
    case 'skipped':
      return 'skipped';
    default:
      return assertNever(outcome);
  }
}

/** What went wrong in the try that decided; nothing where it went as expected, `test.fail()` included. */
function errorOf(event: TestEnd): { message: string; stack: string; snippet: string } | null {
  if (event.status === 'interrupted') return { message: 'It was interrupted before it could end.', stack: '', snippet: '' };
  if (event.outcome !== 'unexpected') return null;
  return event.errors[0] ?? { message: unexpectedly(event), stack: '', snippet: '' };
}

function toRetryAttempt(event: TestEnd, index: number): RetryAttempt {
  const [error] = event.errors;
  const asExpected = event.status === event.expectedStatus;
  return {
    attempt: index + 1,
    status: event.status === 'skipped' ? 'skipped' : event.status === 'interrupted' ? 'other' : asExpected ? 'passed' : 'failed',
    duration: Math.round(event.duration),
    start: Math.round(event.startedAt),
    ...(error ? { message: cut(error.message, LONGEST_MESSAGE), trace: cut(error.stack, LONGEST_TRACE) } : {}),
    ...(event.attachments.length > 0 ? { attachments: event.attachments } : {}),
  };
}
