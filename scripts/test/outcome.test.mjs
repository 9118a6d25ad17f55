import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closingLine, countPlaywright, countVitest, outcomeOf, sum } from './outcome.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcome-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function report(content) {
  const file = join(folder, 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const stats = { expected: 3, unexpected: 0, flaky: 1, skipped: 2 };

test('the closing line adds up all outcomes and names skipped tests only where there are any', () => {
  expect(
    closingLine(
      sum([
        { passed: 1, failed: 0, skipped: 0 },
        { passed: 2, failed: 3, skipped: 4 },
      ]),
    ),
  ).toBe('3 passed, 3 failed, 4 skipped');
  expect(closingLine({ passed: 7, failed: 0, skipped: 0 })).toBe('7 passed, 0 failed');
});

test('a runner that crashed before its report counts as a failure', () => {
  expect(outcomeOf('x', 1, join(folder, 'missing.json'), countPlaywright)).toMatchObject({ passed: 0, failed: 1 });
  expect(outcomeOf('x', 0, join(folder, 'missing.json'), countPlaywright)).toMatchObject({ failed: 1 });
});

test('a runner that found no tests counts as a failure', () => {
  expect(outcomeOf('x', 0, report({ testResults: [] }), countVitest)).toMatchObject({ failed: 1 });
});

test('a runner that failed while all of its tests passed counts as a failure', () => {
  expect(outcomeOf('x', 1, report({ stats, errors: [] }), countPlaywright)).toMatchObject({ passed: 4, failed: 1, skipped: 2 });
  expect(outcomeOf('x', 0, report({ stats, errors: [] }), countPlaywright)).toEqual({ passed: 4, failed: 0, skipped: 2 });
});

test('a test file that could not be loaded counts as a failure beside the tests of other files', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'pending' }, { status: 'todo' }] },
  ];
  expect(countVitest({ testResults })).toEqual({ passed: 1, failed: 1, skipped: 2 });
});
