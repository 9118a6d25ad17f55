import { expect, test } from 'vitest';
import { anAttempt, aTask } from '../contract/testing/a-task.ts';
import { endedText } from './ended-text.ts';

test('what could not be ended is named by pid and command, the rest is counted', () => {
  const survivors = Array.from({ length: 7 }, (_, index) => ({ pid: 100 + index, command: `sleep ${index}` }));
  const end = { cause: 'cancelled' as const, exitCode: null, signal: null, message: null, survivors, notChecked: [] };
  const state = { status: 'cancelled' as const, queuedAt: 1, startedAt: 2, endedAt: 3 };
  const text = endedText(aTask({ state, attempts: [anAttempt({ end })] }), (_style, text) => text);
  expect(text).toContain('7 processes could not be ended: 100 (sleep 0), 101 (sleep 1),');
  expect(text).toContain('and 2 more');
  expect(endedText(aTask({ state, attempts: [anAttempt()] }), (_style, text) => text)).not.toContain('could not be ended');
});
