import { test as base, expect, type Page } from 'playwright/test';
// biome-ignore lint/correctness/useImportExtensions: the linter takes the declarations beside the server for the server.
import { type Shop, startShop } from '../server.mjs';

/** A test with a shop of its worker's own; pages open relative to it. */
export const test = base.extend<object, { shop: Shop }>({
  shop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures a function needs from this pattern.
    async ({}, use) => {
      const shop = await startShop();
      await use(shop);
      await shop.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ shop }, use) => use(shop.url),
  page: async ({ page }, use, testInfo) => {
    // SHOP_FLAKY lets the shop misbehave on a test's first try alone, so the shop has to know which one this is.
    await page.setExtraHTTPHeaders({ 'x-test-try': String(testInfo.retry + 1) });
    await use(page);
  },
});

export { expect };

/** Fills in the login form and sends it. */
export async function logIn(page: Page, email = 'ada@example.test', password = 'analytical'): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Puts a product into the cart, from its own page. */
export async function addToCart(page: Page, productId: string, quantity = 1): Promise<void> {
  await page.goto(`/products/${productId}`);
  await page.getByLabel('Quantity').fill(String(quantity));
  await page.getByRole('button', { name: 'Add to cart' }).click();
}

/** Sends what the shop's forms would send, without a page: a quick way to where a test begins. */
async function post(page: Page, path: string, form: Record<string, string>): Promise<void> {
  const response = await page.request.post(path, { form });
  expect(response, `the shop takes ${path}`).toBeOK();
}

/** Lets the visitor be Ada, with these products (ids and quantities) in the cart, and opens the checkout. */
export async function openCheckout(page: Page, products: Record<string, number>): Promise<void> {
  await post(page, '/login', { email: 'ada@example.test', password: 'analytical' });
  await fillCart(page, products);
  await page.goto('/checkout');
}

/** Puts products (ids and quantities) into the cart, without opening their pages. */
export async function fillCart(page: Page, products: Record<string, number>): Promise<void> {
  for (const [id, quantity] of Object.entries(products)) await post(page, '/cart/add', { id, quantity: String(quantity) });
}
