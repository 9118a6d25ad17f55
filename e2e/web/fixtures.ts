import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test as base, expect, type Page } from 'playwright/test';
import { TestHome } from '../support/home.ts';

export const SHOP = join(import.meta.dirname, '..', 'suites', 'shop');

interface Fixtures {
  /** What the home's settings.json says; by default nothing. */
  settings: Record<string, unknown> | null;
  /** A home of the test's own; its host and all that it ran are gone afterwards. */
  home: TestHome;
  /** The window in a browser tab, served by that home's headless host. */
  window: Page;
}

/** Tests of the window fail when something breaks the content security policy or throws in the page. */
export const test = base.extend<Fixtures>({
  settings: [null, { option: true }],
  home: async ({ settings }, use) => {
    const home = new TestHome();
    if (settings) writeFileSync(join(home.home, 'settings.json'), JSON.stringify(settings));
    try {
      await use(home);
    } finally {
      await home[Symbol.asyncDispose]();
    }
  },
  window: async ({ page, home }, use) => {
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) wrong.push(message.text());
    });
    const client = await home.connect();
    const { url } = await client.call('webAddress', {});
    client.close();
    await page.goto(url);
    await expect(page.getByRole('button', { name: 'New run' }).first()).toBeVisible();
    await use(page);
    expect(wrong).toEqual([]);
  },
});

export { expect };

/** Fills in the form and queues. `variables` come to the environment of the tests. */
export async function queueByForm(
  page: Page,
  { category = 'e2e', variables = {} }: { category?: string; variables?: Record<string, string> },
): Promise<void> {
  await page.getByRole('button', { name: 'New run' }).first().click();
  await page.getByLabel('Project', { exact: true }).fill(SHOP);
  await page.getByRole('radio', { name: category, exact: true }).check({ force: true });
  for (const [index, [name, value]] of Object.entries(variables).entries()) {
    await page.getByRole('button', { name: 'Add a variable' }).click();
    await page.getByLabel(`Name of variable ${index + 1}`).fill(name);
    await page.getByLabel(`Value of variable ${index + 1}`).fill(value);
  }
  await page.getByRole('button', { name: 'Queue run' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
}
