import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { hostFilePath } from '../client/host-file.ts';
import type { SocketClient } from '../client/socket.ts';
import type { Schedule } from '../contract/schedule.ts';
import { ended, TestHome, until } from '../e2e/support/home.ts';

const PROJECT = {
  'background-e2e.yaml': 'categories:\n  smoke: { command: [sh, -c, "echo $WHO"], verdict_from: exit_code }\n',
};
const DAY_MS = 86_400_000;

const schedule = (client: SocketClient, project: string, missed: 'run' | 'skip') =>
  client.call('addSchedule', {
    requestId: crypto.randomUUID(),
    cron: '0 3 * * *',
    missed,
    request: { project, category: 'smoke' },
    environment: { PATH: process.env.PATH ?? '', WHO: 'scheduled' },
  });

/** As if nothing had looked at the schedule for that long. */
function forget(home: TestHome, { id }: Schedule, ms: number): void {
  const database = new DatabaseSync(join(home.home, 'queue.db'));
  database
    .prepare("UPDATE schedules SET json = json_set(json, '$.doneUntil', json_extract(json, '$.doneUntil') - ?) WHERE id = ?")
    .run(ms, id);
  database.close();
}

test('what was due while no host ran is queued once by the next one, with the environment of whoever scheduled it', async () => {
  await using home = new TestHome();
  const project = home.project(PROJECT);
  const made = await schedule(await home.connect(), project, 'run');
  await home.killHost();
  forget(home, made, 5 * DAY_MS);

  const client = await home.connect();
  const lastTask = await until('its run is queued', async () => (await client.call('listSchedules', {}))[0]?.lastTask);
  const task = await ended(client, String(lastTask));
  expect(task.verdict).toBe('passed');
  expect(home.logOf(task)).toBe('scheduled\n');

  // Killed before it could note what it had queued: asking again finds the same task.
  await home.killHost();
  forget(home, made, 5 * DAY_MS);
  const again = await home.connect();
  await until(
    'the schedule was looked at',
    async () => (await again.call('listSchedules', {}))[0]?.doneUntil !== made.doneUntil - 5 * DAY_MS,
  );
  expect((await again.call('listResults', { limit: 10 })).tasks.map(({ id }) => id)).toEqual([lastTask]);
  expect(await again.call('listActive', {})).toEqual([]);
});

test('what was missed is left out where that was asked for', async () => {
  await using home = new TestHome();
  const made = await schedule(await home.connect(), home.project(PROJECT), 'skip');
  await home.killHost();
  forget(home, made, 5 * DAY_MS);

  const client = await home.connect();
  const [now] = await client.call('listSchedules', {});
  expect(now).toMatchObject({ id: made.id, lastTask: null, problem: null });
  expect(now?.doneUntil).toBeGreaterThan(made.doneUntil - 2 * DAY_MS);
  expect(await client.call('listActive', {})).toEqual([]);
});

test('a project that cannot run it any more is said with the schedule, and the host goes on', async () => {
  await using home = new TestHome();
  const project = home.project(PROJECT);
  const made = await schedule(await home.connect(), project, 'run');
  const database = new DatabaseSync(join(home.home, 'queue.db'));
  database.prepare("UPDATE schedules SET json = json_set(json, '$.request.category', 'smoek')").run();
  database.close();
  await home.killHost();
  forget(home, made, DAY_MS);
  const [now] = await (await home.connect()).call('listSchedules', {});
  expect(now?.problem).toMatch(/could not be queued: .*smoek/);
});

test('a wrong pattern, category or name changes nothing; the environment lies apart and goes with its schedule', async () => {
  await using home = new TestHome();
  const project = home.project(PROJECT);
  const client = await home.connect();
  const add = (cron: string, category: string) =>
    client.call('addSchedule', { requestId: crypto.randomUUID(), cron, request: { project, category }, environment: { SECRET: 'x' } });
  await expect(add('0 3 * *', 'smoke')).rejects.toThrow('cron is "0 3 * *"');
  await expect(add('0 3 * * *', 'smoek')).rejects.toThrow('smoek');
  expect(await client.call('listSchedules', {})).toEqual([]);
  expect(readdirSync(join(home.home, 'schedules'))).toEqual([]);

  const { id } = await add('0 3 * * *', 'smoke');
  expect(statSync(join(home.home, 'schedules', `${id}.json`)).mode & 0o777).toBe(0o600);
  await expect(client.call('removeSchedules', { schedules: [id, 'cron_zzz'] })).rejects.toThrow('There is no schedule cron_zzz');
  expect(await client.call('listSchedules', {})).toHaveLength(1);
  await client.call('removeSchedules', { schedules: [id.slice(0, 10)] });
  expect(await client.call('listSchedules', {})).toEqual([]);
  expect(readdirSync(join(home.home, 'schedules'))).toEqual([]);
  expect(existsSync(hostFilePath(home.home))).toBe(true);
});
