import { existsSync } from 'node:fs';
import { chromium, defineConfig } from 'playwright/test';

/** Where systems put a Chromium, for machines where Playwright has not downloaded its own. */
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM_PATH ?? (existsSync(chromium.executablePath()) ? undefined : SYSTEM.find((path) => existsSync(path)));

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  retries: 1,
  timeout: 30_000,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: executablePath ? { executablePath } : {},
    locale: 'en-GB',
    screenshot: 'only-on-failure',
  },
});
