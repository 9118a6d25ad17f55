import { basename } from 'node:path';
import { PlaywrightEvent } from '../../contract/playwright-events.ts';
import type { Progress } from '../../contract/result.ts';

const MAX_FAILURES = 20;
const MAX_OUTCOMES = 400;

type TestEnd = Extract<PlaywrightEvent, { type: 'testEnd' }>;
type Letter = 'p' | 'f' | 'k' | 's';

/** `checkout › pays with a card`: describe blocks and title; the file's name where there is no describe block. */
export function titleOf({ title, file }: Pick<TestEnd, 'title' | 'file'>): string {
  const names = title.length > 1 ? title : [basename(file).replace(/\.(spec|test)\.[cm]?[jt]sx?$/, ''), ...title];
  return names.join(' › ');
}

function letterOf(outcome: TestEnd['outcome']): Letter {
  switch (outcome) {
    case 'expected':
      return 'p';
    case 'unexpected':
      return 'f';
    case 'flaky':
      return 'k';
    case 'skipped':
      return 's';
  }
}

/** Follows one run of Playwright: takes lines of our reporter's file, gives the progress so far. */
export function playwrightProgress(): (line: unknown) => Progress {
  let total: number | null = null;
  // By test: a group in serial mode runs its passed tests again when one of them is retried, and the last word counts.
  const ended = new Map<string, Letter>();
  const failures = new Map<string, { title: string; message: string }>();
  const running = new Map<string, { title: string; startedAt: number }>();

  const take = (event: PlaywrightEvent): void => {
    switch (event.type) {
      case 'begin':
        total = event.total;
        return;
      case 'testBegin':
        running.set(event.id, { title: titleOf(event), startedAt: event.at });
        return;
      case 'testEnd': {
        running.delete(event.id);
        if (event.willRetry) return;
        const letter = letterOf(event.outcome);
        ended.set(event.id, letter);
        if (letter === 'f') failures.set(event.id, { title: titleOf(event), message: event.errors[0]?.message.split('\n')[0] ?? '' });
        else failures.delete(event.id);
        return;
      }
      case 'error':
        failures.set(`error ${event.at}`, { title: 'Error outside of any test', message: event.message.split('\n')[0] ?? '' });
        return;
      case 'end':
        running.clear();
    }
  };

  return (line) => {
    const parsed = PlaywrightEvent.safeParse(line);
    if (parsed.success) take(parsed.data);
    const letters = [...ended.values()];
    const count = (letter: Letter) => letters.filter((one) => one === letter).length;
    const flaky = count('k');
    return {
      total,
      done: letters.length,
      passed: count('p') + flaky,
      failed: count('f'),
      flaky,
      skipped: count('s'),
      outcomes: letters.slice(-MAX_OUTCOMES).join(''),
      current: [...running.values()].at(-1) ?? null,
      failures: [...failures.values()].slice(0, MAX_FAILURES),
    };
  };
}
