import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CTRFReport, validate } from 'ctrf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Suite } from '../runners/suite.ts';
import { aSuite } from '../testing/a-suite.ts';
import { isOlder } from './find-files.ts';
import { readTests } from './kept-report.ts';
import { readReports } from './read.ts';
import { readFiles } from './read-files.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bge2e-reports-'));
  await mkdir(join(root, 'attempt'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const STARTED = 1_800_000_000_123;
const PASSED = '<testsuite name="s"><testcase name="a" time="1"/></testsuite>';
const FAILED = '<testsuite name="s"><testcase name="b"><failure message="broken"/></testcase></testsuite>';

const suite = (reports: string[], runner: Suite['runner'] = 'command'): Suite => aSuite({ runner, reports });
const attemptFolder = () => join(root, 'attempt');
const read = (reports: string[], runner?: Suite['runner'], exitCode: number | null = null) =>
  readReports(
    { suite: suite(reports, runner), projectRoot: root, attemptFolder: attemptFolder(), startedAt: STARTED, exitCode },
    readFiles,
  );
const kept = (): CTRFReport => JSON.parse(readFileSync(join(attemptFolder(), 'ctrf.json'), 'utf8'));

async function put(name: string, content: string | Uint8Array, writtenAt = STARTED + 500.25): Promise<void> {
  const path = join(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  await utimes(path, writtenAt / 1000, writtenAt / 1000);
}

describe('reports of a command', () => {
  it('are merged from files and globs into one valid CTRF report, each file once', async () => {
    await put('out/a.xml', PASSED);
    await put('out/[b].xml', FAILED);
    await put('node_modules/x/out/c.xml', FAILED);
    expect(await read(['out/[b].xml', '**/out/*.xml'])).toEqual({
      tool: 'command',
      counts: { total: 2, passed: 1, failed: 1, skipped: 0, flaky: 0 },
      failedTests: ['s › b'],
      warnings: [],
      errorMessage: 's › b: broken',
      noResults: null,
      incomplete: false,
    });
    expect(validate(kept())).toMatchObject({ valid: true });
  });

  it('are the tries of one test where they are Allure results; what tests attached beside them is none', async () => {
    const tried = (uuid: string, status: string, stop: number) =>
      JSON.stringify({ uuid, name: 'pays', historyId: 'h', status, stage: 'finished', start: stop - 5, stop });
    await put('allure-results/1-result.json', tried('1', 'failed', 1000));
    await put('allure-results/2-result.json', tried('2', 'passed', 2000));
    await put('allure-results/5ab2213f-2b87-4949-9a9e-ca607d0cf04f-attachment.json', '{"any": "thing"}');
    expect(await read(['allure-results/*.json'])).toMatchObject({
      counts: { total: 1, passed: 1, flaky: 1 },
      warnings: [],
      incomplete: false,
    });
  });

  it('have what a load test measured as extras of the kept report, and are judged by its exit code where they do not say', async () => {
    const config = { script: 'export const options = { thresholds: {} }', duration: 1 };
    const metrics = [{ name: 'http_reqs', type: 'counter', values: { count: 4 } }];
    await put('k6.json', JSON.stringify({ config, metadata: { k6_version: '1.8.1' }, results: { metrics, checks: {} } }));
    expect(await read(['k6.json'], 'command', 99)).toMatchObject({ counts: { failed: 1 }, failedTests: ['thresholds › k6 thresholds'] });
    expect(kept().extra).toEqual({ metrics: { http_reqs: { count: 4 }, test_run: { duration_ms: 1000 } } });
    expect(validate(kept())).toMatchObject({ valid: true });
    expect(await read(['k6.json'], 'command', 0)).toMatchObject({ counts: { passed: 1, failed: 0 } });
  });

  it('are read in UTF-16 too, as Visual Studio writes TRX', async () => {
    const trx =
      '<?xml version="1.0" encoding="utf-16"?><TestRun><Results><UnitTestResult testName="größer" outcome="Failed"/></Results></TestRun>';
    await put('a.trx', Buffer.from(`\ufeff${trx}`, 'utf16le'));
    await put('b.trx', Buffer.from(`\ufeff${trx.replace('utf-16', 'utf-8')}`));
    expect(await read(['*.trx'])).toMatchObject({ failedTests: ['größer', 'größer'], incomplete: false });
  });

  it('are not those of an earlier attempt, which are named', async () => {
    await put('out/a.xml', PASSED, STARTED - 500.25);
    const result = await read(['out/a.xml']);
    expect(result).toMatchObject({ counts: null, incomplete: true });
    expect(result.warnings).toEqual([expect.stringMatching(/^out\/a\.xml: older than this attempt/)]);
    expect(result.noResults).toBe(result.warnings[0]);
  });

  it('may be missing: a pattern without a file is a warning', async () => {
    await put('a.xml', PASSED);
    const result = await read(['a.xml', 'c/**/*.xml']);
    expect(result).toMatchObject({ counts: { passed: 1 }, incomplete: false, noResults: null });
    expect(result.warnings).toEqual([expect.stringContaining('c/**/*.xml names no file')]);
  });

  it('are incomplete where one that is named was not written', async () => {
    await put('a.xml', PASSED);
    const result = await read(['a.xml', 'b.xml', 'c/**/*.xml']);
    expect(result).toMatchObject({ counts: { passed: 1 }, incomplete: true });
    expect(result.noResults).toMatch(/^Not all results could be read: reports: b\.xml names no file/);
    expect(result.warnings).toEqual([expect.stringContaining('b.xml names no file'), expect.stringContaining('c/**/*.xml names no file')]);
  });

  it('are incomplete where one of them cannot be read, and the others count', async () => {
    await put('a.xml', PASSED);
    await put('b.xml', FAILED.slice(0, -4));
    const result = await read(['*.xml']);
    expect(result).toMatchObject({ counts: { total: 1, passed: 1 }, incomplete: true, errorMessage: null });
    expect(result.noResults).toMatch(/^Not all results could be read: b\.xml ends in line 1/);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /^a\.xml is empty/],
    ['a page', '<!doctype html><html></html>', /^a\.xml, line 1: it is a web page/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), /^a\.xml is not text/],
    ['another format', '{"tests": 3}', /^a\.xml is in no format that is known here: JUnit XML/],
    ['cut JSON', '{"tests":\n [3', /^a\.xml ends in line 2, before its JSON was whole/],
    ['broken JSON', '{"tests":\n [3}]}', /^a\.xml, line 2, column 4: it is not valid JSON/],
    ['JSON without end', `${'['.repeat(100_000)}`, /^a\.xml nests its values more than 500 deep/],
  ])('answer %s with a sentence', async (_, content, sentence) => {
    await put('a.xml', content);
    expect(await read(['a.xml'])).toMatchObject({ counts: null, incomplete: true, warnings: [expect.stringMatching(sentence)] });
  });

  it('are refused above 100 MB', async () => {
    await put('a.xml', '');
    await truncate(join(root, 'a.xml'), 100 * 1024 * 1024 + 1);
    await utimes(join(root, 'a.xml'), STARTED / 1000 + 1, STARTED / 1000 + 1);
    expect((await read(['a.xml'])).warnings).toEqual(['a.xml has 101 MB; reports of more than 100 MB are not read.']);
  });

  const text = '<?xml version="1.0"?><testsuite name="s"><testcase name="Käse"/></testsuite>';
  it.each<[string, Uint8Array]>([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['big-endian UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without one', Buffer.from(text, 'utf16le')],
    ['Latin-1 that says so', Buffer.from(text.replace('?>', ' encoding="ISO-8859-1"?>'), 'latin1')],
    ['UTF-8 that says it is UTF-16', Buffer.from(text.replace('?>', ' encoding="utf-16"?>'))],
  ])('are read in %s', async (_, bytes) => {
    await put('a.xml', bytes);
    await read(['a.xml']);
    expect(await readTests(attemptFolder())).toMatchObject([{ name: 'Käse' }]);
  });

  it('are kept as tests with the failed ones first', async () => {
    await put(
      'a.xml',
      '<testsuite><testcase name="p"/><testcase name="s"><skipped/></testcase><testcase name="k"><flakyFailure message="once"/></testcase><testcase name="f"><error/></testcase></testsuite>',
    );
    await read(['a.xml']);
    const tests = await readTests(attemptFolder());
    expect(tests.map(({ name, status, message }) => [name, status, message])).toEqual([
      ['f', 'failed', null],
      ['k', 'flaky', 'once'],
      ['s', 'skipped', null],
      ['p', 'passed', null],
    ]);
  });
});

describe('reports of Playwright', () => {
  it('are none where it ended before its run began', async () => {
    expect(await read([], 'playwright')).toMatchObject({
      counts: null,
      warnings: [],
      noResults: 'Playwright ended before it came to run tests.',
    });
  });

  it('are its failed set-up alone, with the message', async () => {
    await put(
      'attempt/playwright.ndjson',
      '{"type":"begin","at":1,"schema":1,"version":"1.65.0","rootDir":"/x","total":2,"workers":1}\n{"type":"error","at":2,"message":"Error: no database","stack":""}\n{"type":"end","at":3,"status":"failed"}\n',
    );
    const result = await read([], 'playwright');
    expect(result).toMatchObject({ counts: { total: 0 }, failedTests: [], errorMessage: 'Error: no database', incomplete: false });
    expect(validate(kept())).toMatchObject({ valid: true });
  });
});

describe('the age of a file', () => {
  it('is taken at its word where the file system stamps finely, up to a tick of its clock', () => {
    expect(isOlder(STARTED - 100.5, STARTED)).toBe(true);
    expect(isOlder(STARTED - 4.5, STARTED)).toBe(false);
    expect(isOlder(STARTED + 1, STARTED)).toBe(false);
  });

  it('is uncertain where it stamps whole seconds', () => {
    expect(isOlder(STARTED - 123, STARTED)).toBe(false);
    expect(isOlder(STARTED - 3123, STARTED)).toBe(true);
  });
});
