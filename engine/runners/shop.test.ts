import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openProject, resolveTask } from '../projects/project.ts';
import { readReports } from '../reports/read.ts';
import { readFiles } from '../reports/read-files.ts';
import { runnerFor } from './runners.ts';

const SHOP = join(import.meta.dirname, '..', '..', 'e2e', 'suites', 'shop');

test('a real suite in a browser comes to the same numbers as in the report of Playwright itself', { timeout: 180_000 }, async () => {
  const attemptFolder = mkdtempSync(join(tmpdir(), 'bge2e-shop-'));
  try {
    const { suite, config } = resolveTask(await openProject(SHOP), { project: SHOP, category: 'e2e', additionalArgs: ['--reporter=json'] });
    const { argv, env } = runnerFor('playwright').prepare({
      suite,
      config,
      attemptFolder,
      reporterPath: join(import.meta.dirname, 'playwright-reporter.cjs'),
      submitter: {},
    });
    const [program = '', ...args] = argv;
    const json = join(attemptFolder, 'report.json');
    const startedAt = Date.now();
    const switches = { SHOP_FAIL: '1', SHOP_FLAKY: '1', SHOP_SKIP: '1', SHOP_SLOW: '0' };
    const { exitCode } = await execa(program, args, {
      cwd: SHOP,
      env: { ...env, ...switches, PLAYWRIGHT_JSON_OUTPUT_NAME: json },
      reject: false,
    });
    const read = await readReports({ suite, projectRoot: SHOP, attemptFolder, startedAt, exitCode: null }, readFiles);
    const { stats } = JSON.parse(readFileSync(json, 'utf8'));
    expect(exitCode).toBe(1);
    expect(read.counts).toMatchObject({ failed: 1, flaky: 1, skipped: 1 });
    expect(read.counts?.total).toBeGreaterThan(20);
    const { passed = 0, flaky = 0 } = read.counts ?? {};
    expect(stats).toMatchObject({ unexpected: 1, flaky: 1, skipped: 1, expected: passed - flaky });
    expect(read.warnings).toEqual([]);
  } finally {
    rmSync(attemptFolder, { recursive: true, force: true });
  }
});
