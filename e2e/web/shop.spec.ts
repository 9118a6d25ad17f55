import { expect, queueByForm, test } from './fixtures.ts';

test('a suite queued by the form is followed live, ends with its failures, and is found in History', async ({ window, home }) => {
  await queueByForm(window, { variables: { SHOP_FAIL: '1', SHOP_FLAKY: '1', SHOP_SKIP: '1', SHOP_SLOW: '1' } });

  // Live: tests are counted, time and memory move, the log grows.
  const running = window.getByRole('region', { name: 'Running' });
  const progress = running.getByRole('progressbar').first();
  await expect(progress).toHaveAttribute('aria-valuemax', /^[1-9]/, { timeout: 30_000 });
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow')), { timeout: 40_000 }).toBeGreaterThan(2);
  await expect(running.getByRole('img', { name: /^Memory [1-9]/ })).toBeVisible();

  await running.getByText('e2e', { exact: true }).first().click();
  await expect(window).toHaveURL(/#\/runs\/task_/);
  await window.getByRole('tab', { name: /^Log/ }).click();
  const log = window.getByRole('log');
  await expect(log).toContainText('Running ');
  const seen = (await log.innerText()).length;
  await expect.poll(async () => (await log.innerText()).length, { timeout: 20_000 }).toBeGreaterThan(seen);

  // The result: the failing test first, with its message.
  await expect(window.getByRole('heading', { name: /e2e failed/ })).toBeVisible({ timeout: 60_000 });
  await window.getByRole('tab', { name: /^Tests/ }).click();
  const client = await home.connect();
  const { task } = await client.call('getTask', { task: 'last' });
  expect(task).toMatchObject({ state: { status: 'failed' }, verdict: 'failed', counts: { failed: 1, flaky: 1, skipped: 1 } });
  const { tests } = await client.call('getTests', { task: task.id });
  expect(tests.map(({ status }) => status).slice(0, 3)).toEqual(['failed', 'flaky', 'skipped']);
  await expect(window.getByText(tests[0]?.name ?? '').first()).toBeVisible();

  // History has it, and its filter tells it from what passed.
  await window
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /^History/ })
    .click();
  await expect(window.getByRole('link', { name: 'e2e, shop, failed' })).toBeVisible();
});

test('a run is cancelled from the window, and its whole tree is gone', async ({ window, home }) => {
  await queueByForm(window, { variables: { SHOP_SLOW: '1' } });
  const client = await home.connect();
  await expect.poll(async () => (await client.call('getTask', { task: 'last' })).task.state.status).toBe('running');
  const { task } = await client.call('getTask', { task: 'last' });
  const running = window.getByRole('region', { name: 'Running' });
  await running.getByText('e2e', { exact: true }).first().click();
  await window.getByRole('button', { name: 'Cancel run' }).click();
  await expect.poll(async () => (await client.call('getTask', { task: task.id })).task.state.status, { timeout: 20_000 }).toBe('cancelled');
  await expect(window.getByRole('heading', { name: /cancelled/ })).toBeVisible();
});

test('the window survives the death of its host and goes on with the same run', async ({ window, home }) => {
  test.slow(); // a real Playwright suite, and two hosts
  await queueByForm(window, { variables: { SHOP_SLOW: '1' } });
  const running = window.getByRole('region', { name: 'Running' });
  await expect(running.getByRole('progressbar').first()).toHaveAttribute('aria-valuemax', /^[1-9]/, { timeout: 30_000 });
  await home.killHost();
  await expect(window.getByText(/The host does not answer/)).toBeVisible();
  const client = await home.connect(); // what any command in a terminal would do
  await expect(window.getByText(/The host does not answer/)).toBeHidden({ timeout: 15_000 });
  await expect(window.getByRole('region', { name: 'Host' }).locator('[title]').first()).toHaveAttribute(
    'title',
    new RegExp(`pid ${client.host.pid}$`),
  );
  await expect(window.getByRole('region', { name: /Finished/ }).getByText('e2e', { exact: true })).toBeVisible({ timeout: 60_000 });
  expect((await client.call('getTask', { task: 'last' })).task.verdict).toBe('passed');
});

test('a field that is wrong is named with its value and what is allowed, and nothing is queued', async ({ window, home }) => {
  await window.getByRole('button', { name: 'New run' }).first().click();
  await window.getByLabel('Project', { exact: true }).fill('/no/such/folder');
  await expect(window.getByRole('alert').filter({ hasText: '/no/such/folder' })).toBeVisible();
  await window.getByLabel('Timeout', { exact: true }).fill('-5');
  await window.getByRole('button', { name: 'Queue run' }).click();
  await expect(window.getByRole('alert').filter({ hasText: '-5' })).toBeVisible();
  const client = await home.connect();
  expect(await client.call('listActive', {})).toEqual([]);
});
