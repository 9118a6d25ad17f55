import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { workersFor } from './playwright-workers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-workers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nothing = { args: [], configFile: null };

test.each([
  [25, 16, 4],
  [30, 10, 3],
  [1, 16, 1],
  [80, 10, 5], // Playwright's own half: a limit never makes it more
  [100, 1, 1],
])('%s %% of %s processors are %s workers', (percent, cores, workers) => {
  expect(workersFor(percent, nothing, cores)).toBe(workers);
});

test('without a limit nothing is said', () => {
  expect(workersFor(null, nothing, 8)).toBeNull();
});

test.each([[['--workers=2']], [['--workers', '2']], [['-j', '2']], [['-j2']]])('arguments that say how many are kept: %s', (args) => {
  expect(workersFor(25, { args, configFile: null }, 8)).toBeNull();
});

test.each([
  ['export default defineConfig({\n  workers: process.env.CI ? 1 : undefined,\n});', null],
  ['module.exports = { retries: 1, "workers": 4 };', null],
  ['const workers = 3;\nexport default { workers };', null],
  ['export default defineConfig({ fullyParallel: true });', 2],
  ['export default {\n  // workers: 4,\n  /* workers: 2 */\n};', 2],
  ['export default { serviceWorkers: "block" };', 2],
])('a config file is looked at for them: %j', (text, workers) => {
  const configFile = join(folder, 'playwright.config.ts');
  writeFileSync(configFile, text);
  expect(workersFor(25, { args: [], configFile }, 8)).toBe(workers);
});
