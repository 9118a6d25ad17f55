import type { Attempt, Task } from '../task.ts';

/** A queued task for tests, with what matters to the test put over it. */
export function aTask(rest: Partial<Task> = {}): Task {
  return {
    id: 'task_0k3x9q1c7b2m',
    number: 1,
    projectName: 'shop',
    config: {
      project: '/projects/shop',
      category: 'e2e',
      environment: 'development',
      timeoutMinutes: 30,
      maxRetries: 0,
      retryOn: ['failure', 'timeout', 'crash'],
      retryDelaySeconds: 1,
      noOutputTimeoutMinutes: null,
      priority: 3,
      cpuLimitPercent: null,
      memoryLimitGb: null,
      servicesRequired: [],
      additionalArgs: [],
      envVars: {},
      useRealServices: false,
      useRealLlm: false,
    },
    runner: 'command',
    commandLine: 'node tests.mjs',
    exclusiveKeys: [],
    foreground: false,
    git: null,
    state: { status: 'queued', queuedAt: 1 },
    cancelRequestedAt: null,
    attempts: [],
    decidedBy: null,
    verdict: null,
    counts: null,
    error: null,
    failedTests: [],
    flakyTests: [],
    resultFile: null,
    notifiedAt: null,
    seenAt: null,
    ...rest,
  };
}

/** An attempt that ended with exit code 0 and passed. */
export function anAttempt(rest: Partial<Attempt> = {}): Attempt {
  return {
    attempt: 1,
    startedAt: 3,
    endedAt: 4,
    durationMs: 1,
    pid: 1234,
    end: { cause: 'exited', exitCode: 0, signal: null, message: null, survivors: [], notChecked: [] },
    verdict: 'passed',
    counts: { total: 2, passed: 2, failed: 0, skipped: 0, flaky: 0 },
    error: null,
    warnings: [],
    git: null,
    retryAt: null,
    limits: [],
    suspect: null,
    ...rest,
  };
}
