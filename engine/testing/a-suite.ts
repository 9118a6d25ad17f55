import type { Suite } from '../runners/suite.ts';

/** A suite of a command, with what matters to the test put over it. */
export function aSuite(rest: Partial<Suite> = {}): Suite {
  return {
    category: 'e2e',
    runner: 'command',
    command: ['node', 'tests.mjs'],
    args: [],
    configFile: null,
    reports: [],
    artifacts: [],
    verdictFrom: 'report',
    envVars: {},
    timeoutMinutes: 30,
    maxRetries: 0,
    retryOn: ['failure', 'timeout', 'crash'],
    retryDelaySeconds: 1,
    noOutputTimeoutMinutes: null,
    failFast: null,
    rerunFailed: null,
    priority: 3,
    exclusive: [],
    parallel: false,
    cpuLimitPercent: null,
    memoryLimitGb: null,
    cpuClaimCores: null,
    memoryClaimGb: null,
    queueTimeoutMinutes: null,
    ...rest,
  };
}
