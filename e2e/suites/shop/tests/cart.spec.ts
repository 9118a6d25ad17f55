import { addToCart, expect, fillCart, test } from './shop.ts';

test.describe('cart', () => {
  test('is empty for a new visitor', async ({ page }) => {
    await page.goto('/cart');
    await expect(page.getByText('Your cart is empty.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Go to checkout' })).toBeHidden();
  });

  test('takes a product and counts it', { tag: '@critical' }, async ({ page }) => {
    await addToCart(page, 'earl-grey');
    await expect(page.getByRole('row', { name: 'Earl Grey tea' })).toContainText('£6.50');
    await expect(page.getByRole('link', { name: 'Cart (1)' })).toBeVisible();
  });

  test('adds up different products', { tag: '@critical' }, async ({ page }) => {
    await fillCart(page, { 'earl-grey': 2 });
    await addToCart(page, 'mug');
    await expect(page.getByTestId('subtotal')).toHaveText('£27.00');
  });

  test('follows a changed quantity', async ({ page }) => {
    await fillCart(page, { 'mint-tea': 1 });
    await page.goto('/cart');
    await page.getByLabel('Quantity of Mint tea').fill('4');
    await page.getByRole('button', { name: 'Update' }).click();
    await expect(page.getByTestId('subtotal')).toHaveText('£19.20');
  });

  test('lets a product go again', async ({ page }) => {
    await fillCart(page, { mug: 1, 'green-tea': 1 });
    await page.goto('/cart');
    await page.getByRole('button', { name: 'Remove Enamel mug' }).click();
    await expect(page.getByRole('row', { name: 'Enamel mug' })).toBeHidden();
    await expect(page.getByTestId('subtotal')).toHaveText('£7.20');
  });

  test('refuses more than ten of a product', async ({ page }) => {
    await fillCart(page, { mug: 8 });
    await addToCart(page, 'mug', 3);
    await expect(page.getByRole('alert')).toHaveText('We sell up to 10 of each product.');
    await expect(page.getByLabel('Quantity of Enamel mug')).toHaveValue('8');
  });

  test('does not offer what is sold out', async ({ page }) => {
    await page.goto('/products/honey');
    await expect(page.getByText('Sold out')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add to cart' })).toBeHidden();
  });
});
