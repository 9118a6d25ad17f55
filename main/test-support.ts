import type { Progress } from '../contract/result.ts';
import type { Task, TaskState } from '../contract/task.ts';
import { aTask } from '../contract/testing/a-task.ts';
import type { Snapshot } from '../contract/views.ts';

export const AT = new Date(2026, 2, 4, 14, 26).getTime();
export const times = { queuedAt: AT - 90_000, startingAt: AT - 85_000, startedAt: AT - 84_000 };

let number = 0;

/** A task of the shop's e2e suite that passed; what the test is about comes in `over`. */
export function task(over: Partial<Task> & { category?: string } = {}): Task {
  number += 1;
  const { category = 'e2e', ...rest } = over;
  const usual = aTask();
  return {
    ...usual,
    id: `task_${String(number).padStart(12, '0')}`,
    number,
    projectName: 'atlas-web',
    config: { ...usual.config, project: '/p/atlas-web', category },
    git: { branch: 'main', commit: 'abc', changedFiles: 0, tree: null },
    state: { status: 'completed', ...times, endedAt: AT },
    verdict: 'passed',
    ...rest,
  };
}

export const queued: TaskState = { status: 'queued', queuedAt: AT };
export const running: TaskState = { status: 'running', ...times };

export function failedTask(over: Partial<Task> & { category?: string } = {}): Task {
  return task({
    state: { status: 'failed', ...times, endedAt: AT, reason: null },
    verdict: 'failed',
    counts: { total: 25, passed: 22, failed: 3, skipped: 0, flaky: 0 },
    failedTests: ['a', 'b', 'c'],
    ...over,
  });
}

export function progress(done: number, total: number | null, failed = 0): Progress {
  return { total, done, passed: done - failed, failed, flaky: 0, skipped: 0, outcomes: '', current: null, failures: [] };
}

export function snapshot(active: Snapshot['active'], finished: Task[]): Snapshot {
  return {
    active,
    finished,
    machine: { cores: 2, cpuPercent: 0, memoryUsedMb: 0, memoryTotalMb: 1, slots: 1, slotsInUse: 0 },
    host: {
      running: true,
      pid: 1,
      version: '0.1.0',
      mode: 'app',
      home: '/h',
      startedAt: 0,
      slots: 1,
      queued: 0,
      active: 0,
      warnings: [],
      paused: { all: false, categories: [] },
      diskUseBytes: null,
      clients: 0,
    },
  };
}
