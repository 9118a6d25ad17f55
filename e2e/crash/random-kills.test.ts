import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { SocketClient } from '../../client/socket.ts';
import type { AttemptStatus } from '../../contract/attempt.ts';
import { Refusal } from '../../contract/errors.ts';
import { COOKIE_PREFIX } from '../../contract/ids.ts';
import type { Task } from '../../contract/task.ts';
import { TaskEvent } from '../../contract/views.ts';
import { isAlive } from '../../supervisor/identity.ts';
import { readStatus, runFolder } from '../../supervisor/run-folder.ts';
import { send } from '../../supervisor/send-signal.ts';
import { ended, TestHome } from '../support/home.ts';

/** BGE2E_CRASH_SEED repeats a run's choices, BGE2E_CRASH_KILLS makes it longer. */
const SEED = Number(process.env.BGE2E_CRASH_SEED ?? Date.now() % 1_000_000);
const KILLS = Number(process.env.BGE2E_CRASH_KILLS ?? 100);
/** What one may take on a machine that is busy with other things. */
const MS_PER_KILL = 6000;

/** Says its name, works for a while, says its name again and ends with the exit code it was given. */
const PROJECT = {
  'background-e2e.yaml': `categories:
  once: { command: [node, job.mjs], verdict_from: exit_code, parallel: true }
  again: { command: [node, job.mjs], verdict_from: exit_code, max_retries: 2, retry_delay_seconds: 0.05 }
  alone: { command: [node, job.mjs], verdict_from: exit_code, parallel: true, exclusive: [the-door] }
  never: { command: [node, job.mjs], verdict_from: exit_code, parallel: true, timeout_minutes: 0.01 }
`,
  'job.mjs': `
const { LABEL, EXIT, MS } = process.env;
console.log('begin ' + LABEL);
setTimeout(() => { console.log('end ' + LABEL); process.exitCode = Number(EXIT); }, Number(MS));
`,
};

/** `once` and `again` differ in retries, `alone` holds an exclusive key, `never` works until its timeout. */
const KINDS = ['once', 'again', 'alone', 'never'] as const;
type Kind = (typeof KINDS)[number];

/** What was asked for, to hold against what was kept. */
interface Asked {
  label: string;
  kind: Kind;
  exitCode: number;
  retries: number;
  requestId: string;
  id: string;
  cancelled: boolean;
}

/** A time in which nothing of a category, or nothing at all, may start: from the answer to the pause to the question to resume. */
interface Paused {
  category: Kind | null;
  from: number;
  to: number;
}

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Does it again on a new connection until a host that lives long enough has answered. */
async function persist<T>(home: TestHome, work: (client: SocketClient) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work(await home.connect());
    } catch (error) {
      if (!(error instanceof Error) || !('kind' in error) || (error.kind !== 'no_host' && error.kind !== 'moved')) throw error;
    }
  }
}

function livingSupervisors(home: TestHome): AttemptStatus[] {
  return (
    home
      .attemptFolders()
      .map((folder) => readStatus(runFolder(folder)))
      .filter((status) => status !== null)
      // One that was killed left its status as it was, and its pid may be somebody else's by now.
      .filter(({ supervisor }) => isAlive(supervisor) === 'alive')
  );
}

function signalSupervisor(home: TestHome, random: () => number, signal: 'SIGKILL' | 'SIGSTOP'): boolean {
  const living = livingSupervisors(home).filter(({ phase }) => phase !== 'ended');
  const victim = living[Math.floor(random() * living.length)];
  return victim !== undefined && send(victim.supervisor.pid, signal);
}

function processesWithCookies(asked: readonly Asked[]): string[] {
  const cookies = asked.map(({ id }) => `${COOKIE_PREFIX}${id.replace('task_', '')}_`);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return cookies.some((cookie) => environment.includes(cookie));
      } catch {
        return false;
      }
    });
}

/** Holds one task against what was asked; gives what is wrong with it. */
function check(home: TestHome, { label, kind, exitCode, retries, cancelled }: Asked, task: Task): string[] {
  const wrong: string[] = [];
  const say = (is: boolean, what: string) => is || wrong.push(`${label} (${task.id}): ${what}`);
  const last = task.attempts.at(-1);
  say(task.attempts.length <= retries + 1, `${task.attempts.length} attempts, but ${retries} retries`);
  say(
    task.attempts.every(({ attempt }, index) => attempt === index + 1),
    'attempts are not numbered in order',
  );
  for (const { attempt, end } of task.attempts) {
    const log = home.logOf(task, attempt);
    if (end?.cause === 'exited') {
      say(kind !== 'never', `attempt ${attempt} ended by itself`);
      say(end.exitCode === exitCode, `attempt ${attempt} has exit code ${end.exitCode} instead of ${exitCode}`);
      say(log === `begin ${label}\nend ${label}\n`, `attempt ${attempt} has the log ${JSON.stringify(log)}`);
    } else {
      const asAsked = (end?.cause === 'cancelled' && cancelled) || (end?.cause === 'timeout' && kind === 'never');
      say(end?.cause === 'supervisor_lost' || asAsked, `attempt ${attempt} ended by ${end?.cause}`);
      say(`begin ${label}\nend ${label}\n`.startsWith(log), `attempt ${attempt} has the log ${JSON.stringify(log)}`);
    }
  }
  switch (task.state.status) {
    case 'completed':
      say(exitCode === 0 && last?.end?.cause === 'exited', 'completed without exit code 0');
      break;
    case 'failed':
      say((exitCode !== 0 && last?.end?.cause === 'exited') || last?.end?.cause === 'supervisor_lost', 'failed for no reason');
      say(cancelled || task.attempts.length === retries + 1, `given up after ${task.attempts.length} attempts with ${retries} retries`);
      break;
    case 'timeout':
      say(kind === 'never' && last?.end?.cause === 'timeout', 'timed out, but it had the time');
      break;
    case 'cancelled':
      say(cancelled, 'cancelled, but nobody asked for it');
      break;
    default:
      say(false, `its state is ${task.state.status}`);
  }
  return wrong;
}

/** Attempts of tasks with one exclusive key that ran at the same time. */
function overlaps(tasks: readonly Task[]): string[] {
  const runs = tasks
    .filter(({ exclusiveKeys }) => exclusiveKeys.length > 0)
    .flatMap(({ id, attempts }) => attempts.map(({ attempt, startedAt, endedAt }) => ({ name: `${id}.${attempt}`, startedAt, endedAt })))
    .flatMap(({ name, startedAt, endedAt }) => (startedAt === null || endedAt === null ? [] : [{ name, startedAt, endedAt }]))
    .sort((a, b) => a.startedAt - b.startedAt);
  return runs.flatMap((run, index) => {
    const before = runs[index - 1];
    return before && before.endedAt > run.startedAt + 1 ? [`${before.name} and ${run.name} ran together`] : [];
  });
}

/** First attempts that were started while their category was paused. */
function startedWhilePaused(database: DatabaseSync, asked: readonly Asked[], pauses: readonly Paused[]): string[] {
  const starts = database.prepare("SELECT task_id AS id, at FROM events WHERE type = 'starting'").all();
  return starts.flatMap(({ id, at }) => {
    const task = asked.find((one) => one.id === id);
    const isPaused = ({ category, from, to }: Paused) => (category ?? task?.kind) === task?.kind && Number(at) > from && Number(at) < to;
    return task && pauses.some(isPaused) ? [`${task.label} (${id}) was started while ${task.kind} was paused`] : [];
  });
}

/** Tasks that were started although one of their category waited before them: by its priority, or because it was moved there. */
function startedOutOfTurn(database: DatabaseSync): string[] {
  const waiting = new Map<string, Task>();
  const placeOf = ({ number, config, place }: Task) => place ?? { priority: config.priority, rank: number };
  const isBefore = (one: Task, other: Task) => {
    const [a, b] = [placeOf(one), placeOf(other)];
    return a.priority < b.priority || (a.priority === b.priority && (a.rank < b.rank || (a.rank === b.rank && one.number < other.number)));
  };
  return database
    .prepare('SELECT seq, json FROM events ORDER BY seq')
    .all()
    .map(({ seq, json }) => TaskEvent.parse({ ...JSON.parse(String(json)), seq }))
    .flatMap(({ type, task }) => {
      if (task.state.status === 'queued') waiting.set(task.id, task);
      else waiting.delete(task.id);
      if (type !== 'starting') return [];
      const passedOver = [...waiting.values()].filter((one) => one.config.category === task.config.category && isBefore(one, task));
      return passedOver.map((one) => `${task.id} was started before ${one.id}, which waited before it`);
    });
}

test(
  `no task is lost, doubled or wrong whichever processes are killed at whichever moment (seed ${SEED}, ${KILLS} kills)`,
  async () => {
    await using home = new TestHome({ bundled: true });
    writeFileSync(join(home.home, 'settings.json'), '{ "slots": 4, "keep_runs": 1000000, "ageing_minutes": 100000 }');
    const project = home.project(PROJECT);
    const random = randomOf(SEED);
    const asked: Asked[] = [];
    const pauses: Paused[] = [];

    const add = async () => {
      const kind = KINDS[Math.floor(random() * 12)] ?? (random() < 0.5 ? 'once' : 'again');
      const exitCode = random() < 0.6 ? 0 : 3;
      const ms = kind === 'never' ? 60_000 : Math.floor(random() * 300);
      const label = `job-${asked.length}`;
      const priority = random() < 0.5 ? 3 : 1 + Math.floor(random() * 5);
      const task: Asked = {
        label,
        kind,
        exitCode,
        retries: kind === 'again' ? 2 : 0,
        requestId: `request-${SEED}-${asked.length}`,
        id: '',
        cancelled: false,
      };
      asked.push(task);
      const added = await persist(home, (client) =>
        client.call('addTask', {
          requestId: task.requestId,
          request: { project, category: kind, priority, envVars: { LABEL: label, EXIT: String(exitCode), MS: String(ms) } },
          environment: { PATH: process.env.PATH ?? '' },
        }),
      );
      task.id = added.id;
    };
    const cancel = async () => {
      const task = asked[Math.floor(random() * asked.length)];
      if (!task) return;
      task.cancelled = true;
      await persist(home, (client) => client.call('cancelTasks', { tasks: [task.id] }));
    };

    /** Moves one of the last tasks before or after another one, or before all; of those that do not wait (any more) none is moved. */
    const move = async () => {
      const recent = asked.filter(({ id }) => id !== '').slice(-12);
      const [task, beside] = [0, 0].map(() => recent[Math.floor(random() * recent.length)]?.id ?? '');
      const side = random();
      if (!task || !beside || task === beside) return;
      const where = side < 0.3 ? { task, first: true as const } : side < 0.65 ? { task, before: beside } : { task, after: beside };
      await persist(home, (client) => client.call('moveTask', where)).catch((error) => {
        if (!(error instanceof Refusal) || error.kind !== 'invalid') throw error;
      });
    };

    const resume = async () => {
      const now = Date.now();
      for (const paused of pauses) paused.to = Math.min(paused.to, now);
      await persist(home, (client) => client.call('resumeQueue', { all: true }));
    };
    const pauseSome = async () => {
      const category = random() < 0.5 ? null : (KINDS[Math.floor(random() * KINDS.length)] ?? null);
      await persist(home, (client) => client.call('pauseQueue', category === null ? { all: true } : { category }));
      pauses.push({ category, from: Date.now(), to: Number.POSITIVE_INFINITY });
    };

    await add();
    for (let kills = 0; kills < KILLS; ) {
      const choice = random();
      if (choice < 0.4) await add();
      else if (choice < 0.45) await cancel();
      else if (choice < 0.5) await move();
      else if (choice < 0.8) kills += signalSupervisor(home, random, 'SIGKILL') ? 1 : 0;
      else if (choice < 0.9) {
        // In the middle of a request as well as between two.
        const adding = random() < 0.5 ? add() : Promise.resolve();
        await pause(random() * 30);
        kills += (await home.killHost()) ? 1 : 0;
        await adding;
      } else if (choice < 0.92) await pauseSome();
      else if (choice < 0.97) await resume();
      else if (choice < 0.99) signalSupervisor(home, random, 'SIGSTOP'); // until it is killed, or its task cancelled
      await pause(random() * 60);
    }

    await resume();
    // Also one that was stopped as it had just told its end.
    for (const { supervisor } of livingSupervisors(home)) send(supervisor.pid, 'SIGCONT');
    const client = await home.connect();
    const tasks: Task[] = [];
    for (const { id } of asked) tasks.push(await ended(client, id, KILLS * MS_PER_KILL));
    expect(tasks.flatMap((task) => asked.filter(({ id }) => id === task.id).flatMap((one) => check(home, one, task)))).toEqual([]);
    expect(overlaps(tasks)).toEqual([]);
    expect((await client.call('listResults', { limit: 1000 })).tasks).toHaveLength(Math.min(1000, asked.length));
    expect(processesWithCookies(asked)).toEqual([]);

    const database = new DatabaseSync(join(home.home, 'queue.db'), { readOnly: true });
    const ends = database.prepare("SELECT task_id, count(*) AS n FROM events WHERE type = 'ended' GROUP BY task_id HAVING n <> 1").all();
    const early = startedWhilePaused(database, asked, pauses);
    const outOfTurn = startedOutOfTurn(database);
    const quick = database.prepare('PRAGMA quick_check').get();
    database.close();
    expect(ends).toEqual([]);
    expect(early).toEqual([]);
    expect(outOfTurn).toEqual([]);
    expect(quick).toEqual({ quick_check: 'ok' });
  },
  KILLS * MS_PER_KILL + 60_000,
);
