import { addToCart, expect, fillCheckout, logIn, placeOrder, sum, test } from './shop.ts';

test.describe('checkout', () => {
  test('asks who is there first', async ({ page }) => {
    await addToCart(page, 'Teapot');
    await page.getByRole('link', { name: 'To checkout' }).click();
    await expect(page.getByRole('heading', { name: 'Log in' })).toBeVisible();
    await logIn(page);
    await expect(page.getByRole('heading', { name: 'Checkout' })).toBeVisible();
  });

  test('leads an empty cart back', async ({ page }) => {
    await logIn(page);
    await page.goto('/checkout');
    await expect(page.getByText('It is empty.')).toBeVisible();
  });

  test.describe('with a cart', () => {
    test.beforeEach(async ({ page }) => {
      await logIn(page);
      await addToCart(page, 'Reading lamp', 'Notebook');
      await page.goto('/checkout');
    });

    test('names each field that is missing', async ({ page }) => {
      await page.getByLabel('Name').fill('');
      await placeOrder(page);
      await expect(page.getByLabel('Name')).toHaveAccessibleDescription('Say who it is for.');
      await expect(page.getByLabel('Street and number')).toHaveAccessibleDescription('Say where it goes: street and number.');
      await expect(page.getByLabel('Postcode and city')).toHaveAccessibleDescription('Say where it goes: postcode and city.');
      await expect(page.getByLabel('Card number')).toHaveAccessibleDescription('Give the number of your card.');
    });

    test('sees that a digit of the card is wrong, and keeps the rest', async ({ page }) => {
      await fillCheckout(page, '4242 4242 4242 4243');
      await placeOrder(page);
      await expect(page.getByLabel('Card number')).toHaveAccessibleDescription('This is no card number: please check its digits.');
      await expect(page.getByLabel('Street and number')).toHaveValue('12 St James’s Square');
    });

    test('takes the order and gives it a number @critical', async ({ page }) => {
      await fillCheckout(page);
      await placeOrder(page);
      await expect(page.getByRole('heading', { name: 'Thank you, Ada Lovelace!' })).toBeVisible();
      await expect(page.getByTestId('order-number')).toHaveText(/^\d{4}$/);
      await expect(page.getByText('You paid 61.00 €.')).toBeVisible();
    });

    test('leaves the cart empty', async ({ page }) => {
      await fillCheckout(page);
      await placeOrder(page);
      await expect(page.getByRole('link', { name: 'Cart (0)' })).toBeVisible();
    });

    test('puts the order into the customer’s list', async ({ page }) => {
      await fillCheckout(page);
      await placeOrder(page);
      const number = await page.getByTestId('order-number').textContent();
      await page.getByRole('link', { name: 'Orders' }).click();
      await expect(page.getByRole('list', { name: 'Orders' })).toContainText(`Order ${number}, 61.00 €`);
    });

    test('wraps a gift for three euros', async ({ page }) => {
      test.skip(process.env.SHOP_SKIP === '1', 'Nobody wraps gifts outside of December.');
      await fillCheckout(page);
      await page.getByLabel('Wrap it as a gift').check();
      await placeOrder(page);
      await expect(page.getByText('You paid 64.00 €.')).toBeVisible();
    });

    test('shows what is to be paid before the order', async ({ page }) => {
      await expect(sum(page, 'Goods')).toHaveText('61.00 €');
      await expect(sum(page, 'To pay')).toHaveText('61.00 €');
    });

    test('follows the order until the courier has it', async ({ page }) => {
      await fillCheckout(page);
      await placeOrder(page);
      await expect(page.getByTestId('order-state')).toHaveText('Being packed');
      // With SHOP_SLOW=1 packing takes ten seconds.
      await expect(page.getByTestId('order-state')).toHaveText('Handed to the courier', { timeout: 20_000 });
    });
  });
});
