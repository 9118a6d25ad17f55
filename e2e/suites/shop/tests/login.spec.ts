import { ADA, expect, logIn, test } from './shop.ts';

test.describe('login', () => {
  test('greets a customer by name @critical', async ({ page }) => {
    await logIn(page);
    await expect(page.getByText('Hello, Ada')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Log in' })).toHaveCount(0);
  });

  test('refuses a wrong password', async ({ page }) => {
    await logIn(page, { ...ADA, password: 'wrong' });
    await expect(page.getByRole('alert')).toHaveText('E-mail address and password do not fit.');
    await expect(page.getByLabel('E-mail')).toHaveValue(ADA.email);
  });

  test('says the same of an address that nobody has', async ({ page }) => {
    await logIn(page, { ...ADA, email: 'nobody@example.test' });
    await expect(page.getByRole('alert')).toHaveText('E-mail address and password do not fit.');
  });

  test('asks for what was left empty', async ({ page }) => {
    await logIn(page, { ...ADA, password: '' });
    await expect(page.getByRole('alert')).toHaveText('Give your e-mail address and your password.');
  });

  test('takes an address in capitals', async ({ page }) => {
    await logIn(page, { ...ADA, email: 'ADA@Example.Test' });
    await expect(page.getByText('Hello, Ada')).toBeVisible();
  });

  test('lasts over pages until the customer logs out', async ({ page }) => {
    await logIn(page);
    await page.goto('/products/teapot');
    await expect(page.getByText('Hello, Ada')).toBeVisible();
    await page.getByRole('button', { name: 'Log out' }).click();
    await expect(page.getByRole('status')).toHaveText('You are logged out.');
    await expect(page.getByRole('link', { name: 'Log in' })).toBeVisible();
  });

  test('leads back to the page that asked for it', async ({ page }) => {
    await page.goto('/orders');
    await logIn(page);
    await expect(page).toHaveURL('/orders');
  });

  test('never leads to another site', async ({ page, baseURL }) => {
    await page.goto('/login?next=//elsewhere.test/');
    await logIn(page);
    await expect(page).toHaveURL(`${baseURL}/`);
  });
});
