import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { add, ended, running } from '../support/home.ts';
import { type DesktopApp, expect, patientProject, test } from './desktop.ts';

/** Opens the window with someone listening from its first moment. */
async function watchedWindow(app: DesktopApp): Promise<{ page: Page; complaints: string[] }> {
  const complaints: string[] = [];
  app.electron.context().on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/.test(message.text())) complaints.push(message.text());
  });
  app.electron.context().on('weberror', (error) => complaints.push(error.error().message));
  const opened = app.electron.waitForEvent('window');
  await app.tray.click();
  const page = await opened;
  await page.getByRole('link', { name: 'Queue' }).waitFor();
  return { page, complaints };
}

/** Every tab of a run draws what belongs to it; charts once there are samples, which a running run has after a second. */
async function lookAtTabs(page: Page, tests: string): Promise<void> {
  await page.getByRole('tab', { name: /^Log/ }).click();
  await expect(page.getByRole('log')).toContainText('it runs');
  await page.getByRole('tab', { name: 'Resources' }).click();
  const charts = page.getByRole('tabpanel', { name: 'Resources' }).getByRole('img', { name: /^(CPU|Memory|Processes) / });
  await expect(charts).toHaveCount(3);
  await expect(charts.first().locator('canvas')).toBeVisible();
  await page.getByRole('tab', { name: /^Tests/ }).click();
  await expect(page.getByRole('tabpanel', { name: /^Tests/ })).toContainText(tests);
}

test('the window breaks no rule of its content security policy on any page', async ({ desktop }) => {
  const { page, complaints } = await watchedWindow(await desktop.start({ args: ['--hidden'] }));
  const suite = patientProject(desktop.home);
  const client = await desktop.home.connect();
  await page.evaluate(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`Content Security Policy: ${violatedDirective} ${blockedURI}`),
    );
  });
  const { id } = await add(client, { project: suite.folder, category: 'smoke' });
  await running(client, id);
  await page.getByRole('region', { name: 'Running' }).getByRole('link', { name: /smoke/ }).click();
  await lookAtTabs(page, 'No test has ended yet.');
  suite.end(2);
  await ended(client, id);
  await expect(page.getByRole('heading', { name: /smoke failed/ })).toBeVisible();
  await lookAtTabs(page, 'no money');
  for (const name of ['History', 'Insights', 'Queue'])
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click();
  await page.getByRole('button', { name: 'New run' }).first().click();
  await page.getByRole('button', { name: 'Queue run' }).waitFor();
  expect(complaints).toEqual([]);
});

test('an exported result is offered for Downloads, and saved where the person says', async ({ desktop }) => {
  const app = await desktop.start();
  const suite = patientProject(desktop.home);
  const client = await desktop.home.connect();
  const { id, number } = await add(client, { project: suite.folder, category: 'smoke' });
  suite.end(2);
  await ended(client, id);
  const page = await app.window();
  await page.getByRole('region', { name: 'Finished' }).getByRole('link', { name: /smoke/ }).click();

  // The system's own dialog cannot be played; what is chosen in it is told to the download, before it would be shown.
  const path = join(suite.folder, 'chosen.html');
  const saved = app.electron.evaluate(
    ({ app: electron, session }, to) =>
      new Promise<{ state: string; offered: string | undefined; downloads: string }>((resolve) =>
        session.defaultSession.once('will-download', (_event, item) => {
          const offered = item.getSaveDialogOptions().defaultPath;
          item.setSavePath(to);
          item.once('done', (_ended, state) => resolve({ state, offered, downloads: electron.getPath('downloads') }));
        }),
      ),
    path,
  );
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'HTML page' }).click();
  const { state, offered, downloads } = await saved;
  expect({ state, offered }).toEqual({ state: 'completed', offered: join(downloads, `smoke-${number}.html`) });
  expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>[\s\S]*no money/);
});

test('the policy holds: no inline script, no eval, no network', async ({ desktop }) => {
  const { page } = await watchedWindow(await desktop.start({ args: ['--hidden'] }));
  const broken = await page.evaluate(async () => {
    const directives: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => directives.push(effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.body.append(script);
    const frame = document.createElement('iframe');
    frame.src = 'https://example.test/';
    document.body.append(frame);
    await fetch('https://example.test/').catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100)); // violations are told in a later turn
    return { directives, injected: 'injected' in window };
  });
  expect(broken.injected).toBe(false);
  expect(broken.directives.sort()).toEqual(['connect-src', 'frame-src', 'script-src-elem']);
});

test('the page has neither Node nor Electron, and one bridge of two functions', async ({ desktop }) => {
  const { page } = await watchedWindow(await desktop.start({ args: ['--hidden'] }));
  const names = await page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    bridge: Object.entries(window.bge2e ?? {}).map(([name, value]) => `${name}: ${typeof value}`),
    origin: location.origin,
  }));
  expect(names).toEqual({ globals: [], bridge: ['send: function', 'onMessage: function'], origin: 'app://bge2e' });
});

test('the window stays where it is: navigation, new windows and permissions are denied', async ({ desktop }) => {
  const app = await desktop.start({ args: ['--hidden'] });
  const { page } = await watchedWindow(app);
  const before = page.url();
  const denied = await page.evaluate(async () => {
    const opened = window.open('https://example.test/');
    const position = await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('given'),
        (error) => resolve(error.code),
      ),
    );
    return { opened, position, notifications: await Notification.requestPermission() };
  });
  expect(denied).toEqual({ opened: null, position: 1, notifications: 'denied' });
  // Told by the main process from here on: Playwright waits for the end of a navigation that never begins.
  const state = await app.electron.evaluate(
    async ({ BrowserWindow }, addresses) => {
      const windows = BrowserWindow.getAllWindows();
      const contents = windows[0]?.webContents;
      if (!contents) throw new Error('There is no window.');
      const asked: string[] = [];
      contents.on('will-navigate', (event, address) => asked.push(`${address} ${event.defaultPrevented ? 'denied' : 'allowed'}`));
      for (const address of addresses) {
        await contents.executeJavaScript(`location.assign(${JSON.stringify(address)}); new Promise((resolve) => setTimeout(resolve, 200))`);
      }
      return {
        asked,
        address: contents.getURL(),
        windows: windows.length,
        alive: await contents.executeJavaScript('document.querySelector("nav") !== null'),
      };
    },
    ['https://example.test/', 'data:text/html,hello'],
  );
  expect(state).toEqual({ asked: ['https://example.test/ denied'], address: before, windows: 1, alive: true });
});
