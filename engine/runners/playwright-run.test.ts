import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TestCase } from '../../contract/result.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { readTests } from '../reports/kept-report.ts';
import { readReports } from '../reports/read.ts';
import { readFiles } from '../reports/read-files.ts';
import { aSuite } from '../testing/a-suite.ts';
import { runnerFor } from './runners.ts';

// Real Playwright runs of small suites that need no browser, started by the runner's own command line. Playwright's JSON reporter, which
// the suites' config asks for, says what is right: that it has something to say also shows that the config's reporters still work.

const ROOT = join(import.meta.dirname, '..', '..');
const REPORTER = join(import.meta.dirname, 'playwright-reporter.cjs');
const CONFIG = "export default { reporter: [['json', { outputFile: 'report.json' }]], workers: 2, retries: 1 };";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'bge2e-playwright-')));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  exitCode: number | undefined;
  read: Awaited<ReturnType<typeof readReports>>;
  tests: TestCase[];
  /** What Playwright's own report counts. */
  stats: { expected: number; unexpected: number; flaky: number; skipped: number } | null;
}

/** Runs a project of these files; `whileRunning` may look at the process and at what our reporter wrote. */
async function run(
  files: Record<string, string>,
  options: { args?: string[]; whileRunning?: (pid: number, ndjson: string) => Promise<void> } = {},
): Promise<Run> {
  const attemptFolder = join(folder, 'attempt');
  mkdirSync(attemptFolder);
  for (const [name, text] of Object.entries({ 'playwright.config.mjs': CONFIG, ...files })) writeFileSync(join(folder, name), text);
  const suite = aSuite({ runner: 'playwright', command: null, configFile: join(folder, 'playwright.config.mjs') });
  const config = { ...aTask().config, project: folder, additionalArgs: options.args ?? [] };
  const { argv, env } = runnerFor('playwright').prepare({ suite, config, attemptFolder, reporterPath: REPORTER, submitter: {} });
  const [program = '', ...args] = argv;
  const startedAt = Date.now();
  const running = execa(program, args, { cwd: folder, env, reject: false });
  if (options.whileRunning && running.pid !== undefined) await options.whileRunning(running.pid, join(attemptFolder, 'playwright.ndjson'));
  const { exitCode } = await running;
  const report = join(folder, 'report.json');
  return {
    exitCode,
    read: await readReports({ suite, projectRoot: folder, attemptFolder, startedAt, exitCode: null }, readFiles),
    tests: await readTests(attemptFolder),
    stats: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).stats : null,
  };
}

const asStats = ({ read: { counts } }: Run) =>
  counts && { expected: counts.passed - counts.flaky, unexpected: counts.failed, flaky: counts.flaky, skipped: counts.skipped };
const statuses = ({ tests }: Run) =>
  Object.fromEntries(tests.map(({ name, status, retries }) => [name, retries > 0 ? `${status} at try ${retries + 1}` : status]));

const IMPORT = "import { test, expect } from 'playwright/test';\n";

test('every kind of end of a test is told as Playwright itself tells it', { timeout: 60_000 }, async () => {
  const done = await run({
    'kinds.spec.ts': `${IMPORT}
      test('passes', () => {});
      test('fails', () => { expect('a').toBe('b'); });
      test('is flaky', ({}, { retry }) => { expect(retry).toBe(1); });
      test.skip('is skipped', () => {});
      test.fixme('is to be mended', () => {});
      test('fails as expected', () => { test.fail(); throw new Error('no matter'); });
      test('passes against expectation', () => { test.fail(); });
      test('is too slow', async () => { test.setTimeout(50); await new Promise(() => {}); });
      test('throws no error', () => { throw 'just text'; });
      test.describe('in a block', () => test('with a tag @quick', () => {}));`,
  });
  expect(done.exitCode).toBe(1);
  expect(asStats(done)).toMatchObject({ expected: 3, unexpected: 4, flaky: 1, skipped: 2 });
  expect(done.stats).toMatchObject(asStats(done) ?? {});
  expect(statuses(done)).toEqual({
    passes: 'passed',
    fails: 'failed at try 2',
    'is flaky': 'flaky at try 2',
    'is skipped': 'skipped',
    'is to be mended': 'skipped',
    'fails as expected': 'passed',
    'passes against expectation': 'failed at try 2',
    'is too slow': 'failed at try 2',
    'throws no error': 'failed at try 2',
    'with a tag @quick': 'passed',
  });
  const cases = done.tests;
  const messageOf = (name: string) => cases.find((one) => one.name === name)?.message ?? '';
  expect(messageOf('fails')).toMatch(/^Error: expect\(received\)\.toBe\(expected\)/);
  expect(messageOf('throws no error')).toContain('just text');
  expect(messageOf('passes against expectation')).toContain('passed');
  expect(messageOf('is too slow')).toContain('50ms');
  expect(JSON.stringify(done.read)).not.toContain('\\u001b');
  expect(cases.find(({ name }) => name === 'with a tag @quick')).toMatchObject({
    suite: ['kinds.spec.ts', 'in a block'],
    filePath: 'kinds.spec.ts',
    line: 12,
  });
});

test('a serial group that is retried counts each of its tests once', { timeout: 60_000 }, async () => {
  const done = await run({
    'serial.spec.ts': `${IMPORT}
      test.describe.serial('in order', () => {
        test('first', () => {});
        test('second', ({}, { retry }) => { expect(retry).toBe(1); });
        test('third', () => {});
      });
      test.describe.serial('broken', () => {
        test('breaks', () => { throw new Error('always'); });
        test('never comes', () => {});
      });`,
  });
  expect(asStats(done)).toMatchObject({ expected: 2, flaky: 1, unexpected: 1, skipped: 1 });
  expect(done.stats).toMatchObject(asStats(done) ?? {});
});

test('the same test in two projects and repeated is as many tests', { timeout: 60_000 }, async () => {
  const done = await run(
    {
      'playwright.config.mjs': CONFIG.replace('workers', "projects: [{ name: 'one' }, { name: 'two' }], workers"),
      'a.spec.ts': `${IMPORT} test('passes', () => {}); test('fails in two', ({}, { project }) => { expect(project.name).toBe('one'); });`,
    },
    { args: ['--repeat-each', '2', '--retries', '0'] },
  );
  expect(done.read.counts).toEqual({ total: 8, passed: 6, failed: 2, skipped: 0, flaky: 0 });
  expect(done.stats).toMatchObject(asStats(done) ?? {});
  expect(done.tests.map(({ suite }) => suite[0]).sort()).toEqual(['one', 'one', 'one', 'one', 'two', 'two', 'two', 'two']);
});

test('what goes wrong outside of tests is the message of the run, and in no count', { timeout: 60_000 }, async () => {
  const done = await run({
    'playwright.config.mjs': CONFIG.replace('workers', "globalTeardown: './teardown.mjs', workers"),
    'teardown.mjs': "export default () => { throw new Error('the database would not stop'); };",
    'a.spec.ts': `${IMPORT} test('passes', () => {});`,
  });
  expect(done.exitCode).toBe(1);
  expect(done.read.counts).toEqual({ total: 1, passed: 1, failed: 0, skipped: 0, flaky: 0 });
  expect(done.read.errorMessage).toBe('Error: the database would not stop');
  expect(statuses(done)).toMatchObject({ passes: 'passed', 'Error outside of any test': 'failed' });
});

test('a suite without tests, or one that does not compile, says so', { timeout: 60_000 }, async () => {
  const none = await run({ 'a.spec.ts': '' });
  expect(none.exitCode).toBe(1);
  expect(none.read.counts).toMatchObject({ total: 0 });
  expect(none.read.errorMessage).toBe('Error: No tests found');
  rmSync(join(folder, 'attempt'), { recursive: true });
  const broken = await run({ 'a.spec.ts': 'this is no TypeScript' });
  expect(broken.exitCode).toBe(1);
  expect(broken.read.errorMessage).toMatch(/SyntaxError: .*a\.spec\.ts/);
});

test('a run that is killed tells which test it was in', { timeout: 60_000 }, async () => {
  const done = await run(
    {
      'a.spec.ts': `${IMPORT} test('passes', () => {}); test('hangs', async () => { await new Promise(() => {}); }); test('never begins', () => {});`,
    },
    {
      args: ['--workers', '1', '--timeout', '0'],
      whileRunning: async (pid, ndjson) => {
        await expect
          .poll(() => (existsSync(ndjson) ? readFileSync(ndjson, 'utf8') : ''), { timeout: 30_000 })
          .toMatch(/"testBegin".*"hangs"/);
        process.kill(pid, 'SIGTERM');
      },
    },
  );
  expect(statuses(done)).toEqual({ passes: 'passed', hangs: 'failed' });
  expect(done.read.failedTests).toEqual(['hangs']);
  expect(done.read.warnings.join()).toContain('1 of 3 tests');
});

test('a Playwright that the tests start themselves writes nothing into the results', { timeout: 60_000 }, async () => {
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'playwright.config.mjs'), 'export default { testMatch: /inner/ };');
  writeFileSync(join(folder, 'inner', 'inner.mjs'), `${IMPORT} test('inner', () => {});`);
  const done = await run({
    'a.spec.ts': `${IMPORT}
      import { execFileSync } from 'node:child_process';
      test('outer', () => {
        const output = execFileSync('node_modules/.bin/playwright', ['test', '--config', 'inner', '--reporter', 'line'], { encoding: 'utf8' });
        expect(output).toContain('1 passed');
        expect(Object.keys(process.env).filter((name) => name.startsWith('PW_TEST_REPORTER') || name.startsWith('BGE2E_'))).toEqual([]);
      });`,
  });
  expect(statuses(done)).toEqual({ outer: 'passed' });
});
