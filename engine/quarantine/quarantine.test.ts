import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'ctrf';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { QuarantineEntry } from '../../contract/insights.ts';
import { countsOf } from '../reports/ctrf.ts';
import { tallyOf } from '../reports/tally.ts';
import { verdictOf } from '../reports/verdict.ts';
import { explains, Parting } from './apply.ts';
import { parseQuarantine, withEntry, withoutEntries } from './file.ts';
import { quarantineIn, withoutQuarantined } from './judged.ts';
import { matches } from './match.ts';
import { QuarantineFiles } from './quarantine.ts';

const NOW = Date.now();
const FAR = '2999-12-24';
const entry = (rest: Partial<QuarantineEntry> = {}): QuarantineEntry => ({ test: 'checkout › pays', until: FAR, ...rest });
const aTest = (name: string, status: Test['status'] = 'passed', rest: Partial<Test> = {}): Test => ({
  name,
  status,
  duration: 1,
  suite: ['tests/checkout.spec.ts', 'checkout'],
  filePath: 'tests/checkout.spec.ts',
  ...rest,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-quarantine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fileOf = (text: string) => writeFileSync(join(folder, 'background-e2e.quarantine.yaml'), text);

function partedBy(entries: readonly QuarantineEntry[], tests: readonly Test[]): Parting {
  const parted = new Parting(entries, NOW);
  for (const one of tests) parted.add(one);
  return parted;
}

/** The verdict of these tests and this exit code, under the file in the folder. */
async function verdict(tests: Test[], exitCode: number, { incomplete = false, tool = 'playwright' } = {}) {
  const counts = countsOf(tests);
  const read = { tool, counts, failedTests: [], warnings: [], errorMessage: tallyOf(tests).errorMessage, noResults: null, incomplete };
  const end = { cause: 'exited' as const, exitCode, signal: null, message: null, survivors: [], notChecked: [] };
  const { entries, problem } = await quarantineIn(folder);
  const judged = withoutQuarantined(end, read, partedBy(entries, tests));
  return { verdict: verdictOf({ end: judged.end, report: judged.read, verdictFrom: 'report' }), ...judged, problem };
}

describe('a verdict', () => {
  beforeEach(() => fileOf('quarantine:\n  - test: checkout › pays\n    until: 2999-12-24\n'));
  const held = aTest('pays', 'failed', { message: 'no' });

  test('is green where only a test in quarantine failed, and says so; the counts stay those of the tool', async () => {
    expect(await verdict([held, aTest('adds')], 1)).toMatchObject({
      verdict: 'passed',
      counts: { total: 2, passed: 1, failed: 1, quarantined: 1 },
      quarantinedTests: ['checkout › pays'],
      warnings: ['1 quarantined test failed: checkout › pays.'],
    });
  });

  test('is red where anything else went wrong', async () => {
    const green = aTest('adds');
    expect((await verdict([held, aTest('adds', 'failed')], 1)).verdict).toBe('failed');
    expect((await verdict([held, green, { ...aTest('global setup', 'other'), message: 'no' }], 1)).verdict).toBe('failed');
    expect((await verdict([held, green], 137)).verdict).toBe('failed');
    expect((await verdict([held, green], 2)).verdict).toBe('failed');
    expect((await verdict([held, green], 1, { incomplete: true })).verdict).toBe('failed');
    expect((await verdict([aTest('pays'), green], 1)).verdict).toBe('failed');
  });

  test('is none where nothing but tests in quarantine passed or failed', async () => {
    expect((await verdict([held], 1)).verdict).toBe('none');
    expect((await verdict([aTest('pays')], 0)).verdict).toBe('none');
    expect((await verdict([held, aTest('adds', 'skipped')], 1)).verdict).toBe('none');
  });

  test('stays flaky where another test was flaky, and is not flaky by one in quarantine', async () => {
    expect((await verdict([held, aTest('adds', 'passed', { flaky: true })], 1)).verdict).toBe('flaky');
    expect((await verdict([aTest('pays', 'passed', { flaky: true }), aTest('adds')], 0)).verdict).toBe('passed');
  });

  test('counts a test again whose day is over, and names it', async () => {
    fileOf('quarantine: [{ test: checkout › pays, until: 2020-02-29 }]');
    expect(await verdict([held, aTest('adds')], 1)).toMatchObject({
      verdict: 'failed',
      warnings: ['The quarantine of checkout › pays ended on 2020-02-29, so it counts again.'],
    });
  });

  test.each(['quarantine: [', 'quarantine: [{ test: checkout › pays }]', '- a', '\u0000', 'quarantine: [{ test: a, until: 2026-02-31 }]'])(
    'is as without quarantine where the file is %j, which is told',
    async (text) => {
      fileOf(text);
      const judged = await verdict([held, aTest('adds')], 1);
      expect(judged.verdict).toBe('failed');
      expect(judged.problem).toContain('background-e2e.quarantine.yaml');
    },
  );

  test('is never green without a test that passed outside of quarantine, whatever there is', async () => {
    const tests = fc.array(
      fc.record({
        name: fc.constantFrom('pays', 'adds', 'removes'),
        status: fc.constantFrom('passed', 'failed', 'skipped', 'other'),
        flaky: fc.boolean(),
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(tests, fc.constantFrom(0, 1, 2, 99, 137), fc.boolean(), async (given, exitCode, incomplete) => {
        const made = given.map(({ name, status, flaky }) => aTest(name, status, { flaky: flaky && status === 'passed' }));
        const result = await verdict(made, exitCode, { incomplete });
        if (result.verdict !== 'passed' && result.verdict !== 'flaky') return;
        expect(made.some(({ name, status }) => name !== 'pays' && status === 'passed')).toBe(true);
        expect(made.some(({ name, status }) => status === 'other' || (name !== 'pays' && status === 'failed'))).toBe(false);
        expect([0, 1]).toContain(exitCode);
        expect(incomplete).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

test('what ended a command is explained by failed tests, by their number where the tool counts, and by k6’s 99', () => {
  const parted = partedBy([entry()], [aTest('pays', 'failed'), aTest('adds')]);
  const end = (exitCode: number) => ({ cause: 'exited' as const, exitCode, signal: null, message: null, survivors: [], notChecked: [] });
  expect(explains(end(1), parted, 'jest')).toBe(true);
  expect(explains(end(99), parted, 'k6')).toBe(true);
  expect(explains(end(99), parted, 'jest')).toBe(false);
  const two = partedBy([entry()], [aTest('pays', 'failed'), aTest('pays', 'failed', { browser: 'firefox' })]);
  expect(explains(end(2), two, 'mocha')).toBe(true);
  expect(explains(end(2), two, 'pytest')).toBe(false); // interrupted
  expect(explains({ ...end(1), cause: 'timeout' }, parted, 'jest')).toBe(false);
});

test('an entry means a test by its whole title or the end of it from a ›, and by its file', () => {
  const named = { name: 'pays', suite: ['tests/checkout.spec.ts', 'checkout', 'by card'], file: 'tests/checkout.spec.ts' };
  for (const title of ['checkout › by card › pays', 'by card › pays', 'pays', ' tests/checkout.spec.ts › checkout  › by card › pays'])
    expect(matches({ test: title }, named)).toBe(true);
  for (const title of ['ays', 'card › pays', 'checkout', 'checkout › by card']) expect(matches({ test: title }, named)).toBe(false);
  expect(matches({ test: 'pays', file: 'tests/cart.spec.ts' }, named)).toBe(false);
});

describe('the file', () => {
  const text =
    '# ours\nquarantine:\n  # the payment team looks at it\n  - test: a\n    until: 2026-12-24\n  - { test: b, until: 2026-12-25 }\n';

  test('keeps what people wrote around an entry that is added or removed', () => {
    const added = withEntry(text, entry({ test: 'c: "d" #e', reason: 'x' }), null);
    expect(added).toContain('# the payment team looks at it');
    expect(parseQuarantine(added, 'f').map((one) => one.test)).toEqual(['a', 'b', 'c: "d" #e']);
    expect(parseQuarantine(withoutEntries(added, [0, 2]), 'f').map((one) => one.test)).toEqual(['b']);
    expect(withoutEntries(text, [1])).toContain('# ours');
  });

  test('is made anew where it says nothing', () => {
    for (const empty of ['', '# only a comment\n', 'quarantine:\n', '{}'])
      expect(parseQuarantine(withEntry(empty, entry(), null), 'f')).toEqual([entry()]);
  });

  test('keeps every title as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (title) => {
        const test = title.trim();
        fc.pre(test !== '');
        expect(parseQuarantine(withEntry('', entry({ test }), null), 'f')[0]?.test).toBe(test);
      }),
    );
  });

  test('is refused with file, line and field', () => {
    expect(() => parseQuarantine('quarantine:\n  - test: a\n    untill: 2026-12-24\n', 'q.yaml')).toThrow(
      /q\.yaml:3:5: quarantine\[0\]\.untill is unknown; did you mean until\?/,
    );
    expect(() => parseQuarantine('quarantine:\n  - test: a\n    until: soon\n', 'q.yaml')).toThrow(
      /q\.yaml:3:12: quarantine\[0\]\.until is "soon": it must be a day such as 2026-12-24/,
    );
  });
});

describe('a test is put in quarantine', () => {
  const known = ['pays', 'adds'].map((name) => ({ name, suite: ['a.spec.ts', 'cart'], file: 'a.spec.ts', title: `cart › ${name}` }));
  const files = new QuarantineFiles(() => [
    ...known,
    { name: 'pays', suite: ['b.spec.ts', 'shop'], file: 'b.spec.ts', title: 'shop › pays' },
  ]);
  const path = () => join(folder, 'background-e2e.quarantine.yaml');
  beforeEach(() => writeFileSync(join(folder, 'background-e2e.yaml'), 'categories: { e2e: { command: [a] } }'));

  test('by the title and file that it has in results, once; a second time changes its day', async () => {
    await files.add({ project: folder, test: 'adds', until: FAR });
    const again = await files.add({ project: folder, test: 'cart › adds', until: '2999-12-31', reason: 'slow' });
    expect(again.entries).toEqual([{ test: 'cart › adds', file: 'a.spec.ts', until: '2999-12-31', reason: 'slow', isExpired: false }]);
    await files.remove({ project: folder, test: 'adds' });
    expect((await files.list({ project: folder })).entries).toEqual([]);
  });

  test('only where one test is meant, which a run has had, until a day to come; else nothing is written', async () => {
    await expect(files.add({ project: folder, test: 'pays', until: FAR })).rejects.toThrow(
      /2 tests are called that .*a\.spec\.ts.*b\.spec\.ts/,
    );
    await expect(files.add({ project: folder, test: 'cart › payz', until: FAR })).rejects.toThrow(/did you mean "cart › pays"\?/);
    await expect(files.add({ project: folder, test: 'adds', until: '2020-01-01' })).rejects.toThrow(/until is 2020-01-01/);
    await expect(files.remove({ project: folder, test: 'adds' })).rejects.toThrow(/is not in /);
    expect(() => readFileSync(path())).toThrow();
  });

  test('by several at once, and none is lost', async () => {
    await Promise.all(['cart › pays', 'adds', 'shop › pays'].map((name) => files.add({ project: folder, test: name, until: FAR })));
    expect((await files.list({ project: folder })).entries).toHaveLength(3);
  });

  test('not into a file that cannot be understood, which stays as it is', async () => {
    writeFileSync(path(), 'quarantine: [');
    await expect(files.add({ project: folder, test: 'adds', until: FAR })).rejects.toThrow(/background-e2e\.quarantine\.yaml:1/);
    expect(readFileSync(path(), 'utf8')).toBe('quarantine: [');
    expect((await files.list({ project: folder })).problem).toMatch(/background-e2e\.quarantine\.yaml:1/);
  });
});
