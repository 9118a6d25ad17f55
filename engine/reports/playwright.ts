import type { Test } from 'ctrf';
import { assertNever } from '../../contract/errors.ts';
import { parsedJson } from '../../contract/json.ts';
import { PlaywrightEvent } from '../../contract/playwright-events.ts';
import { OUTSIDE_OF_TESTS } from '../runners/playwright-progress.ts';
import { type EventOf, type Tries, toTest, UNFINISHED } from './playwright-test.ts';
import { errorOutside, type ReportReader, type Source } from './reader.ts';

/** The lines of our own Playwright reporter. A run that was killed has a last line that is torn, and tests that never ended. */
export const playwrightReader: ReportReader = {
  name: 'Playwright',
  detect: ({ head }) => PlaywrightEvent.safeParse(parsedJson(head.split('\n', 1)[0] ?? '')).data?.type === 'begin',
  read: ({ text }, source) => {
    const { events, torn } = parse(text);
    const begin = events.find((event) => event.type === 'begin');
    const end = events.findLast((event) => event.type === 'end');
    const tests = [...triesOf(events).values()].map((tries) =>
      toTest(tries, begin?.rootDir ?? source.projectRoot, source, end === undefined),
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
