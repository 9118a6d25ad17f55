import { expect, test } from 'vitest';
import { TestHome } from '../e2e/support/home.ts';
import { PROJECT, run } from './testing/commands.ts';

const runner = (home: TestHome, cwd: string) => {
  const options = { home: home.home, cwd, program: 'unified-test-runner' } as const;
  return (args: readonly string[], env: Record<string, string> = {}) => run(args, { ...options, env });
};

test('a suite is queued, shown, killed and listed by the flags of the unified test runner', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const flags = runner(home, cwd);
  const queued = await flags(['--background-e2e', '--background-category', 'waits', '--background-timeout', '45', '--env', 'staging']);
  expect(queued).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Queued waits as #1, task_/) });
  const { task } = await (await home.connect()).call('getTask', { task: 'last' });
  expect(task.config).toMatchObject({ timeoutMinutes: 45, environment: 'staging', category: 'waits' });
  expect((await flags(['--background-status'])).out).toContain(task.id);
  expect(JSON.parse((await flags(['--background-status', '--json'])).out)).toMatchObject({ agent_running: true });
  expect(await flags(['--kill-background', 'all'])).toMatchObject({ code: 0, out: expect.stringContaining(task.id) });
  expect((await run(['wait', task.id], { home: home.home, cwd })).code).toBe(130);
  expect((await flags(['--background-results', '1'])).out).toMatch(/1 +cancelled +waits/);
  expect(JSON.parse((await flags(['--background-results', '--json'])).out)).toHaveLength(1);
  expect((await flags(['--kill-background', 'task_000000000000'])).code).toBe(4);
});

test('without a category it says which are there, and queues nothing', async () => {
  await using home = new TestHome();
  const cwd = home.project(PROJECT);
  const flags = runner(home, cwd);
  const { code, err } = await flags(['--background-e2e']);
  expect(code).toBe(2);
  expect(err).toMatch(/^--background-e2e needs --background-category; .* has quick, red, silent, waits, second_time\.\n$/);
  expect((await (await home.connect()).call('listActive', {})).length).toBe(0);
});

test('flags that do not go together, and values that are none, are refused by name', async () => {
  await using home = new TestHome();
  const flags = runner(home, home.project(PROJECT));
  const cases: [string[], RegExp][] = [
    [[], /Say what to do by one of --background-e2e/],
    [['--background-status', '--background-results'], /--background-status and --background-results cannot be done at once/],
    [['--background-status', '--env', 'staging'], /--env says what to queue; it belongs to --background-e2e/],
    [['--background-e2e', '--background-category', 'quick', '--background-timeout', 'long'], /--background-timeout is "long"/],
    [['--background-results', '-3'], /--background-results|Unknown option/],
    [['--kill-background'], /argument missing/],
    [['--background-e3e'], /Unknown option '--background-e3e'\. \(Did you mean --background-e2e\?\)/],
    [['--background-e2e', 'quick'], /Too many arguments/],
  ];
  for (const [args, sentence] of cases) {
    const { code, out, err } = await flags(args);
    expect([args.join(' '), code, out]).toEqual([args.join(' '), 2, '']);
    expect(err).toMatch(sentence);
  }
});

test('LOGLEVEL=DEBUG says on stderr what happens, and leaves stdout as it is', async () => {
  await using home = new TestHome();
  const flags = runner(home, home.project(PROJECT));
  const { out, err } = await flags(['--background-e2e', '--background-category', 'quick'], { LOGLEVEL: 'DEBUG', SECRET: 'hidden-value' });
  expect(out).toMatch(/^Queued quick as #1, task_\w+\.\n$/);
  expect(err).toContain(`home ${home.home}`);
  expect(err).toMatch(/connected to .*host\.sock \(pid \d+, headless, version/);
  expect(err).toMatch(/request \{.*"category":"quick"/);
  expect(err).not.toContain('hidden-value');
});
