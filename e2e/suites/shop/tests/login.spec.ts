import { expect, fillCart, logIn, test } from './shop.ts';

test.describe('login', () => {
  test('greets a customer by name', { tag: '@critical' }, async ({ page }) => {
    await logIn(page);
    await expect(page.getByText('Hello, Ada')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Log in' })).toBeHidden();
  });

  test('refuses a wrong password and keeps the email', { tag: '@critical' }, async ({ page }) => {
    await logIn(page, 'ada@example.test', 'difference');
    await expect(page.getByRole('alert')).toHaveText('This email and password do not match.');
    await expect(page.getByLabel('Email')).toHaveValue('ada@example.test');
    await expect(page.getByLabel('Password')).toHaveValue('');
  });

  test('says the same about an unknown email', async ({ page }) => {
    await logIn(page, 'nobody@example.test', 'analytical');
    await expect(page.getByRole('alert')).toHaveText('This email and password do not match.');
  });

  test('asks for what was left out', async ({ page }) => {
    await logIn(page, 'ada@example.test', '');
    await expect(page.getByRole('alert')).toHaveText('Enter your email and your password.');
  });

  test('keeps the cart of a visitor who logs in and out', async ({ page }) => {
    await fillCart(page, { mug: 2 });
    await logIn(page);
    await expect(page.getByRole('link', { name: 'Cart (2)' })).toBeVisible();
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
    await expect(page.getByRole('link', { name: 'Cart (2)' })).toBeVisible();
  });
});
