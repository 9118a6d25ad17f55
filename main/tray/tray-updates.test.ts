import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrayState } from './tray-state.ts';
import { trayUpdates } from './tray-updates.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function recorder() {
  const calls: string[] = [];
  const updates = trayUpdates({
    setIcon: ({ kind }) => calls.push(`icon ${kind}`),
    setTooltip: (text) => calls.push(`tooltip ${text}`),
    setMenu: (items) => calls.push(`menu ${items.length}`),
  });
  return { calls, updates };
}
const state = (tooltip: string, kind: 'idle' | 'failed' | 'no-host' = 'idle'): TrayState => ({ icon: { kind }, tooltip, menu: [null] });

test('the first state is shown at once, then only what changed', () => {
  const { calls, updates } = recorder();
  updates.show(state('a'));
  expect(calls).toEqual(['icon idle', 'tooltip a', 'menu 1']);
  vi.advanceTimersByTime(1000);
  updates.show(state('b'));
  expect(calls.slice(3)).toEqual(['tooltip b']);
});

test('a hundred states within a second cost two updates, and the last one is shown', () => {
  const { calls, updates } = recorder();
  for (let index = 0; index < 100; index += 1) updates.show(state(String(index)));
  vi.advanceTimersByTime(1000);
  expect(calls.filter((call) => call.startsWith('tooltip'))).toEqual(['tooltip 0', 'tooltip 99']);
});

test('nothing is shown after the end', () => {
  const { calls, updates } = recorder();
  updates.show(state('a'));
  updates.show(state('b', 'failed'));
  updates.stop();
  vi.advanceTimersByTime(5000);
  expect(calls).toHaveLength(3);
});

test('new colours of the bar draw the same icon again', () => {
  const { calls, updates } = recorder();
  updates.show(state('a', 'failed'));
  updates.again();
  expect(calls.filter((call) => call === 'icon failed')).toHaveLength(2);
});

test('the first state with a host is shown without waiting, the next ones wait', () => {
  const { calls, updates } = recorder();
  updates.show(state('connecting', 'no-host'));
  updates.show(state('a'));
  updates.show(state('b'));
  expect(calls.filter((call) => call.startsWith('tooltip'))).toEqual(['tooltip connecting', 'tooltip a']);
  vi.advanceTimersByTime(1000);
  expect(calls.at(-1)).toBe('tooltip b');
});
