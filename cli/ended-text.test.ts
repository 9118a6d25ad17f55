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

test('what the last attempt warns of is said, a limit that did not hold only once', () => {
  const state = { status: 'completed' as const, queuedAt: 1, startingAt: 1, startedAt: 2, endedAt: 3 };
  const limits = [
    { kind: 'cpu' as const, asked: 50, enforcedBy: 'duty-cycle', notEnforcedBecause: null },
    { kind: 'memory' as const, asked: 4, enforcedBy: null, notEnforcedBecause: 'there is no /proc' },
  ];
  const warnings = ['The project changed between the attempts.', 'The memory limit was not enforced: there is no /proc.'];
  const attempts = [anAttempt({ warnings: ['of the first'] }), anAttempt({ attempt: 2, warnings, limits })];
  const text = endedText(aTask({ state, attempts }), (_style, text) => text);
  expect(text.split('\n').filter((line) => /changed|limit|first/.test(line))).toEqual([
    '  The project changed between the attempts.',
    '  The memory limit was not enforced: there is no /proc.',
    '  limit: cpu 50 % by duty-cycle',
  ]);
});
