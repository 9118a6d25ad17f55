import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { add, ended } from '../support/home.ts';
import { expect, test } from './fixtures.ts';

/** A suite whose test `pays` fails while there is a file `broken`, which git does not know: the same code gives both outcomes. */
const PROJECT = {
  'background-e2e.yaml': 'categories:\n  e2e: { command: [node, suite.mjs], reports: [out/junit.xml] }\n',
  '.gitignore': 'out\nbroken\ntest_reports\nbackground-e2e.quarantine.yaml\n',
  'suite.mjs': `
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
const failure = existsSync('broken') ? '<failure message="connect ECONNREFUSED 127.0.0.1:5432"/>' : '';
mkdirSync('out', { recursive: true });
writeFileSync('out/junit.xml', '<testsuite name="cart"><testcase classname="cart" name="adds" time="0.4"/><testcase classname="cart" name="pays" time="2.5">' + failure + '</testcase></testsuite>');
process.exitCode = failure ? 1 : 0;
`,
};

test('Insights tell how a suite does, and what is flaky goes into quarantine and out again', async ({ home, window }) => {
  test.slow(); // four runs, and two pages that are looked through
  const client = await home.connect();
  const project = home.project(PROJECT);
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.test', ...args], { cwd: project });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'all');
  const run = async (isBroken: boolean) => {
    if (isBroken) writeFileSync(join(project, 'broken'), '');
    else rmSync(join(project, 'broken'), { force: true });
    return ended(client, (await add(client, { project, category: 'e2e' })).id);
  };
  const pages = window.getByRole('navigation', { name: 'Pages' });
  await pages.getByRole('link', { name: 'Insights' }).click();
  await expect(window.getByText('Nothing to tell yet')).toBeVisible();

  await run(true);
  await run(false);
  const third = await run(true);
  await pages.getByRole('link', { name: 'Queue' }).click();
  await pages.getByRole('link', { name: 'Insights' }).click();
  await expect(window.getByRole('region', { name: 'Pass rate' })).toContainText(/33 %.*1 of 3 runs passed.*2 failed/);
  await expect(window.getByRole('region', { name: 'Duration' }).getByRole('link', { name: /^#3, Today: failed/ })).toBeVisible();
  const why = window.getByRole('region', { name: 'Why #3 failed' });
  await expect(why.getByRole('listitem')).toContainText(/ECONNREFUSED 127\.0\.0\.1:5432.*1 test/);
  await expect(window.getByRole('region', { name: 'Slowest tests' }).getByRole('listitem').first()).toContainText(/pays.*2\.5 s/);
  const flaky = window.getByRole('region', { name: 'Flaky tests' }).getByRole('listitem');
  await expect(flaky).toContainText(/pays.*of 3 runs, last in #3/);

  const file = join(project, 'background-e2e.quarantine.yaml');
  await flaky.getByRole('button', { name: /^Quarantine .*pays$/ }).click();
  await window.getByRole('menuitem', { name: /^For 2 weeks/ }).click();
  const held = window.getByRole('region', { name: 'In quarantine' });
  await expect(held.getByRole('listitem')).toContainText(/pays.*make no verdict/);
  expect(readFileSync(file, 'utf8')).toMatch(/pays[\s\S]*until: "?\d{4}-\d\d-\d\d/);
  // Its failure is shown, but makes no verdict; the page says so without being asked again.
  expect(await run(true)).toMatchObject({ verdict: 'passed', counts: { failed: 1 } });
  await expect(window.getByRole('region', { name: 'Pass rate' })).toContainText('2 of 4 runs passed');

  for (const [colorScheme, width, height] of [
    ['light', 1280, 800],
    ['dark', 900, 600],
  ] as const) {
    await window.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await window.setViewportSize({ width, height });
    const { violations } = await new AxeBuilder({ page: window }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(await window.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  }

  await held.getByRole('button', { name: /^Until .*pays$/ }).click();
  await window.getByRole('menuitem', { name: 'End the quarantine' }).click();
  await expect(held).toBeHidden();
  expect(readFileSync(file, 'utf8')).not.toContain('pays');

  // The same from a failed run.
  await why.getByRole('link', { name: 'Show the run' }).click();
  await expect(window).toHaveURL(new RegExp(`#/runs/${third.id}$`));
  await window.getByRole('button', { name: /^Quarantine .*pays$/ }).click();
  await window.getByRole('menuitem', { name: /^For a week/ }).click();
  await expect(window.getByRole('button', { name: /^Until .*pays$/ })).toBeVisible();
  expect(readFileSync(file, 'utf8')).toContain('pays');
});
