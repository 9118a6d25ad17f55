import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import type { SocketClient } from '../../client/socket.ts';
import type { Task } from '../../contract/task.ts';
import { add, ended, type TestHome } from '../support/home.ts';
import { expect, test } from './fixtures.ts';

/** A project whose suites write the JUnit report that they are named after. */
const PROJECT = {
  'background-e2e.yaml': `categories:
  good: { command: [node, suite.mjs, good], reports: [good.xml] }
  bad: { command: [node, suite.mjs, bad], reports: [bad.xml] }
  silent: { command: [node, -e, ""] }
`,
  'suite.mjs': `
import { writeFileSync } from 'node:fs';
const [name] = process.argv.slice(2);
const failure = name === 'bad' ? '<failure message="expected 26.95, received 23.00">checkout.py:9: AssertionError</failure>' : '';
console.log('\\u001b[32mchecking\\u001b[39m the total');
writeFileSync(name + '.xml', '<testsuite name="checkout"><testcase name="adds delivery" time="0.2">' + failure + '</testcase><testcase name="adds tax" time="0.1"/></testsuite>');
process.exitCode = failure ? 1 : 0;
`,
};

async function runAll(home: TestHome, client: SocketClient): Promise<Record<'good' | 'bad' | 'silent', Task>> {
  const project = home.project(PROJECT);
  const run = async (category: string) => ended(client, (await add(client, { project, category })).id);
  return { good: await run('good'), bad: await run('bad'), silent: await run('silent') };
}

const HASHES = (task: Task) => [
  '#/queue',
  '#/history',
  '#/insights',
  '#/new',
  `#/runs/${task.id}`,
  `#/runs/${task.id}/artifacts`,
  `#/compare/${task.id}`,
];

async function open(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await expect(page.getByRole('heading').first()).toBeVisible();
}

test('History is filtered by menus and by what is typed, and opened by keys', async ({ window, home }) => {
  const { bad } = await runAll(home, await home.connect());
  await open(window, '#/history');
  const runs = window.getByRole('table', { name: 'Runs' }).getByRole('link');
  await expect(runs).toHaveCount(3);
  await window.getByRole('button', { name: 'Verdict: all' }).click();
  await window.getByRole('menuitemcheckbox', { name: 'No results' }).click();
  await expect(runs).toHaveAccessibleName(/^silent, /);
  await window.getByRole('button', { name: 'Clear filters' }).click();
  await expect(runs).toHaveCount(3);

  await window.keyboard.press('/');
  await window.keyboard.type('verdict:failed colour:red ');
  await expect(runs).toHaveCount(1);
  await expect(window.getByText('“colour:” is no filter')).toBeVisible();
  await window.keyboard.press('Backspace');
  await window.getByRole('textbox', { name: 'Filter runs' }).fill('');
  await expect(window.getByText('“colour:” is no filter')).toBeHidden();
  await window.keyboard.type('no such test');
  await expect(window.getByRole('heading', { name: 'No run matches' })).toBeVisible();
  await window.getByRole('button', { name: 'Show all runs' }).click();
  await expect(runs).toHaveCount(3);

  await window.getByRole('button', { name: 'Suite: all' }).click();
  await window.getByRole('menuitemcheckbox', { name: 'bad' }).click();
  await expect(runs).toHaveCount(1);
  await runs.focus();
  await window.keyboard.press('Enter');
  await expect(window).toHaveURL(new RegExp(`#/runs/${bad.id}$`));
  await expect(window.getByText('expected 26.95, received 23.00').first()).toBeVisible();
  await expect(window.getByRole('region', { name: 'Trace' })).toHaveText('checkout.py:9: AssertionError');
});

test('the log shows its colours as colours', async ({ window, home }) => {
  const { good } = await runAll(home, await home.connect());
  await open(window, `#/runs/${good.id}`);
  await window.getByRole('tab', { name: /^Log/ }).click();
  const coloured = window.getByRole('log').getByText('checking', { exact: true });
  const plain = window.getByRole('log').getByText('the total');
  const colourOf = (element: Element) => getComputedStyle(element).color;
  expect(await coloured.evaluate(colourOf)).not.toBe(await plain.evaluate(colourOf));
});

test('N opens the form, Escape closes it, and what was typed is there again', async ({ window }) => {
  await window.keyboard.press('n');
  await window.getByLabel('Project', { exact: true }).fill('/some/folder');
  await window.keyboard.press('Escape');
  await expect(window.getByRole('dialog')).toBeHidden();
  await window.keyboard.press('n');
  await expect(window.getByLabel('Project', { exact: true })).toHaveValue('/some/folder');
});

test('a click is not lost when the field that it leaves is wrong, and the focus comes back from the sheet', async ({ window }) => {
  const opener = window.getByRole('button', { name: 'New run' }).first();
  await opener.focus();
  await window.keyboard.press('Enter');
  await window.getByLabel('Arguments').fill('--grep "unclosed');
  // As long as a finger rests: the sentence about the field would move the button meanwhile.
  await window.getByRole('button', { name: 'Add a variable' }).click({ delay: 200, position: { x: 20, y: 4 } });
  await expect(window.getByLabel('Name of variable 1')).toBeVisible();
  await expect(window.getByRole('alert').filter({ hasText: 'never closed' })).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(opener).toBeFocused();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible, fits 900×600 and scrolls no way sideways (${colorScheme})`, async ({ window, home }) => {
    test.slow(); // each page is looked through twice
    const { bad } = await runAll(home, await home.connect());
    await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 900, height: 600 },
    ]) {
      await window.setViewportSize(viewport);
      for (const hash of HASHES(bad)) {
        await open(window, hash);
        const { violations } = await new AxeBuilder({ page: window }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${hash} ${id}: ${nodes.map(({ html }) => html).join(' ')}`),
          hash,
        ).toEqual([]);
        expect(await window.evaluate(() => document.documentElement.scrollWidth - innerWidth), hash).toBeLessThanOrEqual(0);
      }
      await window.keyboard.press('Escape');
    }
  });
}

test('a tab without the token says how to get one, and shows nothing of the queue', async ({ window, browser, home }) => {
  await runAll(home, await home.connect());
  const stranger = await browser.newPage();
  await stranger.goto(new URL('/', window.url()).href);
  await expect(stranger.getByRole('heading', { name: /bge2e open --web/ })).toBeVisible();
  await expect(stranger.getByText('good')).toHaveCount(0);
  await stranger.close();
});
