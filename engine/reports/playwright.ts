import { resolve } from 'node:path';
import type { RetryAttempt, Test, TestStatus } from 'ctrf';
import { assertNever } from '../../contract/errors.ts';
import { parsedJson } from '../../contract/json.ts';
import { PlaywrightEvent } from '../../contract/playwright-events.ts';
import { OUTSIDE_OF_TESTS, unexpectedly } from '../runners/playwright-progress.ts';
import { displayPath } from './find-files.ts';
import { cut, errorOutside, LONGEST_MESSAGE, LONGEST_TRACE, type ReportReader, type Source } from './reader.ts';

type EventOf<T extends PlaywrightEvent['type']> = Extract<PlaywrightEvent, { type: T }>;
type TestEnd = EventOf<'testEnd'>;

const UNFINISHED = 'unfinished';

/** All tries of one test, in their order. */
interface Tries {
  begun: EventOf<'testBegin'> | null;
  ended: TestEnd[];
}

const NEVER_ENDED = 'It did not end: the run was ended while it ran.';
const LEFT_OPEN = 'Playwright ended its run without saying how this test ended.';

/** The lines of our own Playwright reporter. A run that was killed has a last line that is torn, and tests that never ended. */
export const playwrightReader: ReportReader = {
  name: 'Playwright',
  detect: ({ head }) => PlaywrightEvent.safeParse(parsedJson(head.split('\n', 1)[0] ?? '')).data?.type === 'begin',
  read: ({ text }, source) => {
    const { events, torn } = parse(text);
    const begin = events.find((event) => event.type === 'begin');
    const end = events.findLast((event) => event.type === 'end');
    const tests = [...triesOf(events).values()].map((tries) =>
      toTest(tries, begin?.rootDir ?? source.projectRoot, end === undefined, source),
    );
    const errors = events.filter((event) => event.type === 'error');
    const reason = end && errors.length === 0 ? reasonOfEnd(end.status, tests) : null;
    if (end && reason !== null) errors.push({ type: 'error', at: end.at, message: reason, stack: '' });
    const over = tests.filter(({ rawStatus }) => rawStatus !== UNFINISHED).length;
    const cutOff = end
      ? []
      : [`Playwright did not come to its end: ${over}${begin ? ` of ${begin.total}` : ''} tests had ended until then.`];
    const outside = unique(errors).map(({ message, stack }) => errorOutside(OUTSIDE_OF_TESTS, message, stack));
    return {
      tests: [...tests, ...outside],
      warnings: [...warningsOf(end && begin ? begin.total : null, tests.length, torn, source), ...cutOff],
      tool: begin ? { name: 'playwright', version: begin.version } : null,
      start: events[0]?.at ?? null,
      stop: events.at(-1)?.at ?? null,
      incomplete: end === undefined || torn > 0,
    };
  },
};

/** `torn`: lines that are not whole, other than the last, which a kill may have cut. */
function parse(text: string): { events: PlaywrightEvent[]; torn: number } {
  const events: PlaywrightEvent[] = [];
  let torn = 0;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const value = parsedJson(line);
    const parsed = PlaywrightEvent.safeParse(value);
    if (parsed.success) events.push(parsed.data);
    else if (index < lines.length - 1 && !isOfLaterKind(value)) torn += 1;
  }
  return { events, torn };
}

const KINDS: ReadonlySet<unknown> = new Set(PlaywrightEvent.options.map(({ shape }) => shape.type.value));

/** A later version may write more kinds of lines than we know; they are no loss. */
function isOfLaterKind(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && !KINDS.has(value.type);
}

function triesOf(events: readonly PlaywrightEvent[]): Map<string, Tries> {
  const tests = new Map<string, Tries>();
  for (const event of events) {
    if (event.type !== 'testBegin' && event.type !== 'testEnd') continue;
    const tries = tests.get(event.id) ?? { begun: null, ended: [] };
    tests.set(event.id, tries);
    if (event.type === 'testBegin') {
      tries.begun = event;
    } else {
      tries.begun = null;
      tries.ended.push(event);
    }
  }
  return tests;
}

/** The last try decides; Playwright's own verdict over all tries says what it comes to. */
function toTest({ begun, ended }: Tries, rootDir: string, wasCut: boolean, source: Source): Test {
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

/** What the end says that neither a test nor an error has said; null where nothing is left to say. */
function reasonOfEnd(status: EventOf<'end'>['status'], tests: readonly Test[]): string | null {
  switch (status) {
    case 'passed':
      return null;
    case 'timedout':
      return "The run was ended by Playwright's globalTimeout.";
    case 'interrupted':
      return 'Playwright was interrupted before its run was over.';
    case 'failed': {
      if (tests.some((test) => test.status === 'failed')) return null;
      const hint = tests.some((test) => test.flaky === true) ? ' Its config may count flaky tests as failures (failOnFlakyTests).' : '';
      return `Playwright ended the run as failed although no test failed.${hint}`;
    }
    default:
      return assertNever(status);
  }
}

function unique(errors: readonly EventOf<'error'>[]): EventOf<'error'>[] {
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}

function warningsOf(total: number | null, seen: number, torn: number, { file }: Source): string[] {
  const warnings: string[] = [];
  if (total !== null && total > seen) warnings.push(`${total - seen} of ${total} tests did not run.`);
  if (torn > 0) warnings.push(`${torn} ${torn === 1 ? 'line' : 'lines'} of ${file} could not be read; was the disk full?`);
  return warnings;
}
