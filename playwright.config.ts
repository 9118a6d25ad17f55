import { defineConfig } from 'playwright/test';

// A system's Chromium, where Playwright has none of its own; scripts/setup.mjs finds it.
const executablePath = process.env.CHROMIUM_PATH;

export default defineConfig({
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env.CI),
  // Each test starts hosts, browsers and suites of its own, which use all cores already.
  workers: 1,
  fullyParallel: false,
  // As in vitest.config.ts; what passes only then is listed as flaky.
  retries: process.env.CI === 'true' ? 1 : 0,
  reporter: 'list',
  expect: { timeout: 10_000 },
  use: { trace: 'retain-on-failure', actionTimeout: 10_000 },
  projects: [
    {
      name: 'web',
      testDir: 'e2e/web',
      timeout: 90_000,
      use: { browserName: 'chromium', launchOptions: executablePath ? { executablePath } : {} },
    },
    { name: 'desktop', testDir: 'e2e/desktop', timeout: 150_000 },
  ],
});
