import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlaywrightEvent } from '../../contract/playwright-events.ts';
import { Content } from './content.ts';
import { countsOf, titleOf } from './ctrf.ts';
import { playwrightReader } from './playwright.ts';

type TestEnd = Extract<PlaywrightEvent, { type: 'testEnd' }>;

const SOURCE = { file: 'playwright.ndjson', projectRoot: '/shop', exitCode: null };
const read = (...events: unknown[]) =>
  playwrightReader.read(new Content(events.map((event) => `${JSON.stringify(event)}\n`).join('')), SOURCE);

const begin = { type: 'begin', at: 1, schema: 1, version: '1.65.0', rootDir: '/shop/e2e', total: 3, workers: 1 } satisfies PlaywrightEvent;
const end = (status: 'passed' | 'failed' | 'timedout' | 'interrupted' = 'passed') =>
  ({ type: 'end', at: 900, status }) satisfies PlaywrightEvent;
const which = (id: string) => ({ id, title: ['checkout', `pays with ${id}`], project: 'chromium', file: 'checkout.spec.ts', line: 7 });
const started = (id: string, retry = 0) => ({ type: 'testBegin', at: 10, ...which(id), retry }) satisfies PlaywrightEvent;
const ended = (id: string, rest: Partial<TestEnd> = {}): TestEnd => ({
  type: 'testEnd',
  at: 60,
  ...which(id),
  tags: [],
  retry: 0,
  status: 'passed',
  expectedStatus: 'passed',
  outcome: 'expected',
  willRetry: false,
  startedAt: 10,
  duration: 50,
  errors: [],
  attachments: [],
  ...rest,
});
const broke = {
  status: 'failed',
  outcome: 'unexpected',
  errors: [{ message: 'Error: declined', stack: 'Error: declined\n  at x', snippet: '> 7' }],
} satisfies Partial<TestEnd>;

describe('a whole run', () => {
  it('names tests by project, file and blocks, with the path from the project on', () => {
    const { tests, tool, incomplete, warnings } = read(
      begin,
      started('card'),
      ended('card', broke),
      started('cash'),
      ended('cash'),
      started('later'),
      ended('later', { status: 'skipped', outcome: 'skipped' }),
      end('failed'),
    );
    expect({ tool, incomplete, warnings }).toEqual({ tool: { name: 'playwright', version: '1.65.0' }, incomplete: false, warnings: [] });
    expect(countsOf(tests)).toEqual({ total: 3, passed: 1, failed: 1, skipped: 1, flaky: 0 });
    expect(tests[0]).toMatchObject({
      name: 'pays with card',
      suite: ['chromium', 'checkout.spec.ts', 'checkout'],
      filePath: 'e2e/checkout.spec.ts',
      line: 7,
      message: 'Error: declined',
      trace: 'Error: declined\n  at x',
    });
    expect(tests.map(titleOf)).toEqual(['checkout › pays with card', 'checkout › pays with cash', 'checkout › pays with later']);
  });

  it('lets the last try decide, and keeps the earlier ones', () => {
    const { tests } = read(
      begin,
      started('card'),
      ended('card', { ...broke, willRetry: true }),
      started('card', 1),
      ended('card', { retry: 1, outcome: 'flaky' }),
      end(),
    );
    expect(countsOf(tests)).toEqual({ total: 1, passed: 1, failed: 0, skipped: 0, flaky: 1 });
    expect(tests[0]).toMatchObject({
      status: 'passed',
      flaky: true,
      retries: 1,
      retryAttempts: [{ attempt: 1, status: 'failed', message: 'Error: declined' }],
    });
    expect(tests[0]?.message).toBeUndefined();
  });

  it('counts a test once that a retried serial group runs again', () => {
    const { tests } = read(begin, ended('card'), ended('card', { retry: 1 }), end());
    expect(countsOf(tests)).toMatchObject({ total: 1, passed: 1 });
  });

  it('takes an expected failure for passed, and one that passed for failed', () => {
    const { tests } = read(
      begin,
      ended('card', { ...broke, expectedStatus: 'failed', outcome: 'expected' }),
      ended('cash', { expectedStatus: 'failed', outcome: 'unexpected' }),
      end('failed'),
    );
    expect(tests).toMatchObject([{ status: 'passed' }, { status: 'failed', message: 'Expected it to be failed, but it passed.' }]);
    expect(tests[0]?.message).toBeUndefined();
  });

  it('keeps an error outside of tests, which is no test', () => {
    const { tests } = read(begin, { type: 'error', at: 5, message: 'Error: no database', stack: 's' }, end('failed'));
    expect(countsOf(tests).total).toBe(0);
    expect(tests).toMatchObject([{ status: 'other', message: 'Error: no database' }]);
  });

  it.each([
    ['timedout', /globalTimeout/],
    ['interrupted', /interrupted/],
    ['failed', /failed although no test failed/],
  ] as const)('says why a run is not passed that ended as %s without anything else', (status, message) => {
    expect(read(begin, ended('card'), end(status)).tests).toContainEqual(
      expect.objectContaining({ status: 'other', message: expect.stringMatching(message) }),
    );
  });

  it('does not fail a test for the lost line of its end', () => {
    const { tests, incomplete } = read(begin, started('card'), ended('cash'), end());
    expect(countsOf(tests)).toEqual({ total: 2, passed: 1, failed: 0, skipped: 1, flaky: 0 });
    expect(incomplete).toBe(false);
  });

  it('passes over lines of a later version, and names lines that are broken', () => {
    expect(read(begin, { type: 'coverage', at: 3 }, ended('card'), end())).toMatchObject({
      incomplete: false,
      warnings: ['2 of 3 tests did not run.'],
    });
    const torn = playwrightReader.read(new Content(`${JSON.stringify(begin)}\n{"type":"testE\n${JSON.stringify(end())}\n`), SOURCE);
    expect(torn).toMatchObject({
      incomplete: true,
      warnings: [expect.any(String), expect.stringContaining('1 line of playwright.ndjson could not be read')],
    });
  });
});

describe('a run that was cut', () => {
  it('fails the test that was running, after a failed first try too', () => {
    const { tests, incomplete, warnings } = read(
      begin,
      ended('cash'),
      started('card'),
      ended('card', { ...broke, willRetry: true }),
      started('card', 1),
    );
    expect(tests[1]).toMatchObject({
      status: 'failed',
      retries: 1,
      message: 'It did not end: the run was ended while it ran.',
      retryAttempts: [{ message: 'Error: declined' }],
    });
    expect(incomplete).toBe(true);
    expect(warnings).toEqual(['Playwright did not come to its end: 1 of 3 tests had ended until then.']);
  });

  it('says of any cut what had happened until then, and never passes for whole', () => {
    const events = [
      begin,
      started('card'),
      ended('card', { ...broke, willRetry: true }),
      started('card', 1),
      ended('card', { retry: 1, outcome: 'flaky' }),
      started('käse'),
      ended('käse'),
      end(),
    ];
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    fc.assert(
      fc.property(fc.nat({ max: bytes.length }), (length) => {
        const text = bytes.subarray(0, length).toString('utf8');
        const content = playwrightReader.read(new Content(text), SOURCE);
        // A line counts from its last brace on.
        const whole = text.split('}\n').length - 1 + (text.endsWith('}') && isJson(text.slice(text.lastIndexOf('\n') + 1)) ? 1 : 0);
        expect(content.incomplete).toBe(whole < events.length);
        expect(countsOf(content.tests).total).toBe(
          new Set(events.slice(0, whole).flatMap((event) => ('id' in event ? [event.id] : []))).size,
        );
        expect(countsOf(content.tests).failed).toBe([2, 3, 4, 6].includes(whole) ? 1 : 0);
      }),
      { numRuns: 400 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
