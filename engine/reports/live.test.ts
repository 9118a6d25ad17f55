import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReadRequest } from '../../contract/report.ts';
import { readFiles } from './read-files.ts';

// The tools that are always here write their reports now, so that a new version of one cannot change them unseen.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-live-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(name: string) {
  const request: ReadRequest = {
    files: [join(folder, name)],
    root: folder,
    format: 'any',
    tool: null,
    startedAt: null,
    exitCode: null,
    keepIn: null,
  };
  return readFiles(request);
}

test('node --test and the reader of its JUnit XML come to the same numbers', { timeout: 60_000 }, async () => {
  writeFileSync(
    join(folder, 'shop.test.mjs'),
    `import { describe, it, test } from 'node:test'; import assert from 'node:assert';
    describe('cart', () => { it('adds', () => {}); it('pays', () => assert.equal(3, 4)); it.skip('is skipped', () => {}); it.todo('later'); });
    test('alone', () => {});`,
  );
  const reporters = ['tap', 'stdout', 'junit', join(folder, 'junit.xml')].flatMap((value, index) => [
    index % 2 === 0 ? '--test-reporter' : '--test-reporter-destination',
    value,
  ]);
  // A test runner that runs in another one must not take part in its protocol.
  const { stdout } = await execa(process.execPath, ['--test', ...reporters], {
    cwd: folder,
    env: { NODE_TEST_CONTEXT: undefined },
    reject: false,
  });
  const said = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
  expect((await read('junit.xml')).counts).toEqual({
    total: said('tests'),
    passed: said('pass'),
    failed: said('fail'),
    skipped: said('skipped') + said('todo'),
    flaky: 0,
  });
  expect(said('tests')).toBe(5);
});

test('Playwright and the readers of its JSON and its JUnit XML come to the same numbers', { timeout: 120_000 }, async () => {
  symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'playwright.config.mjs'),
    "export default { reporter: [['json', { outputFile: 'out.json' }], ['junit', { outputFile: 'out.xml' }]], retries: 1, workers: 1 };",
  );
  writeFileSync(
    join(folder, 'shop.spec.mjs'),
    `import { expect, test } from 'playwright/test';
    test('adds', () => {});
    test('pays', () => { expect(3).toBe(4); });
    test('is flaky', ({}, { retry }) => { expect(retry).toBe(1); });
    test.skip('is skipped', () => {});
    test('fails as expected', () => { test.fail(); throw new Error('no matter'); });`,
  );
  const { exitCode } = await execa('node_modules/.bin/playwright', ['test'], { cwd: folder, preferLocal: true, reject: false });
  expect(exitCode).toBe(1);
  const { stats } = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8'));
  const counts = { total: 5, passed: 3, failed: 1, skipped: 1, flaky: 1 };
  expect(stats).toMatchObject({ expected: 2, unexpected: 1, skipped: 1, flaky: 1 });
  expect(await read('out.json')).toMatchObject({ formats: ['Playwright JSON'], tool: { name: 'playwright' }, counts });
  // It does not tell a flaky test from one that passed at once.
  expect((await read('out.xml')).counts).toEqual({ ...counts, flaky: 0 });
});
