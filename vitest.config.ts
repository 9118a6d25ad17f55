import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['**/*.test.{ts,tsx,mjs}'],
    // The browser's and the desktop's tests are Playwright's; the suites are what these tests queue.
    exclude: ['**/node_modules/**', 'dist/**', 'out/**', 'release/**', 'e2e/web/**', 'e2e/desktop/**', 'e2e/suites/**'],
    // Tests start and kill real processes: a process of its own per file keeps one from ending another's.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    // Real processes and other people's load: there a failure is tried once more, and shown as retried. At home it is a failure.
    retry: process.env.CI === 'true' ? 1 : 0,
    hookTimeout: 20_000,
    unstubEnvs: true,
    restoreMocks: true,
  },
});
