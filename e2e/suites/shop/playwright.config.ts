import { existsSync } from 'node:fs';
import { chromium, defineConfig } from 'playwright/test';

/** The browser to use, or undefined for Playwright's own. */
function findChromium(): string | undefined {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  if (existsSync(chromium.executablePath())) return undefined;
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
}

const executablePath = findChromium();
// Chromium's sandbox refuses to work for root.
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  reporter: 'list',
  workers: 2,
  fullyParallel: true,
  retries: 1,
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: executablePath ? { executablePath, args } : { args },
  },
});
