import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failedTask, progress, queued, running, task } from '../test-support.ts';
import { noFacts, type TrayFacts } from './tray-facts.ts';
import { trayState, unseenFailures } from './tray-state.ts';

const facts = (over: Partial<TrayFacts>): TrayFacts => ({ ...noFacts, connected: true, ...over });
const run = (category: string, done: number, total: number | null, failed = 0) => ({
  task: task({ category, state: running, verdict: null }),
  progress: progress(done, total, failed),
});
const waits = () => ({ task: task({ state: queued, verdict: null }), progress: null });
const labels = (state: ReturnType<typeof trayState>) => state.menu.map((item) => item?.label ?? '—');

describe('icon', () => {
  test('nothing to do is idle, waiting tasks alone too', () => {
    expect(trayState(facts({})).icon).toEqual({ kind: 'idle' });
    expect(trayState(facts({ active: [waits()] })).icon).toEqual({ kind: 'idle' });
  });

  test('running counts the tests of all running tasks, in steps of 5 and rounded down', () => {
    expect(trayState(facts({ active: [run('e2e', 12, 40), run('cypress', 20, 24)] })).icon).toEqual({ kind: 'running', percent: 50 });
    expect(trayState(facts({ active: [run('e2e', 399, 400)] })).icon).toEqual({ kind: 'running', percent: 95 });
    expect(trayState(facts({ active: [run('e2e', 7, null)] })).icon).toEqual({ kind: 'running', percent: 0 });
  });

  test('a failed test in a running task, or an unseen failure beside it, shows while it runs', () => {
    expect(trayState(facts({ active: [run('e2e', 20, 40, 1)] })).icon).toEqual({ kind: 'running-failed', percent: 50 });
    expect(trayState(facts({ active: [run('e2e', 20, 40)], finished: [failedTask({ category: 'smoke' })] })).icon.kind).toBe(
      'running-failed',
    );
  });

  test('a failure stays until somebody looked at it', () => {
    const failed = failedTask();
    expect(trayState(facts({ finished: [failed] })).icon).toEqual({ kind: 'failed' });
    expect(trayState(facts({ finished: [{ ...failed, seenAt: 1 }] })).icon).toEqual({ kind: 'idle' });
  });

  test('without a host it says so, whatever was known before', () => {
    expect(trayState({ ...facts({ active: [run('e2e', 1, 2)] }), connected: false }).icon).toEqual({ kind: 'no-host' });
  });

  test('every percent is one that is drawn', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.option(fc.nat(500))), { minLength: 1, maxLength: 5 }), (counts) => {
        const { icon } = trayState(facts({ active: counts.map(([done, total]) => run('e2e', done, total)) }));
        expect('percent' in icon && icon.percent % 5 === 0 && icon.percent >= 0 && icon.percent <= 100).toBe(true);
      }),
    );
  });
});

describe('failures that are news', () => {
  test('a later run of the same suite that ended well makes them old', () => {
    const older = failedTask();
    expect(unseenFailures([task(), older])).toEqual([]);
    expect(unseenFailures([older, task()])).toEqual([older]);
    expect(unseenFailures([task({ category: 'smoke' }), older])).toEqual([older]);
  });

  test('a cancelled run says nothing about an older failure', () => {
    const older = failedTask();
    const cancelled = task({ state: { status: 'cancelled', queuedAt: 0, startedAt: null, endedAt: 1 }, verdict: null });
    expect(unseenFailures([cancelled, older])).toEqual([older]);
  });
});

describe('tooltip', () => {
  test('says how many run, how far they are, what failed and what waits', () => {
    expect(trayState(facts({ active: [run('e2e', 20, 40, 1), run('cypress', 31, 60), waits(), waits()] })).tooltip).toBe(
      '2 running: 51 % done, 1 failed\n2 waiting',
    );
    expect(trayState(facts({ active: [run('e2e', 0, null)] })).tooltip).toBe('1 running');
  });

  test('a runner that tells nothing is judged by time, and the end of what runs is estimated where each task tells it', () => {
    const timed = (category: string, percent: number, minutes: number) => {
      const { task: of, progress: told } = run(category, 0, null);
      const estimatedEndAt = Date.now() + minutes * 60_000;
      return { task: of, progress: { ...told, source: 'time' as const, percent, estimatedEndAt } };
    };
    const state = trayState(facts({ active: [timed('e2e', 61.5, 12)] }));
    expect(state.tooltip).toBe('1 running: about 61 % by time, about 12 min left');
    expect(state.icon).toEqual({ kind: 'running', percent: 60 });
    expect(labels(state)).toContain('e2e  about 61 % by time, about 12 min left');
    expect(trayState(facts({ active: [timed('e2e', 20, 5), timed('k6', 60, 12)] })).tooltip).toBe(
      '2 running: about 40 % by time, about 12 min left',
    );
    expect(trayState(facts({ active: [run('e2e', 20, 40), timed('k6', 60, 12)] })).tooltip).toBe('2 running: 50 % done');
  });

  test('says what failed, when and where', () => {
    expect(trayState(facts({ finished: [failedTask()] })).tooltip).toBe('e2e failed at 14:26: 3 failed\natlas-web, main');
    expect(trayState(facts({ finished: [failedTask(), failedTask({ category: 'smoke' })] })).tooltip).toBe(
      'e2e failed at 14:26: 3 failed\natlas-web, main, and 1 more failed run',
    );
  });

  test('a timeout and a run without results are named as such', () => {
    const late = task({ state: { status: 'timeout', queuedAt: 0, startedAt: 1, endedAt: failedEnd, reason: 'Too long.' }, verdict: null });
    expect(trayState(facts({ finished: [late] })).tooltip).toMatch(/^e2e timed out at 14:26\n/);
    expect(trayState(facts({ finished: [task({ verdict: 'none' })] })).tooltip).toMatch(/^e2e found no results at 14:26\n/);
  });

  test('is quiet when there is nothing to say, and says why the app is only a client', () => {
    expect(trayState(facts({})).tooltip).toBe('Nothing is running');
    expect(trayState(facts({ notice: 'A newer version (2.0.0) runs the queue' })).tooltip).toBe(
      'Nothing is running\nA newer version (2.0.0) runs the queue',
    );
  });

  test('never has more than two lines', () => {
    const some = fc.constantFrom(run('e2e', 3, 9, 1), run('smoke', 1, null), waits());
    const ended = fc.constantFrom(failedTask(), failedTask({ category: 'smoke' }), task());
    fc.assert(
      fc.property(
        fc.array(some),
        fc.array(ended),
        fc.boolean(),
        fc.boolean(),
        fc.option(fc.constant('Why.')),
        (active, finished, connected, all, notice) => {
          const paused = { all, categories: [] };
          expect(trayState({ active, finished, connected, paused, notice }).tooltip.split('\n').length).toBeLessThanOrEqual(2);
        },
      ),
    );
  });
});

const failedEnd = new Date(2026, 2, 4, 14, 26).getTime();

describe('menu', () => {
  test('lists running tasks with their progress, and both ways to quit', () => {
    const state = trayState(facts({ active: [run('e2e_critical', 12, 40, 1), run('cypress', 0, null), waits()] }));
    expect(labels(state)).toEqual([
      '2 running, 1 waiting',
      'e2e_critical  12 of 40, 1 failed',
      'cypress  running',
      '—',
      'New run…',
      'Pause the queue',
      'Open window',
      '—',
      'Quit; running tests go on',
      'Quit and end running tests',
    ]);
  });

  test('each running task and the last failure open their page', () => {
    const [entry, failed] = [run('e2e', 1, 2), failedTask()];
    const actions = trayState(facts({ active: [entry], finished: [failed] })).menu.map((item) => item?.action);
    expect(actions).toContainEqual({ do: 'open', page: `/runs/${entry.task.id}` });
    expect(actions).toContainEqual({ do: 'open', page: `/runs/${failed.id}` });
  });

  test('without work there is one way to quit', () => {
    expect(labels(trayState(facts({})))).toEqual(['Nothing is running', '—', 'New run…', 'Pause the queue', 'Open window', '—', 'Quit']);
  });

  test('says of a task that it is being cancelled', () => {
    const ending = { task: task({ state: running, verdict: null, cancelRequestedAt: 1 }), progress: progress(3, 9) };
    expect(labels(trayState(facts({ active: [ending] })))[1]).toBe('e2e  being cancelled');
  });
});

describe('a paused queue', () => {
  const paused = { all: true, categories: [] };

  test('shows in the icon while nothing runs and nothing failed', () => {
    expect(trayState(facts({ paused, active: [waits()] })).icon).toEqual({ kind: 'paused' });
    expect(trayState(facts({ paused, active: [run('e2e', 1, 2), waits()] })).icon.kind).toBe('running');
    expect(trayState(facts({ paused, finished: [failedTask()] })).icon).toEqual({ kind: 'failed' });
    expect(trayState({ ...facts({ paused }), connected: false }).icon).toEqual({ kind: 'no-host' });
  });

  test('is said with what waits, in tooltip and menu', () => {
    const state = trayState(facts({ paused, active: [waits(), waits(), waits()] }));
    expect(state.tooltip).toBe('Paused: 3 waiting');
    expect(labels(state)[0]).toBe('Paused: 3 waiting');
    expect(trayState(facts({ paused })).tooltip).toBe('Paused');
    expect(trayState(facts({ paused, active: [run('e2e', 1, 2), waits()] })).tooltip).toBe('1 running: 50 % done\nPaused: 1 waiting');
  });

  test('is resumed by the item that paused it; one category that is paused is not the whole queue', () => {
    const item = (state: ReturnType<typeof trayState>) => state.menu.find((one) => one?.action?.do === 'pause');
    expect(item(trayState(facts({ paused })))).toEqual({ label: 'Resume the queue', action: { do: 'pause', paused: false } });
    const category = { all: false, categories: ['e2e'] };
    expect(item(trayState(facts({ paused: category })))).toEqual({ label: 'Pause the queue', action: { do: 'pause', paused: true } });
    expect(item(trayState({ ...facts({}), connected: false }))).toBe(undefined);
  });
});
