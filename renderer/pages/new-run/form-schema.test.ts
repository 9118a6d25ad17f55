import { expect, test } from 'vitest';
import { commandPreview, emptyForm, FormSchema, type FormValues, fieldOf, fieldSentence, hostSentence } from './form-schema.ts';

const form = (more: Partial<FormValues>): FormValues => ({ ...emptyForm, project: '/shop', category: 'e2e', ...more });
const parse = (more: Partial<FormValues>) => FormSchema.safeParse(form(more));
const wrong = (more: Partial<FormValues>) => {
  const result = parse(more);
  return result.success ? [] : result.error.issues.map((issue) => [issue.path[0], issue.message]);
};

test('what is left empty is left to the category', () => {
  const result = parse({ envVars: [{ name: '', value: '' }] });
  expect(result.success && JSON.parse(JSON.stringify(result.data))).toEqual({ project: '/shop', category: 'e2e' });
});

test('what is typed becomes a request', () => {
  const result = parse({
    environment: 'staging',
    timeoutMinutes: '1.5',
    maxRetries: '1',
    failFast: '3',
    priority: '1',
    additionalArgs: '--grep "saved card"',
    envVars: [{ name: ' A ', value: ' b ' }],
  });
  expect(result.success && result.data).toEqual({
    project: '/shop',
    category: 'e2e',
    environment: 'staging',
    timeoutMinutes: 1.5,
    maxRetries: 1,
    failFast: 3,
    priority: 1,
    additionalArgs: ['--grep', 'saved card'],
    envVars: { A: ' b ' },
  });
});

test('a number that is none, too small or too big gets the contract’s rule', () => {
  for (const timeoutMinutes of ['-5', 'soon', '0', '1e9'])
    expect(wrong({ timeoutMinutes })).toEqual([['timeoutMinutes', 'must be a number greater than 0 and at most 1440 (24 hours)']]);
  expect(wrong({ maxRetries: '1.5' })).toEqual([['maxRetries', 'must be a whole number from 0 to 10']]);
});

test('each wrong field is named, all at once', () => {
  expect(wrong({ project: ' ', category: '', timeoutMinutes: '-1' }).map(([field]) => field)).toEqual(
    expect.arrayContaining(['project', 'category', 'timeoutMinutes']),
  );
});

test('an open quote and a name that is there twice are errors of their fields', () => {
  expect(wrong({ additionalArgs: '--grep "a' })).toEqual([['additionalArgs', 'has a " that is never closed']]);
  expect(
    wrong({
      envVars: [
        { name: 'A', value: '1' },
        { name: 'A', value: '2' },
      ],
    }),
  ).toEqual([['envVars', 'has A twice; keep one of them']]);
});

test('one wrong field hides no other', () => {
  const values = form({ project: '/shop', category: 'e2e', timeoutMinutes: 'abc', maxRetries: '99', additionalArgs: '--grep "open' });
  const parsed = FormSchema.safeParse(values);
  expect(parsed.error?.issues.map(({ path }) => path[0]).sort()).toEqual(['additionalArgs', 'maxRetries', 'timeoutMinutes']);
});

test('a sentence names the field, the value and what is allowed', () => {
  expect(fieldSentence('timeoutMinutes', form({ timeoutMinutes: '-5' }), 'must be more')).toBe('Timeout is -5; it must be more.');
  expect(fieldSentence('project', form({ project: '' }), 'must name a folder')).toBe('Project is empty; it must be the path of a folder.');
  expect(fieldSentence('envVars', form({ envVars: [{ name: '1A', value: '' }] }), 'Invalid key in record')).toBe(
    'Variables: 1A must be a name of letters, digits and "_" that does not start with a digit.',
  );
});

test('what the host refuses lands at its field', () => {
  expect(fieldOf({ field: 'timeout_minutes', message: '' })).toBe('timeoutMinutes');
  expect(fieldOf({ field: 'env_vars.A', message: '' })).toBe('envVars');
  expect(fieldOf({ field: 'cpu_limit_percent', message: '' })).toBe('cpuLimitPercent');
  expect(fieldOf({ field: 'cpu_claim_cores', message: '' })).toBe(null);
});

test('what the host says becomes a sentence about the field', () => {
  const values = form({ timeoutMinutes: '-5' });
  expect(hostSentence('project', values, 'project is "/none": there is no such folder')).toBe(
    'Project is "/none": there is no such folder.',
  );
  expect(hostSentence('timeoutMinutes', values, 'timeout_minutes is -5; it must be more')).toBe('Timeout is -5; it must be more.');
  expect(hostSentence('timeoutMinutes', values, 'must be more')).toBe('Timeout is -5; it must be more.');
  expect(hostSentence('project', values, '/shop/background-e2e.yaml:3: runner is "x"')).toBe('/shop/background-e2e.yaml:3: runner is "x".');
});

test('the preview shows the command with its arguments and hides what variables hold', () => {
  expect(
    commandPreview('npx playwright test', form({ additionalArgs: '--grep "a b"', envVars: [{ name: 'TOKEN', value: 'secret' }] })),
  ).toEqual({ variables: 'TOKEN=…', command: `npx playwright test --grep 'a b'` });
});

test('limits, retries and waiting are asked for where they were typed', () => {
  const result = parse({
    cpuLimitPercent: '50',
    memoryLimitGb: '0,5',
    retryOn: ['timeout'],
    retryDelaySeconds: '0',
    noOutputTimeoutMinutes: '10',
    queueTimeoutMinutes: '60',
  });
  expect(result.data).toMatchObject({
    cpuLimitPercent: 50,
    memoryLimitGb: 0.5,
    retryOn: ['timeout'],
    retryDelaySeconds: 0,
    noOutputTimeoutMinutes: 10,
    queueTimeoutMinutes: 60,
  });
  expect(wrong({ cpuLimitPercent: '101' })).toEqual([['cpuLimitPercent', 'must be a number from 1 to 100 (percent of the whole machine)']]);
});

test('only the chosen start counts, whatever was typed for the others', () => {
  const typed = { startAt: '2999-01-01T03:00', after: 'task_1', afterPassed: true, cron: '0 3 * * *' };
  const requested = (start: FormValues['start']) => {
    const { startAt, after, afterNeeds } = parse({ ...typed, start }).data ?? {};
    return { startAt, after, afterNeeds };
  };
  const nothing = { startAt: undefined, after: undefined, afterNeeds: undefined };
  expect(requested('now')).toEqual(nothing);
  expect(requested('repeat')).toEqual(nothing);
  expect(requested('at')).toEqual({ ...nothing, startAt: new Date(2999, 0, 1, 3).getTime() });
  expect(requested('after')).toEqual({ ...nothing, after: ['task_1'], afterNeeds: 'passed' });
});

test('a start that is missing, past or no time is an error of its field', () => {
  expect(wrong({ start: 'at', startAt: '' })).toEqual([['startAt', 'must be a date and a time']]);
  expect(wrong({ start: 'at', startAt: '2001-01-01T00:00' })).toEqual([['startAt', 'must be in the future']]);
  expect(wrong({ start: 'after' })).toEqual([['after', 'must be one that runs or waits']]);
  expect(fieldSentence('after', form({}), 'must be one that runs or waits')).toBe(
    'The task before is empty; it must be one that runs or waits.',
  );
  expect(wrong({ start: 'repeat', cron: ' ' })[0]?.[0]).toBe('cron');
});
