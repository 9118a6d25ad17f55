import { join } from 'node:path';
import { BUILT_IN_CATEGORIES, CUSTOM_CATEGORY } from '../../contract/config.ts';
import { RetryReason } from '../../contract/task.ts';
import type { Suite } from '../runners/suite.ts';
import { isFile } from './files.ts';

/** In the order in which Playwright itself looks for it. */
const PLAYWRIGHT_CONFIGS = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'].map((extension) => `playwright.config${extension}`);

/** The built-in categories that Playwright's tests stand for in a project that says nothing else. */
const PLAYWRIGHT_CATEGORIES = ['e2e', 'e2e_critical'];

/** Absolute path of the Playwright config in a folder; null where there is none. */
export async function findPlaywrightConfig(directory: string): Promise<string | null> {
  for (const name of PLAYWRIGHT_CONFIGS) {
    const path = join(directory, name);
    if (await isFile(path)) return path;
  }
  return null;
}

/** The defaults of a category, built in or of the project's own naming. */
export function categoryDefaults(category: string) {
  return (Object.hasOwn(BUILT_IN_CATEGORIES, category) ? BUILT_IN_CATEGORIES[category] : undefined) ?? CUSTOM_CATEGORY;
}

/** How a suite is tried again where nobody says otherwise. */
export const RETRY_DEFAULTS = { retryOn: RetryReason.options, retryDelaySeconds: 1 };

/** The suites of a folder without `background-e2e.yaml`, by category; empty where nothing is known to run. */
export async function detectSuites(directory: string): Promise<Map<string, Suite>> {
  const configFile = await findPlaywrightConfig(directory);
  if (configFile === null) return new Map();
  return new Map(PLAYWRIGHT_CATEGORIES.map((category) => [category, playwrightSuite(category, configFile)]));
}

function playwrightSuite(category: string, configFile: string): Suite {
  const { timeoutMinutes, maxRetries, priority, noOutputTimeoutMinutes } = categoryDefaults(category);
  return {
    category,
    runner: 'playwright',
    command: null,
    args: [],
    configFile,
    reports: [],
    artifacts: [],
    verdictFrom: 'report',
    envVars: {},
    timeoutMinutes,
    maxRetries,
    ...RETRY_DEFAULTS,
    noOutputTimeoutMinutes,
    failFast: null,
    rerunFailed: null,
    priority,
    exclusive: [],
    parallel: false,
    cpuLimitPercent: null,
    memoryLimitGb: null,
    cpuClaimCores: null,
    memoryClaimGb: null,
    queueTimeoutMinutes: null,
  };
}
