import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { add, ended } from '../support/home.ts';
import { expect, test } from './fixtures.ts';

test('History says what all runs take on the disk, and lets go what need not be kept', async ({ home, window }) => {
  const client = await home.connect();
  const project = home.project({
    'background-e2e.yaml': 'categories:\n  talks: { command: [node, -e, "console.log(\'x\'.repeat(300000))"], verdict_from: exit_code }\n',
  });
  const run = async () => ended(client, (await add(client, { project, category: 'talks' })).id);
  const first = await run();
  const second = await run();
  await window.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'History' }).click();
  const rows = window.getByRole('table', { name: 'Runs' }).getByRole('link');
  await expect(rows).toHaveCount(2);

  const button = window.getByTitle('What all runs take on the disk');
  await button.click();
  const disk = window.getByRole('dialog', { name: 'Disk' });
  await expect(disk).toContainText(/All runs together take [1-9]\d* KB\.\s*Nothing has to go\./);
  await window.keyboard.press('Escape');
  await expect(disk).toBeHidden();
  await expect(button).toHaveText(/^[1-9]\d* KB$/);

  appendFileSync(join(project, 'background-e2e.yaml'), 'retention: { keep_runs: 0 }\n');
  await button.click();
  await expect(disk).toContainText('1 run need not be kept any more: too many of its suite.');
  await disk.getByRole('button', { name: /^Remove them and free \d+ KB$/ }).click();
  await expect(disk).toContainText(/\d+ KB were freed\. All runs together take \d+ KB\./);
  expect(existsSync(home.folderOf(first))).toBe(false);
  expect(home.logOf(second)).toContain('xxx');
  await expect(rows).toHaveCount(2); // their history stays
});
