import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from './nearest-name.ts';

const CATEGORIES = ['cypress', 'e2e', 'performance', 'e2e_critical'];

test.each([
  ['cypres', 'cypress'],
  ['cyrpess', 'cypress'],
  ['e2', 'e2e'],
  ['E2E', 'e2e'],
  ['e2e-critical', 'e2e_critical'],
  ['e2e_critcal', 'e2e_critical'],
  ['perf', 'performance'],
  ['critical', 'e2e_critical'],
  ['critcal', 'e2e_critical'],
])('%s is taken for %s', (given, meant) => {
  expect(nearestName(given, CATEGORIES)).toBe(meant);
});

test.each(['', 'x', 'zz', 'lint', 'unit', 'smoke-tests', 'e'.repeat(2_000_000)])('nothing is near to %#', (given) => {
  expect(nearestName(given, CATEGORIES)).toBeNull();
});

test('a part that several names contain names none of them', () => {
  expect(nearestName('check', ['nightly_check_fast', 'nightly_check_slow'])).toBeNull();
});

test('the fewest edits win over the first name', () => {
  expect(nearestName('max_retry', ['max_entry', 'max_retries', 'max_retr'])).toBe('max_retr');
});

test('a neighbour swap counts as one edit', () => {
  expect(editDistance('ab', 'ba')).toBe(1);
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
});

test('the distance is symmetric, zero for equal texts alone, and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test('what it answers is one of the known names, and a known name is its own nearest', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 10 }), {
    minLength: 1,
    maxLength: 6,
    selector: (name) => name.toLowerCase().replace(/[-. ]/g, '_'),
  });
  fc.assert(
    fc.property(names, fc.string({ maxLength: 10 }), (known, given) => {
      const nearest = nearestName(given, known);
      if (nearest !== null) expect(known).toContain(nearest);
      for (const name of known) expect(nearestName(name, known)).toBe(name);
    }),
  );
});
