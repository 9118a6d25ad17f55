import { join } from 'node:path';
import { connectIfRunning } from '../../client/start-host.ts';
import { isTerminal } from '../../contract/status.ts';
import { taskThat } from '../support/home.ts';
import { expect, test } from './desktop.ts';

const shop = join(import.meta.dirname, '..', 'suites', 'shop');

test('a suite that is queued by the form shows in the tray, and its failure in a notification that leads to its page', async ({
  desktop,
}) => {
  const app = await desktop.start();
  const icons = { idle: await app.tray.icon(), running: '', failed: '' };
  expect(await app.tray.tooltip()).toBe('Nothing is running');

  const page = await app.window();
  await page.getByRole('button', { name: 'New run' }).first().click();
  await page.getByLabel('Project').fill(shop);
  await page.getByRole('radio', { name: 'e2e', exact: true }).check({ force: true }); // the mark is drawn over the input
  await page.getByRole('button', { name: 'Add a variable' }).click();
  await page.getByLabel('Name of variable 1').fill('SHOP_FAIL');
  await page.getByLabel('Value of variable 1').fill('1');
  await page.getByRole('button', { name: 'Queue run' }).click();

  await test.step('the tray follows the run', async () => {
    await expect.poll(() => app.tray.tooltip(), { timeout: 60_000 }).toMatch(/^1 running: \d+ % done/);
    icons.running = await app.tray.icon();
    await expect.poll(() => app.tray.labels(), { timeout: 30_000 }).toContainEqual(expect.stringMatching(/^e2e {2}\d+ of \d+/));
    const labels = await app.tray.labels();
    expect(labels[0]).toBe('1 running');
    expect(labels.slice(-5)).toEqual([
      'New run…',
      'Pause the queue',
      'Open window',
      'Quit; running tests go on',
      'Quit and end running tests',
    ]);
    await expect(page.getByRole('region', { name: 'Running' }).getByRole('progressbar')).toBeVisible();
  });

  const client = await connectIfRunning(desktop.home.home, 'test');
  if (!client) throw new Error('No host runs.');
  const [newest] = [
    ...(await client.call('listActive', {})).map(({ task }) => task),
    ...(await client.call('listResults', { limit: 1 })).tasks,
  ];
  if (!newest) throw new Error('Nothing was queued.');
  const task = await taskThat(client, newest.id, ({ state }) => isTerminal(state.status), 120_000);

  // With its window closed the app is in the tray alone.
  await page.close();
  const notification = await desktop.notification();
  expect(task.counts?.failed).toBe(1);
  expect(notification.summary).toBe(`e2e failed: 1 of ${task.counts?.total} tests failed`);
  expect(notification.body).toContain(task.failedTests[0]);
  expect(notification.body).toContain('shop');
  await expect.poll(() => app.tray.tooltip()).toMatch(/^e2e failed at \d+:\d\d: 1 failed\nshop/);
  icons.failed = await app.tray.icon();
  expect(new Set(Object.values(icons)).size).toBe(3);

  const opened = app.electron.waitForEvent('window');
  desktop.bus.click(notification);
  const result = await opened;
  await expect(result).toHaveURL(new RegExp(`#/runs/${task.id}`));
  await expect(result.getByText(task.failedTests[0]?.split(' › ').at(-1) ?? '').first()).toBeVisible();
  // It was looked at: it is no news any more.
  await expect.poll(() => app.tray.tooltip()).toBe('Nothing is running');
  expect(await app.tray.icon()).toBe(icons.idle);
  expect(desktop.bus.shown).toHaveLength(1);
  client.close();
});

test('the window comes back where it was, and in the theme that was chosen', async ({ desktop }) => {
  const app = await desktop.start({ args: ['--hidden'] });
  const open = async () => {
    const opened = app.electron.waitForEvent('window');
    await app.tray.click();
    return (await opened).waitForLoadState('domcontentloaded');
  };
  const bounds = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  await open();
  const wanted = { x: 40, y: 30, width: 950, height: 640 };
  await app.electron.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), wanted);
  await expect.poll(bounds).toEqual(wanted);
  await app.electron.evaluate(({ Menu }) => {
    const dark = Menu.getApplicationMenu()
      ?.items.flatMap((item) => item.submenu?.items ?? [])
      .find(({ label }) => label === 'Dark');
    dark?.click();
  });
  const closed = app.electron.windows()[0]?.waitForEvent('close');
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await closed;
  await expect.poll(() => desktop.processes.alive('--type=renderer')).toEqual([]);

  await open();
  await expect.poll(bounds).toEqual(wanted);
  expect(await app.electron.windows()[0]?.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(300, 200));
  await expect.poll(async () => [(await bounds())?.width, (await bounds())?.height]).toEqual([900, 600]);
});
