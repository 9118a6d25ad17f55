import { expect, test } from 'vitest';
import type { Comparison, FlakyTest, KnownTest } from '../contract/insights.ts';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { comparisonText } from './commands/compare.ts';
import { flakyText } from './commands/flaky.ts';
import { untilOf } from './commands/quarantine.ts';
import { endedText } from './ended-text.ts';
import { painter } from './print.ts';

const plain = painter(false);
const HOSTILE = [
  '\u001b[31mred\u001b]0;title\u0007',
  'two\nlines\r\nand three',
  '<img src=x onerror=alert(1)>',
  '__proto__',
  'x'.repeat(10_000),
  '\u202eright to left',
  '#{1} $(reboot) `id`',
];

const named = (title: string): KnownTest => ({ title, file: `${title.slice(0, 50)}.ts`, line: 1, browser: null });
const run = {
  taskId: 'task_000000000001',
  number: 2,
  branch: 'main',
  commit: 'abcdef0123456789',
  environment: 'dev',
  endedAt: 0,
  verdict: 'failed',
} as const;
const NOTHING: Comparison['counts'] = {
  newFailures: 0,
  fixed: 0,
  stillFailing: 0,
  knownFlaky: 0,
  quarantined: 0,
  slower: 0,
  newTests: 0,
  goneTests: 0,
};
const comparison = (rest: Partial<Comparison>): Comparison => ({
  run,
  base: { ...run, number: 1 },
  chosen: 'main_branch',
  isPartial: false,
  newFailures: [],
  fixed: [],
  stillFailing: [],
  knownFlaky: [],
  quarantined: [],
  slower: [],
  newTests: [],
  goneTests: [],
  counts: NOTHING,
  ...rest,
});

const flaky = (rest: Partial<FlakyTest>): FlakyTest => ({
  ...named('cart › pays'),
  category: 'e2e',
  environments: ['development'],
  rate: 0.1,
  flakes: 3,
  runs: 30,
  withinRuns: 3,
  betweenRuns: 0,
  firstSeenAt: 0,
  lastSeenAt: 1,
  firstSeenIn: 1,
  lastSeenIn: 2,
  patterns: [],
  outcomes: 'ppkfs',
  quarantinedUntil: null,
  ...rest,
});

test('whatever tests, messages and branches are called, each is one line that a terminal obeys in nothing', () => {
  for (const text of HOSTILE) {
    const compared = comparisonText(
      comparison({
        run: { ...run, branch: text },
        newFailures: [{ ...named(text), message: text }],
        slower: [{ ...named(text), durationMs: 2, usualMs: 1 }],
        counts: { ...NOTHING, newFailures: 1, slower: 1 },
      }),
      0,
      plain,
    );
    expect(compared.trimEnd().split('\n')).toHaveLength(5);
    const listed = flakyText({ runs: 30, tests: [flaky({ ...named(text), environments: [text], patterns: [text] })] }, 0, plain);
    expect(listed.trimEnd().split('\n')).toHaveLength(2);
    const task = aTask({
      state: { status: 'failed', queuedAt: 1, startingAt: 1, startedAt: 1, endedAt: 2, reason: null },
      verdict: 'failed',
      failureGroups: [{ message: text, frame: text, count: 2, tests: [text] }],
      quarantinedTests: [text],
      attempts: [anAttempt({ warnings: [`The quarantine of ${text} ended`] })],
    });
    const ended = endedText(task, plain);
    expect(ended.trimEnd().split('\n')).toHaveLength(4);
    for (const shown of [compared, listed, ended]) expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  }
});

test('a comparison names both runs, why that one, and what became of the tests', () => {
  const text = comparisonText(
    comparison({
      newFailures: [{ ...named('a'), message: 'Error: no' }],
      fixed: [{ ...named('b'), message: null }],
      counts: { ...NOTHING, newFailures: 1, fixed: 25 },
    }),
    0,
    plain,
  );
  expect(text).toMatch(/^#2 \(main, abcdef01, dev, \d\d:\d\d\), compared with #1 \(.*\) \(the last run on the main branch before it\)\.\n/);
  expect(text).toContain('1 new failure:\n  ✗ a (a.ts): Error: no\n25 fixed:\n  ✓ b (b.ts)\n');
  expect(comparisonText(comparison({}), 0, plain)).toMatch(/Nothing changed\.\n$/);
  expect(comparisonText(comparison({ base: null, chosen: null }), 0, plain)).toMatch(/is the first run of its suite with results/);
});

test('a flaky test shows its rate, its last outcomes, since when and what they have in common', () => {
  const text = flakyText({ runs: 30, tests: [flaky({ patterns: ['only in staging'], quarantinedUntil: '2026-12-24' })] }, 0, plain);
  expect(text).toMatch(
    /^10 % {2}cart › pays \(cart › pays\.ts\)\n {6}✓✓~✗- {2}e2e in development · 3 of 30 runs · since .* \(#1\), last in #2 · only in staging · in quarantine until 2026-12-24\n$/,
  );
});

test('why tests failed is told where one line does not say it', () => {
  const task = aTask({
    state: { status: 'failed', queuedAt: 1, startingAt: 1, startedAt: 1, endedAt: 2, reason: null },
    verdict: 'failed',
    error: 'a: connect ECONNREFUSED 127.0.0.1:5432, and 14 more',
    failureGroups: [
      { message: 'connect ECONNREFUSED 127.0.0.1:5432', frame: null, count: 14, tests: [] },
      { message: 'expected 3', frame: 'a.ts:1', count: 1, tests: [] },
    ],
  });
  expect(endedText(task, plain)).toContain('\n  Why: 14 tests: connect ECONNREFUSED 127.0.0.1:5432\n       1 test: expected 3 (a.ts:1)\n');
});

test('the end of a quarantine is a day, or so many days or weeks from now', () => {
  const now = new Date(2026, 11, 24, 23, 59).getTime();
  expect(['2027-01-01', '14d', '2w', '1D'].map((text) => untilOf(text, now))).toEqual([
    '2027-01-01',
    '2027-01-07',
    '2027-01-07',
    '2026-12-25',
  ]);
  for (const text of ['', 'soon', '24.12.2026', '-3d', '5h']) expect(() => untilOf(text, now)).toThrow(/--until is/);
});
