import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import type { TaskConfig } from '../../contract/task.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { aSuite } from '../testing/a-suite.ts';
import { commandLineOf, exclusiveKeysOf, runnerFor } from './runners.ts';
import type { Suite } from './suite.ts';

let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'bge2e-runner-')));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const put = (path: string) => {
  mkdirSync(join(project, path, '..'), { recursive: true });
  writeFileSync(join(project, path), '');
  return join(project, path);
};

const aPlaywrightSuite = (rest: Partial<Suite> = {}) =>
  aSuite({ runner: 'playwright', command: null, configFile: join(project, 'playwright.config.ts'), ...rest });

function prepare(suite: Suite, { submitter = {}, ...config }: Partial<TaskConfig> & { submitter?: Record<string, string> } = {}) {
  const task = { ...aTask().config, project, ...config };
  return runnerFor(suite.runner).prepare({ suite, config: task, attemptFolder: '/runs/1', reporterPath: '/dist/reporter.cjs', submitter });
}

test('a command runs as it is written, with its own arguments before those of the task', () => {
  const suite = aSuite({ command: ['node', 'a b.mjs'], args: ['--all'] });
  expect(prepare(suite, { additionalArgs: ['--grep', 'x y'] })).toEqual({
    argv: ['node', 'a b.mjs', '--all', '--grep', 'x y'],
    env: {},
    workers: null,
  });
  expect(commandLineOf(suite, { additionalArgs: ["it's"] })).toBe("node 'a b.mjs' --all 'it'\\''s'");
});

test("the project's own Playwright runs, with artifacts and events in the attempt's folder", () => {
  const program = put('node_modules/.bin/playwright');
  const { argv, env } = prepare(aPlaywrightSuite({ args: ['--grep', '@critical'] }), { additionalArgs: ['--headed'] });
  const config = ['--config', join(project, 'playwright.config.ts')];
  expect(argv).toEqual([program, 'test', '--output', '/runs/1/artifacts', ...config, '--grep', '@critical', '--headed']);
  expect(env).toMatchObject({
    PW_TEST_REPORTER: '/dist/reporter.cjs',
    BGE2E_PLAYWRIGHT_FILE: '/runs/1/playwright.ndjson',
    FORCE_COLOR: '1',
    PLAYWRIGHT_HTML_OPEN: 'never',
  });
  expect(env).not.toHaveProperty('CI');
});

test('a CPU limit gives Playwright fewer workers, before the arguments that people wrote', () => {
  put('node_modules/.bin/playwright');
  const { argv, workers } = prepare(aPlaywrightSuite({ args: ['--grep', 'x'] }), { cpuLimitPercent: 1 });
  expect(argv.slice(-4)).toEqual(['--workers', '1', '--grep', 'x']);
  expect(workers).toBe(1);
  const told = prepare(aPlaywrightSuite(), { cpuLimitPercent: 1, additionalArgs: ['-j', '4'] });
  expect(told.argv).not.toContain('--workers');
  expect(told.workers).toBeNull();
});

test('Playwright and pytest end by themselves after so many failures, unless their own arguments say when', () => {
  put('node_modules/.bin/playwright');
  expect(prepare(aPlaywrightSuite(), { failFast: 3 }).argv.slice(-2)).toEqual(['--max-failures', '3']);
  for (const args of [['-x'], ['--max-failures=1']])
    expect(prepare(aPlaywrightSuite({ args }), { failFast: 3 }).argv.slice(-1)).toEqual(args);
  const pytest = aSuite({ command: ['uv', 'run', 'pytest', 'tests'] });
  expect(prepare(pytest, { failFast: 3 }).argv).toEqual(['uv', 'run', 'pytest', 'tests', '--maxfail=3']);
  expect(prepare(pytest, { failFast: 3, additionalArgs: ['-x'] }).argv).toEqual(['uv', 'run', 'pytest', 'tests', '-x']);
  const counted = aSuite({ command: ['npx', 'mocha'] });
  expect(prepare(counted, { failFast: 3 }).argv).toEqual(['npx', 'mocha']);
  expect(runnerFor('command').failFastArgs(counted, aTask().config, 3)).toBeNull();
});

test('Playwright is looked for from the config file on, upward', () => {
  const outer = put('node_modules/.bin/playwright');
  const suite = aPlaywrightSuite({ configFile: join(project, 'web', 'playwright.config.ts') });
  expect(prepare(suite).argv[0]).toBe(outer);
  const inner = put('web/node_modules/.bin/playwright');
  expect(prepare(suite).argv[0]).toBe(inner);
});

test('a project without Playwright is told what to install', () => {
  expect(() => prepare(aPlaywrightSuite())).toThrow(Refusal);
  expect(() => prepare(aPlaywrightSuite())).toThrow(`Playwright is not installed in ${project} or above it`);
});

test('who decided about colours keeps them', () => {
  put('node_modules/.bin/playwright');
  expect(prepare(aPlaywrightSuite(), { submitter: { NO_COLOR: '1' } }).env).not.toHaveProperty('FORCE_COLOR');
  expect(prepare(aPlaywrightSuite(), { envVars: { FORCE_COLOR: '0' } }).env).not.toHaveProperty('FORCE_COLOR');
  expect(prepare(aPlaywrightSuite({ envVars: { FORCE_COLOR: '3' } })).env).not.toHaveProperty('FORCE_COLOR');
});

test('a person reads the command that they would type, the config only where Playwright would not find it', () => {
  const line = (configFile: string) =>
    commandLineOf(aPlaywrightSuite({ configFile, args: ['--grep', '@critical'] }), { additionalArgs: [], project });
  expect(line(join(project, 'playwright.config.ts'))).toBe('npx playwright test --grep @critical');
  expect(line(join(project, 'e2e', 'playwright.config.ts'))).toBe('npx playwright test --config e2e/playwright.config.ts --grep @critical');
  expect(line('/elsewhere/playwright.config.ts')).toBe('npx playwright test --config /elsewhere/playwright.config.ts --grep @critical');
});

test('two tasks of one Playwright config exclude each other by whatever path it is named, unless the category runs in parallel', () => {
  const configFile = put('playwright.config.ts');
  symlinkSync(configFile, join(project, 'link.config.ts'));
  const one = exclusiveKeysOf(aPlaywrightSuite({ configFile }), project);
  expect(one).toEqual([`playwright:${configFile}`]);
  expect(exclusiveKeysOf(aPlaywrightSuite({ configFile: join(project, 'link.config.ts') }), project)).toEqual(one);
  expect(exclusiveKeysOf(aPlaywrightSuite({ configFile, parallel: true, exclusive: ['port:3000'] }), project)).toEqual(['port:3000']);
});

test('commands exclude each other only by the keys of their category', () => {
  expect(exclusiveKeysOf(aSuite(), project)).toEqual([]);
  expect(exclusiveKeysOf(aSuite({ exclusive: ['database'] }), project)).toEqual(['database']);
});
