import { renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AttemptStatus } from '../../contract/attempt.ts';
import { parsedJson } from '../../contract/json.ts';
import { Task } from '../../contract/task.ts';
import { attemptFolder, type HomePaths, taskFolder } from '../home.ts';
import { timesOfAttempt } from '../judge.ts';
import { newAttempt } from '../outcome.ts';
import { Suite } from '../runners/suite.ts';

/** `<home>/runs/<task_id>/task.json`: what the database knows of a task, for the day on which the database is lost. */
export const TaskRecord = z.object({ schema: z.literal(1), task: Task, suite: Suite });
export type TaskRecord = z.infer<typeof TaskRecord>;

export const TASK_RECORD = 'task.json';
const recordPath = (paths: HomePaths, taskId: string) => join(taskFolder(paths, taskId), TASK_RECORD);

/**
 * Writes a task's record, whole or not at all. At once and without waiting for the disk: it is the second copy, and whoever adds a task waits
 * for this. Throws where there is no room or no folder.
 */
export function writeTaskRecord(paths: HomePaths, task: Task, suite: Suite): void {
  const path = recordPath(paths, task.id);
  const draft = `${path}.next`;
  writeFileSync(draft, JSON.stringify({ schema: 1, task, suite } satisfies TaskRecord), { mode: 0o600 });
  renameSync(draft, path);
}

/** What the run folders tell of all tasks, in the order of their ids, and how many folders tell nothing that can be read. */
export async function readTaskRecords(paths: HomePaths): Promise<{ records: TaskRecord[]; unreadable: number }> {
  const records: TaskRecord[] = [];
  let unreadable = 0;
  for (const id of (await readdir(paths.runs)).filter((name) => /^task_[0-9a-z]{12}$/.test(name)).sort()) {
    const record = TaskRecord.safeParse(parsedJson(await readFile(recordPath(paths, id), 'utf8').catch(() => '')));
    if (record.success && record.data.task.id === id) records.push(await withAttempts(paths, record.data));
    else unreadable += 1;
  }
  return { records, unreadable };
}

/** A task that had not ended when its record was written, with the attempts that began since. */
async function withAttempts(paths: HomePaths, { task, ...record }: TaskRecord): Promise<TaskRecord> {
  if ('endedAt' in task.state) return { ...record, task };
  const folders = (await readdir(taskFolder(paths, task.id))).map(Number).filter((number) => number > 0);
  const last = Math.max(0, ...folders);
  const attempts = [...task.attempts];
  while (attempts.length < last) attempts.push(newAttempt(attempts.length + 1));
  for (const [index, attempt] of attempts.entries()) {
    if (attempt.end !== null || attempt.attempt === last) continue; // the last one is taken up again by what its folder says
    const text = await readFile(join(attemptFolder(paths, task.id, attempt.attempt), 'status.json'), 'utf8').catch(() => '');
    const status = AttemptStatus.safeParse(parsedJson(text));
    if (status.success) attempts[index] = { ...attempt, ...timesOfAttempt(status.data), verdict: 'failed' };
  }
  if (last === 0 || task.state.status !== 'queued') return { ...record, task: { ...task, attempts } };
  const { queuedAt } = task.state;
  const startingAt = await stat(attemptFolder(paths, task.id, 1)).then(
    ({ birthtimeMs }) => Math.round(birthtimeMs),
    () => queuedAt,
  );
  return { ...record, task: { ...task, attempts, state: { status: 'starting', queuedAt, startingAt } } };
}
