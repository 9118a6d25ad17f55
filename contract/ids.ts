const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const TIME_LENGTH = 8; // 36^8 ms last until 2059
const RANDOM_LENGTH = 4;

/** A new task id: `task_`, 8 digits of time in base 36, 4 random ones. Ids of one machine sort by time. */
export const newTaskId = (now: number): string => `task_${newSuffix(now)}`;

/** A new schedule's id, made likewise. */
export const newScheduleId = (now: number): string => `cron_${newSuffix(now)}`;

/**
 * A new id for a request: the time and about 100 random bits. It is no secret and has to differ from one's own other requests alone; a
 * command that loads a cipher library for it starts 4 ms later.
 */
export const newRequestId = (): string =>
  `req_${[Date.now(), ...[0, 0].map(() => Math.random() * 2 ** 53)].map((n) => n.toString(36)).join('_')}`;

function newSuffix(now: number): string {
  const time = Math.floor(now).toString(36).padStart(TIME_LENGTH, '0').slice(-TIME_LENGTH);
  const random = crypto.getRandomValues(new Uint32Array(RANDOM_LENGTH));
  return `${time}${Array.from(random, (n) => DIGITS[n % DIGITS.length]).join('')}`;
}

/** `task_….2`: the second attempt of that task. */
export function attemptIdOf(taskId: string, attempt: number): string {
  return `${taskId}.${attempt}`;
}

/** The environment variable that marks every process of an attempt; nested runs keep both. Its value is the id of the home. */
export function cookieOf(taskId: string, attempt: number): string {
  return `${COOKIE_PREFIX}${taskId.replace('task_', '')}_${attempt}`;
}

export const COOKIE_PREFIX = 'BGE2E_ATTEMPT_';

/** The attempt that a cookie marks; null where it is none. */
export function attemptOfCookie(name: string): { taskId: string; attempt: number } | null {
  const [, task, attempt] = COOKIE.exec(name) ?? [];
  return task === undefined ? null : { taskId: `task_${task}`, attempt: Number(attempt) };
}

const COOKIE = new RegExp(`^${COOKIE_PREFIX}([0-9a-z]+)_(\\d+)$`);
