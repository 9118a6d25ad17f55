import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { TaskRequest } from '../../contract/task.ts';
import { aTask } from '../../contract/testing/a-task.ts';
import { openDatabase } from '../store/database.ts';
import { ScheduleEnvironments } from './environments.ts';
import { Schedules } from './schedules.ts';

const MINUTE_MS = 60_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-schedules-'));
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: Date.UTC(2026, 4, 12, 12, 0, 30) });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

/** Schedules of a home whose disk is full as long as `disk.full` says so. */
function schedulesOn(disk: { full: boolean }) {
  const database = openDatabase(join(folder, 'queue.db'));
  const queued: string[] = [];
  const noRoom = () => {
    if (disk.full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const schedules = new Schedules(
    {
      ...database,
      transaction: (work) => {
        noRoom();
        return database.transaction(work);
      },
    },
    {
      check: async (request) => ({ request: TaskRequest.parse(request), projectName: 'shop' }),
      queue: async ({ requestId }) => {
        if (disk.full) throw new Refusal('internal', 'Nothing was queued: there is no room on the disk.');
        queued.push(requestId);
        return aTask();
      },
      environments: new ScheduleEnvironments(folder),
      isWaiting: () => false,
      changed: () => {},
    },
  );
  const add = (request: Partial<TaskRequest> = {}) =>
    schedules.add({ requestId: 'request-1', cron: '* * * * *', request: { project: '/projects/shop', category: 'e2e', ...request } });
  return { schedules, queued, add };
}

test('a full disk keeps no host from starting, and what was due is queued once there is room', async () => {
  const disk = { full: false };
  const { schedules, queued, add } = schedulesOn(disk);
  const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { id } = await add();
  vi.setSystemTime(Date.now() + MINUTE_MS);
  disk.full = true;
  await schedules.start();
  expect(queued).toEqual([]);
  disk.full = false;
  await vi.waitFor(() => expect(queued).toEqual([`${id}.${Date.UTC(2026, 4, 12, 12, 1)}`]), { timeout: 20_000 });
  await vi.waitFor(() => expect(schedules.list()).toMatchObject([{ problem: null, lastTask: aTask().id }]));
  expect(errors).toHaveBeenCalledWith(expect.stringContaining('no room'));
  await schedules.stop();
});

test('a start time or a predecessor beside the pattern is refused, and nothing is scheduled', async () => {
  const { schedules, add } = schedulesOn({ full: false });
  await expect(add({ startAt: 99 })).rejects.toThrow('start_at does not go with cron');
  await expect(add({ after: ['last'] })).rejects.toThrow('after does not go with cron');
  expect(schedules.list()).toEqual([]);
  await add({ startAt: null, after: [], queueTimeoutMinutes: 5 });
  expect(schedules.list()).toHaveLength(1);
});
