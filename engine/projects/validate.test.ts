import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { TaskRequest } from '../../contract/task.ts';
import { refuseUnbuilt } from './not-built.ts';
import { parseTaskRequest } from './validate.ts';

const BASE = { project: '/projects/shop', category: 'e2e' };

function refusalOf(call: () => unknown): Refusal {
  try {
    call();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
const refused = (value: unknown) => refusalOf(() => parseTaskRequest(value));

test('a request with every field that is built passes unchanged', () => {
  const request = {
    ...BASE,
    environment: 'staging',
    timeoutMinutes: 0.5,
    maxRetries: 10,
    retryOn: ['crash', 'timeout'],
    retryDelaySeconds: 0,
    noOutputTimeoutMinutes: null,
    priority: 9,
    additionalArgs: ['--grep', '@journey'],
    envVars: { BASE_URL: '' },
    cpuLimitPercent: null,
    memoryLimitGb: null,
    servicesRequired: [],
    useRealServices: false,
    useRealLlm: false,
  };
  expect(parseTaskRequest(request)).toEqual(request);
});

test('what a request does not say is left to the category', () => {
  expect(parseTaskRequest(BASE)).toEqual(BASE);
});

const TIMEOUT = 'it must be a number greater than 0 and at most 1440 (24 hours)';

test.each([
  [{ timeoutMinutes: -5 }, 'timeout_minutes', `timeout_minutes is -5: ${TIMEOUT}`],
  [{ timeoutMinutes: 0 }, 'timeout_minutes', `timeout_minutes is 0: ${TIMEOUT}`],
  [{ timeoutMinutes: 1441 }, 'timeout_minutes', `timeout_minutes is 1441: ${TIMEOUT}`],
  [{ timeoutMinutes: '30' }, 'timeout_minutes', `timeout_minutes is "30": ${TIMEOUT}`],
  [{ timeoutMinutes: Number.NaN }, 'timeout_minutes', `timeout_minutes is NaN: ${TIMEOUT}`],
  [{ timeoutMinutes: Number.POSITIVE_INFINITY }, 'timeout_minutes', `timeout_minutes is Infinity: ${TIMEOUT}`],
  [{ maxRetries: 1.5 }, 'max_retries', 'max_retries is 1.5: it must be a whole number from 0 to 10'],
  [{ maxRetries: -0.5 }, 'max_retries', 'max_retries is -0.5: it must be a whole number from 0 to 10'],
  [{ retryOn: ['crsh'] }, 'retry_on[0]', 'retry_on[0] is "crsh": it must be failure or timeout or crash; did you mean crash?'],
  [{ retryOn: [] }, 'retry_on', 'retry_on is a list: it must name at least one of failure, timeout and crash'],
  [{ retryOn: 'crash' }, 'retry_on', 'retry_on is "crash": it must be a list, such as [crash]'],
  [
    { retryDelaySeconds: 301 },
    'retry_delay_seconds',
    'retry_delay_seconds is 301: it must be a number of seconds from 0 (at once) to 300 (5 minutes)',
  ],
  [
    { noOutputTimeoutMinutes: -1 },
    'no_output_timeout_minutes',
    'no_output_timeout_minutes is -1: it must be a number from 0 (never) to 1440 (24 hours)',
  ],
  [{ priority: 0 }, 'priority', 'priority is 0: it must be a whole number from 1 (most urgent) to 9'],
  [{ category: 5 }, 'category', 'category is 5: it must be text'],
  [{ project: '' }, 'project', 'project is "": it must name a folder'],
  [{ additionalArgs: 'a b' }, 'additional_args', 'additional_args is "a b": it must be a list, such as [a, b]'],
  [{ additionalArgs: ['a', 1] }, 'additional_args[1]', 'additional_args[1] is 1: it must be text'],
  [{ additionalArgs: ['a\0b'] }, 'additional_args[0]', 'additional_args[0] is "a\\u0000b": it must not contain a NUL byte'],
  [{ envVars: { MyVar: 1 } }, 'env_vars.MyVar', 'env_vars.MyVar is 1: it must be text'],
  [
    { envVars: { 'A B': 'x' } },
    'env_vars',
    'env_vars has the name "A B": it must be a name of letters, digits and "_" that does not start with a digit',
  ],
  [{ useRealLlm: 'yes' }, 'use_real_llm', 'use_real_llm is "yes": it must be true or false'],
  [{ timoutMinutes: 3 }, 'timout_minutes', 'timout_minutes is unknown; did you mean timeout_minutes?'],
  [{ timeout_minutes: 3 }, 'timeout_minutes', 'timeout_minutes is unknown; did you mean timeoutMinutes?'],
  [
    { environment: 'a b' },
    'environment',
    'environment is "a b": it must be 1 to 64 letters, digits, "_", "-" or ".", starting with a letter or digit',
  ],
])('%j is refused with its sentence', (fields, field, message) => {
  const refusal = refused({ ...BASE, ...fields });
  expect(refusal.kind).toBe('invalid');
  expect(refusal.issues).toEqual([{ field, message }]);
  expect(refusal.message).toBe(message);
});

test('every wrong field gets a sentence of its own', () => {
  expect(refused({ timeoutMinutes: -1 }).issues.map(({ message }) => message)).toEqual([
    'project is missing',
    'category is missing',
    `timeout_minutes is -1: ${TIMEOUT}`,
  ]);
});

test.each([
  [undefined, 'the task is missing'],
  [null, 'the task is empty: it must be a map of names and values'],
  [[], 'the task is a list: it must be a map of names and values'],
  ['e2e', 'the task is "e2e": it must be a map of names and values'],
])('%j is no task', (value, message) => {
  expect(refused(value).message).toBe(message);
});

test('the value of an environment variable is not repeated, it may be a secret', () => {
  const refusal = refused({ ...BASE, envVars: { TOKEN: 'hunter2\0' } });
  expect(refusal.message).toBe('env_vars.TOKEN is a text that is not allowed: it must not contain a NUL byte');
});

test('a long value is cut', () => {
  expect(refused({ ...BASE, environment: 'x y'.repeat(1000) }).message.length).toBeLessThan(250);
});

test('many problems do not fill the screen, and none is lost', () => {
  const refusal = refused({ ...BASE, additionalArgs: Array.from({ length: 50 }, () => 1) });
  expect(refusal.message.split('\n')).toHaveLength(11);
  expect(refusal.message).toMatch(/… and 40 more$/);
  expect(refusal.issues).toHaveLength(50);
});

test.each([
  [
    { servicesRequired: ['db', 'api'] },
    'services_required',
    'services_required is [db, api]: checking services before a task is not available in this version; remove it',
  ],
  [
    { useRealServices: true },
    'use_real_services',
    'use_real_services is true: choosing real services is not available in this version; remove it',
  ],
  [
    { useRealLlm: true },
    'use_real_llm',
    'use_real_llm is true: choosing a real language model is not available in this version; remove it',
  ],
])('%j is not built yet and is refused, not ignored', (fields, field, message) => {
  expect(refused({ ...BASE, ...fields }).issues).toEqual([{ field, message }]);
  expect(refusalOf(() => refuseUnbuilt(fields)).message).toBe(message);
});

test('anything at all is either a request or a refusal with sentences', () => {
  const value = fc.oneof(
    fc.anything(),
    fc.record(
      { project: fc.string(), category: fc.string(), envVars: fc.anything(), timeoutMinutes: fc.anything(), extra: fc.anything() },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(value, (input) => {
      try {
        expect(TaskRequest.safeParse(parseTaskRequest(input)).success).toBe(true);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(error.issues.length).toBeGreaterThan(0);
        for (const { message } of error.issues) expect(message).not.toMatch(/Invalid input|\[object|undefined/);
      }
    }),
    { numRuns: 500 },
  );
});
