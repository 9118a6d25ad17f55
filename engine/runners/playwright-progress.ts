import { assertNever } from '../../contract/errors.ts';
import { PlaywrightEvent } from '../../contract/playwright-events.ts';
import type { Progress } from '../../contract/result.ts';

const MAX_FAILURES = 20;
const MAX_OUTCOMES = 400;

/** What an error is called that belongs to no test. */
export const OUTSIDE_OF_TESTS = 'Error outside of any test';

type TestEnd = Extract<PlaywrightEvent, { type: 'testEnd' }>;

const LETTERS = { expected: 'p', unexpected: 'f', flaky: 'k', skipped: 's' } as const satisfies Record<TestEnd['outcome'], string>;
type Letter = (typeof LETTERS)[TestEnd['outcome']];

/** `checkout › pays with a card`: describe blocks and title. */
const titleOf = ({ title, file }: Pick<TestEnd, 'title' | 'file'>) => title.join(' › ') || file;

const firstLine = (message: string) => message.trim().split('\n', 1)[0]?.trim() ?? '';

/** Why a test failed that threw nothing: `test.fail()` says that it must. */
export function unexpectedly({ status, expectedStatus }: Pick<TestEnd, 'status' | 'expectedStatus'>): string {
  return `Expected it to be ${expectedStatus}, but it ${status === 'passed' ? 'passed' : `was ${status}`}.`;
}

/** Follows one run of Playwright: takes lines of our reporter's file, gives the progress so far. A flaky test counts as passed, too. */
export function playwrightProgress(): (line: unknown) => Progress {
  let total: number | null = null;
  let errors = 0;
  // By test: a group in serial mode runs its passed tests again when one of them is retried, and the last word counts.
  const ended = new Map<string, Letter>();
  const counts: Record<Letter, number> = { p: 0, f: 0, k: 0, s: 0 };
  const failures = new Map<string, { title: string; message: string }>();
  const running = new Map<string, { title: string; startedAt: number }>();

  const takeEnd = (event: TestEnd): void => {
    running.delete(event.id);
    if (event.willRetry) return;
    const before = ended.get(event.id);
    if (before) counts[before] -= 1;
    const letter = LETTERS[event.outcome];
    counts[letter] += 1;
    ended.set(event.id, letter);
    if (letter === 'f')
      failures.set(event.id, { title: titleOf(event), message: firstLine(event.errors[0]?.message ?? unexpectedly(event)) });
    else failures.delete(event.id);
  };

  const take = (event: PlaywrightEvent): void => {
    switch (event.type) {
      case 'begin':
        total = event.total;
        return;
      case 'testBegin':
        running.set(event.id, { title: titleOf(event), startedAt: event.at });
        return;
      case 'testEnd':
        takeEnd(event);
        return;
      case 'error':
        errors += 1;
        failures.set(`${OUTSIDE_OF_TESTS} ${errors}`, { title: OUTSIDE_OF_TESTS, message: firstLine(event.message) });
        return;
      case 'end':
        running.clear();
        return;
      default:
        assertNever(event);
    }
  };

  return (line) => {
    const parsed = PlaywrightEvent.safeParse(line);
    if (parsed.success) take(parsed.data);
    return {
      total,
      done: ended.size,
      passed: counts.p + counts.k,
      failed: counts.f,
      flaky: counts.k,
      skipped: counts.s,
      outcomes: [...ended.values()].slice(-MAX_OUTCOMES).join(''),
      current: [...running.values()].at(-1) ?? null,
      failures: [...failures.values()].slice(0, MAX_FAILURES),
    };
  };
}
