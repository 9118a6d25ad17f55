import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, expect, type Page } from 'playwright/test';

/** Each worker opens a shop of its own at a free port, so that nothing is shared between workers or runs. */
export const test = base.extend<object, { shopAddress: string }>({
  shopAddress: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const server = spawn(process.execPath, [join(import.meta.dirname, '..', 'server.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
      const [address] = await once(createInterface(server.stdout), 'line');
      await use(String(address));
      const closed = once(server, 'exit');
      server.stdin.end();
      await closed;
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ shopAddress }, use) => use(shopAddress),
});

export { expect };

export const ADA = { email: 'ada@example.test', password: 'engine', name: 'Ada' };
/** The number that card companies give for tests. */
export const TEST_CARD = '4242 4242 4242 4242';

export async function logIn(page: Page, { email, password } = ADA): Promise<void> {
  if (!new URL(page.url()).pathname.startsWith('/login')) await page.goto('/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Log in' }).click();
}

export async function addToCart(page: Page, ...products: string[]): Promise<void> {
  for (const product of products) {
    await page.goto('/');
    await page.getByRole('button', { name: `Add ${product} to cart` }).click();
    await expect(page.getByRole('status')).toHaveText(`${product} is in your cart.`);
  }
}

/** One of the sums below the cart, such as `To pay`. */
export const sum = (page: Page, name: string) => page.getByLabel('Total').locator('div').filter({ has: page.getByRole('term').filter({ hasText: name }) }).getByRole('definition');

export async function fillCheckout(page: Page, card = TEST_CARD): Promise<void> {
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('Street and number').fill('12 St James’s Square');
  await page.getByLabel('Postcode and city').fill('SW1Y 4JH London');
  await page.getByLabel('Card number').fill(card);
}

export const placeOrder = (page: Page) => page.getByRole('button', { name: 'Place order' }).click();
