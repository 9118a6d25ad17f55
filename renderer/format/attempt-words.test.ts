import { expect, test } from 'vitest';
import type { AttemptEnd } from '../../contract/attempt.ts';
import { anAttempt, aTask } from '../../contract/testing/a-task.ts';
import { attemptGlyph, attemptNotes, attemptOfAll, attemptWord, backOff, causeSentence, exitWords } from './attempt-words.ts';

const ended = (end: Partial<AttemptEnd>, more = {}) =>
  anAttempt({ end: { cause: 'exited', exitCode: 0, signal: null, message: null, survivors: [], notChecked: [], ...end }, ...more });

test('an attempt whose process ended by itself is what its tests say, and green only where they passed', () => {
  expect([attemptWord(ended({})), attemptGlyph(ended({}))]).toEqual(['passed', 'passed']);
  expect([attemptWord(ended({}, { verdict: 'none' })), attemptGlyph(ended({}, { verdict: 'none' }))]).toEqual(['no results', 'none']);
  expect(attemptGlyph(ended({}, { verdict: null }))).toBe('none');
});

test('an end that was not the tests’ own is named by its cause, whatever they said before', () => {
  expect(attemptWord(ended({ cause: 'no_output' }))).toBe('was silent for too long');
  expect(attemptGlyph(ended({ cause: 'memory_limit' }, { verdict: 'passed' }))).toBe('failed');
  expect(attemptGlyph(ended({ cause: 'supervisor_lost' }, { verdict: 'passed' }))).toBe('failed');
  expect([attemptWord(anAttempt({ end: null })), attemptGlyph(anAttempt({ end: null }))]).toEqual(['running', 'queued']);
});

test('the cause is said once, without colours', () => {
  expect(causeSentence(ended({ message: 'Too long.' }, { error: '\u001b[31mIt failed.\u001b[0m' }))).toBe('It failed. Too long.');
  expect(causeSentence(ended({ message: 'It failed.' }, { error: 'It failed.' }))).toBe('It failed.');
  expect(causeSentence(ended({}))).toBe(null);
  expect([
    exitWords(ended({ exitCode: 3 })),
    exitWords(ended({ exitCode: null, signal: 'SIGKILL' })),
    exitWords(anAttempt({ end: null })),
  ]).toEqual(['exit code 3', 'signal SIGKILL', null]);
});

test('attempts are counted where there may be more than one', () => {
  const config = (maxRetries: number) => ({ ...aTask().config, maxRetries });
  expect(attemptOfAll(aTask({ attempts: [anAttempt()] }))).toBe(null);
  expect(attemptOfAll(aTask({ attempts: [], config: config(2) }))).toBe('attempt 1 of 3');
  expect(attemptOfAll(aTask({ attempts: [anAttempt(), anAttempt({ attempt: 2 })], config: config(2) }))).toBe('attempt 2 of 3');
});

test('between two attempts the next one has a moment; after the end there is none', () => {
  const attempts = [ended({ exitCode: 1 }, { retryAt: 99 })];
  const running = aTask({ state: { status: 'running', queuedAt: 1, startingAt: 2, startedAt: 3 }, attempts });
  expect(backOff(running)?.at).toBe(99);
  expect(backOff({ ...running, state: { status: 'completed', queuedAt: 1, startingAt: 2, startedAt: 3, endedAt: 4 } })).toBe(null);
});

test('notes say which attempt decided, what was flaky, and that a limit may be at fault', () => {
  const attempts = [ended({ exitCode: 1 }), ended({}, { attempt: 2, suspect: 'cpu_limit' })];
  const notes = attemptNotes(aTask({ attempts, decidedBy: 2, flakyTests: ['a', 'b', 'c', 'd'] }));
  expect(notes[0]).toBe('Decided by attempt 2 of 2.');
  expect(notes[1]).toBe('Failed first and passed when tried again: a; b; c; and 1 more.');
  expect(notes[2]).toMatch(/CPU limit/);
  expect(attemptNotes(aTask({ attempts: [anAttempt()], decidedBy: 1 }))).toEqual([]);
});
