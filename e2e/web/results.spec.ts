import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import type { SocketClient } from '../../client/socket.ts';
import type { Task } from '../../contract/task.ts';
import { ended, type TestHome } from '../support/home.ts';
import { expect, SHOP, test } from './fixtures.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** A suite whose tests fail as its variables say: `FAIL=pays,ships`. What fails leaves a picture and a trace. */
const PROJECT = {
  'background-e2e.yaml': 'categories:\n  e2e: { command: [node, suite.mjs], reports: [out/report.json] }\n',
  'suite.mjs': `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('out', { recursive: true });
const failing = (process.env.FAIL ?? '').split(',');
const tests = ['adds', 'pays', 'ships', process.env.EXTRA ?? 'refunds'].map((name) => {
  const test = { name, suite: ['cart.spec.ts', 'cart'], filePath: 'cart.spec.ts', status: 'passed', duration: 20 };
  if (!failing.includes(name)) return test;
  writeFileSync('out/' + name + '.png', Buffer.from('${PNG}', 'base64'));
  writeFileSync('out/' + name + '-trace.zip', 'PK');
  const attachments = ['.png', '-trace.zip'].map((end) => ({ name: end, contentType: 'image/png', path: 'out/' + name + end }));
  return { ...test, status: 'failed', message: 'Error: connect ECONNREFUSED 127.0.0.1:5432', attachments };
});
const failed = tests.filter((test) => test.status === 'failed').length;
const summary = { tests: 4, passed: 4 - failed, failed, skipped: 0, pending: 0, other: 0, start: 1, stop: 2 };
writeFileSync('out/report.json', JSON.stringify({ reportFormat: 'CTRF', specVersion: '0.0.0', results: { tool: { name: 'own' }, summary, tests } }));
process.exitCode = failed > 0 ? 1 : 0;
`,
};

async function open(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
}

/** A run that passed, then one in which two tests fail and another came and went. */
async function twoRuns(home: TestHome, client: SocketClient): Promise<{ before: Task; after: Task }> {
  const project = home.project(PROJECT);
  const run = async (envVars: Record<string, string>) => {
    const request = { project, category: 'e2e', envVars };
    const task = await client.call('addTask', { requestId: crypto.randomUUID(), request, environment: { PATH: process.env.PATH ?? '' } });
    return ended(client, task.id);
  };
  return { before: await run({ FAIL: 'adds' }), after: await run({ FAIL: 'pays,ships', EXTRA: 'exchanges' }) };
}

test('a failed run says what it changed, why its tests failed and what they left', async ({ window, home }) => {
  test.slow(); // eight pages are looked through
  const { before, after } = await twoRuns(home, await home.connect());
  await open(window, `#/runs/${after.id}/tests`);
  const head = window.getByRole('region', { name: 'Outcome' });
  await expect(head).toContainText('2 new failures, 1 fixed since');
  const tests = window.getByRole('list', { name: 'Tests' });
  const cause = tests.getByRole('button', { name: /ECONNREFUSED 127\.0\.0\.1:5432/ }).first();
  await expect(cause).toContainText('new');
  await expect(cause).toContainText('2 tests');
  await expect(tests.getByRole('img', { name: /failed in 1, passed in 1 of its last 2 runs/ })).toHaveCount(2);

  // Its own picture, drawn from what the host read of it.
  const picture = tests.getByRole('list', { name: 'Screenshots' }).locator('img');
  await expect(picture).toHaveCount(1);
  await expect.poll(() => picture.evaluate((element) => element instanceof HTMLImageElement && element.naturalWidth)).toBe(1);

  await window.getByRole('radio', { name: 'File' }).check({ force: true });
  await expect(tests.getByRole('button', { name: /^cart\.spec\.ts/ })).toBeVisible();

  await window.getByRole('tab', { name: /^Artifacts/ }).click();
  const artifacts = window.getByRole('region', { name: 'Artifacts' });
  await expect(artifacts.getByRole('button', { name: 'Open trace: out/pays-trace.zip' })).toBeVisible();
  await expect(artifacts.getByRole('region', { name: 'Screenshots' }).getByRole('listitem')).toHaveCount(2);
  await expect(artifacts).toContainText('70 B');

  // Compared with the other one, from History, by keys.
  await open(window, '#/history');
  const rows = window.getByRole('table', { name: 'Runs' }).getByRole('link');
  await expect(rows).toHaveCount(2);
  await rows.first().focus();
  await window.keyboard.press('x');
  await window.keyboard.press('j');
  await window.keyboard.press('Space');
  await expect(window.getByRole('region', { name: 'Selected runs' })).toContainText('2 selected');
  await window.keyboard.press('c');
  await expect(window).toHaveURL(new RegExp(`#/compare/${before.id}/${after.id}$`));
  for (const [name, title] of [
    ['Newly failing', 'cart › pays'],
    ['Fixed', 'cart › adds'],
    ['New tests', 'cart › exchanges'],
    ['Gone tests', 'cart › refunds'],
  ] as const)
    await expect(window.getByRole('region', { name }).getByText(title, { exact: false }).first()).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const hash of [`#/runs/${after.id}`, `#/runs/${after.id}/artifacts`, '#/history', `#/compare/${before.id}/${after.id}`]) {
      await open(window, hash);
      await expect(window.getByText(/e2e|Compare/).first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page: window }).analyze();
      expect(violations.map(({ id, nodes }) => `${hash} ${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    }
  }
});

test('a result is copied as Markdown and saved in each format', async ({ window, home, context }) => {
  const { after } = await twoRuns(home, await home.connect());
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(window, `#/runs/${after.id}/tests`);
  await window.getByRole('button', { name: 'Copy summary' }).click();
  await expect.poll(() => window.evaluate(() => navigator.clipboard.readText())).toMatch(/^## ❌ .*e2e[\s\S]*ECONNREFUSED/);
  for (const [name, file, content] of [
    ['HTML page', 'html', '<!doctype html>'],
    ['Markdown', 'md', '## ❌'],
    ['JUnit XML', 'xml', '<testsuites'],
    ['CTRF JSON', 'ctrf.json', '"reportFormat"'],
  ] as const) {
    await window.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([window.waitForEvent('download'), window.getByRole('menuitem', { name }).click()]);
    expect(download.suggestedFilename()).toBe(`e2e-${after.number}.${file}`);
    expect(readFileSync(await download.path(), 'utf8')).toContain(content);
  }
});

test('R runs what failed again, and both runs tell it as one story', async ({ window, home }) => {
  test.slow(); // two real Playwright suites
  const client = await home.connect();
  const request = { project: SHOP, category: 'e2e', envVars: { SHOP_FAIL: '1' }, additionalArgs: ['--grep', 'delivery'] };
  const environment = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const { id } = await client.call('addTask', { requestId: crypto.randomUUID(), request, environment });
  const first = await ended(client, id, 60_000);
  expect(first.counts).toMatchObject({ failed: 1 });
  await open(window, `#/runs/${first.id}`);
  await expect(window.getByRole('button', { name: 'Run 1 failed' })).toBeVisible();
  await window.keyboard.press('r');
  await expect(window.getByRole('list', { name: 'Reruns' })).toContainText(`Runs the failed test of #${first.number} again`);
  const { task } = await client.call('getTask', { task: 'last' });
  const second = await ended(client, task.id, 60_000);
  expect(second).toMatchObject({ rerunOf: first.id, counts: { total: 1, failed: 1 } });
  await expect(window.getByRole('list', { name: 'Reruns' })).toContainText('1 still fails');
  await window.getByRole('link', { name: `#${first.number}` }).click();
  await expect(window.getByRole('list', { name: 'Reruns' })).toContainText(
    `Failed tests run again as #${second.number}, failed: 1 still fails.`,
  );
});
