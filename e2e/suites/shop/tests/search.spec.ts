import type { Page } from 'playwright/test';
import { expect, test } from './shop.ts';

async function search(page: Page, words: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('Search products').fill(words);
  await page.getByRole('button', { name: 'Search' }).click();
}

test.describe('search', () => {
  test('shows the shop by its name with everything it sells', async ({ page, shop }) => {
    await page.goto('/');
    await expect(page).toHaveTitle(`All products – ${shop.name}`);
    await expect(page.getByRole('list', { name: 'Products' }).getByRole('listitem')).toHaveCount(8);
  });

  test('finds products by a word of their name', { tag: '@critical' }, async ({ page }) => {
    await search(page, 'coffee');
    await expect(page.getByRole('status')).toHaveText('1 product for “coffee”');
    await expect(page.getByRole('link', { name: 'Filter coffee' })).toBeVisible();
  });

  test('finds products by their description', async ({ page }) => {
    await search(page, 'DISHWASHER cups');
    await expect(page.getByRole('list', { name: 'Products' }).getByRole('link')).toHaveText(['Stoneware teapot']);
  });

  test('lists results by name until told otherwise', async ({ page }) => {
    await search(page, 'tea');
    await expect(page.getByRole('list', { name: 'Products' }).getByRole('link')).toHaveText([
      'Earl Grey tea',
      'Green tea',
      'Mint tea',
      'Stoneware teapot',
    ]);
  });

  test('sorts results by price, lowest first', async ({ page }) => {
    await search(page, 'roast');
    await page.getByLabel('Sort by').selectOption('Price, lowest first');
    await page.getByRole('button', { name: 'Sort' }).click();
    await expect(page).toHaveURL(/sort=price/);
    await expect(page.getByRole('list', { name: 'Products' }).getByRole('link'), 'the cheapest product comes first').toHaveText([
      'Filter coffee',
      'Espresso beans',
    ]);
  });

  test('says so when nothing matches, whatever was typed', async ({ page }) => {
    await search(page, '<b>cocoa</b>');
    await expect(page.getByRole('status')).toHaveText('Nothing matches “<b>cocoa</b>”.');
    await page.getByRole('link', { name: 'See all products' }).click();
    await expect(page.getByRole('heading', { name: 'All products' })).toBeVisible();
  });
});
