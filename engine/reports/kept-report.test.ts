import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'ctrf';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ctrfReport } from './ctrf.ts';
import { keepReport, keptTests, readKeptReport, readTests } from './kept-report.ts';
import { toTestCases } from './test-cases.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const reportOf = (tests: Test[]) => ctrfReport({ name: 'test' }, tests, 1, 2);
async function pieces(): Promise<Test[][]> {
  const found: Test[][] = [];
  for await (const piece of keptTests(folder)) found.push([...piece]);
  return found;
}

test('whatever tests are called and say, they come back as they were, and both files are JSON for others', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(']}}', '[', ']', '"tests":[', ',', 'a\nb', '\u2028'));
  const aTest = fc.record({
    name: text,
    status: fc.constantFrom('passed', 'failed', 'skipped', 'other'),
    duration: fc.nat(),
    message: text,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(aTest, { maxLength: 5 }), async (tests) => {
      const report = reportOf(tests);
      await keepReport(folder, report);
      // What JSON makes of a text without an equal in UTF-8 is not ours to keep.
      const kept = JSON.parse(Buffer.from(JSON.stringify(report)).toString());
      expect((await pieces()).flat()).toEqual(kept.results.tests);
      expect(await readKeptReport(folder)).toEqual(kept);
      expect(await readTests(folder)).toEqual(toTestCases(kept.results.tests));
      expect(JSON.parse(readFileSync(join(folder, 'ctrf.json'), 'utf8'))).toEqual(kept);
      expect(JSON.parse(readFileSync(join(folder, 'tests.json'), 'utf8'))).toEqual(toTestCases(kept.results.tests));
    }),
    { numRuns: 60 },
  );
});

test('many tests come in many pieces, a longer test than a piece among them', async () => {
  const tests = Array.from({ length: 5000 }, (_, n): Test => ({ name: `käse ${n}`, status: 'passed', duration: n }));
  tests[2500] = { name: 'long', status: 'failed', duration: 1, message: 'ü'.repeat(400_000) };
  await keepReport(folder, reportOf(tests));
  const found = await pieces();
  expect(found.flat()).toEqual(tests);
  expect(found.length).toBeGreaterThan(3);
  expect((await readTests(folder)).map(({ name }) => name)).toEqual([
    'long',
    ...tests.filter((_, n) => n !== 2500).map(({ name }) => name),
  ]);
});

test('what an earlier version wrote in one line, or somebody else in many, is read all the same', async () => {
  const report = reportOf([
    { name: 'a', status: 'passed', duration: 1 },
    { name: 'b', status: 'failed', duration: 2 },
  ]);
  for (const space of [0, 2]) {
    writeFileSync(join(folder, 'ctrf.json'), JSON.stringify(report, null, space));
    writeFileSync(join(folder, 'tests.json'), JSON.stringify(toTestCases(report.results.tests), null, space));
    expect((await pieces()).flat()).toEqual(report.results.tests);
    expect(await readKeptReport(folder)).toEqual(report);
    expect((await readTests(folder)).map(({ name }) => name)).toEqual(['b', 'a']);
  }
});

test('without a report there are no tests; a damaged one is no list of some of them', async () => {
  expect(await readTests(folder)).toEqual([]);
  await expect(pieces()).rejects.toThrow();
  const tests = Array.from({ length: 3000 }, (_, n): Test => ({ name: `test ${n}`, status: 'passed', duration: n }));
  await keepReport(folder, reportOf(tests));
  const whole = readFileSync(join(folder, 'ctrf.json'), 'utf8');
  for (const cut of [whole.slice(0, -30), whole.split('\n').slice(0, -2).join('\n')]) {
    writeFileSync(join(folder, 'ctrf.json'), cut);
    await expect(pieces()).rejects.toThrow();
  }
  writeFileSync(join(folder, 'tests.json'), readFileSync(join(folder, 'tests.json')).subarray(0, -30));
  await expect(readTests(folder)).rejects.toThrow();
});
