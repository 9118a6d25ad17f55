import { addToCart, expect, logIn, sum, test } from './shop.ts';

test.describe('cart', () => {
  test('is empty at first', async ({ page }) => {
    await page.goto('/cart');
    await expect(page.getByText('It is empty.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Cart (0)' })).toBeVisible();
  });

  test('takes a product from the shelf @critical', async ({ page }) => {
    await addToCart(page, 'Teapot');
    await expect(page.getByRole('row', { name: 'Teapot' })).toContainText('34.90 €');
    await expect(page.getByRole('link', { name: 'Cart (1)' })).toBeVisible();
  });

  test('counts the same product twice', async ({ page }) => {
    await addToCart(page, 'Notebook', 'Notebook');
    await expect(page.getByLabel('Quantity of Notebook')).toHaveValue('2');
    await expect(sum(page, 'Goods')).toHaveText('32.00 €');
  });

  test('follows a changed quantity', async ({ page }) => {
    await addToCart(page, 'Enamel mug');
    await page.getByLabel('Quantity of Enamel mug').fill('3');
    await page.getByRole('button', { name: 'Update Enamel mug' }).click();
    await expect(sum(page, 'Goods')).toHaveText('37.50 €');
    await expect(page.getByRole('link', { name: 'Cart (3)' })).toBeVisible();
  });

  test('sells no more than there are', async ({ page }) => {
    await addToCart(page, 'Coffee grinder');
    await page.getByLabel('Quantity of Coffee grinder').fill('4');
    await page.getByRole('button', { name: 'Update Coffee grinder' }).click();
    await expect(page.getByRole('alert')).toHaveText('Only 3 of Coffee grinder are left.');
    await expect(page.getByLabel('Quantity of Coffee grinder')).toHaveValue('1');
  });

  test('lets go of a product', async ({ page }) => {
    await addToCart(page, 'Teapot', 'Beeswax candle');
    await page.getByRole('button', { name: 'Remove Teapot' }).click();
    await expect(page.getByRole('row')).toHaveCount(2);
    await page.getByRole('button', { name: 'Remove Beeswax candle' }).click();
    await expect(page.getByText('It is empty.')).toBeVisible();
  });

  test('takes ten percent off for a voucher', async ({ page }) => {
    await addToCart(page, 'Coffee grinder');
    await page.getByLabel('Voucher').fill('teatime');
    await page.getByRole('button', { name: 'Redeem' }).click();
    await expect(page.getByRole('status')).toHaveText('Voucher TEATIME was accepted.');
    await expect(sum(page, 'To pay')).toHaveText('53.10 €', { timeout: 2000 });
  });

  test('refuses a voucher that nobody issued', async ({ page }) => {
    await addToCart(page, 'Coffee grinder');
    await page.getByLabel('Voucher').fill('FREEBEER');
    await page.getByRole('button', { name: 'Redeem' }).click();
    await expect(page.getByRole('alert')).toHaveText('There is no voucher FREEBEER.');
    await expect(sum(page, 'To pay')).toHaveText('59.00 €');
  });

  test('ships for free from fifty euros on', async ({ page }) => {
    await addToCart(page, 'Teapot');
    await expect(sum(page, 'Shipping')).toHaveText('4.90 €');
    await addToCart(page, 'Notebook');
    await expect(sum(page, 'Shipping')).toHaveText('0.00 €');
  });

  test('keeps its products when the customer logs in', async ({ page }) => {
    await addToCart(page, 'Wool blanket');
    await logIn(page);
    await expect(page.getByRole('link', { name: 'Cart (1)' })).toBeVisible();
  });
});
