import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Refusal } from '../../contract/errors.ts';
import { TaskConfig, type TaskRequest } from '../../contract/task.ts';
import { Suite } from '../runners/suite.ts';
import { openProject, type Project, resolveTask } from './project.ts';
import { parseTaskRequest } from './validate.ts';

let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bge2e-project-')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

async function refusalOf(call: Promise<unknown> | (() => unknown)): Promise<Refusal> {
  try {
    await (typeof call === 'function' ? call() : call);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

const YAML = `categories:
  e2e: { runner: playwright, config_file: e2e/pw.config.ts, args: [--grep, "@journey"], timeout_minutes: 20, max_retries: 2, env_vars: { A: category, B: category, C: category } }
  smoke: { command: [node, smoke.mjs], reports: [out/junit.xml], exclusive: [port:3000], parallel: true, verdict_from: exit_code }
environments:
  staging: { timeout_minutes: 50, env_vars: { A: environment, B: environment, D: environment } }
`;

describe('a folder with a Playwright config alone', () => {
  test.each(['ts', 'js', 'mjs', 'cjs', 'mts', 'cts'])(
    'playwright.config.%s gives e2e and e2e_critical with their built-in defaults',
    async (extension) => {
      await write({ [`playwright.config.${extension}`]: '', 'package.json': '{"name": "@acme/shop"}' });
      const project = await openProject(folder);
      expect({ ...project, suites: undefined, git: undefined }).toEqual({
        root: folder,
        name: '@acme/shop',
        environments: new Map(),
        configFile: null,
      });
      expect([...project.suites.keys()]).toEqual(['e2e', 'e2e_critical']);
      expect(project.suites.get('e2e')).toMatchObject({
        runner: 'playwright',
        command: null,
        configFile: join(folder, `playwright.config.${extension}`),
        timeoutMinutes: 45,
        priority: 3,
      });
      expect(project.suites.get('e2e_critical')).toMatchObject({ timeoutMinutes: 10, priority: 1 });
    },
  );

  test('its name is the folder where package.json is broken or has none', async () => {
    await write({ 'shop/playwright.config.ts': '', 'shop/package.json': '{"name": ' });
    expect((await openProject(join(folder, 'shop'))).name).toBe('shop');
    await write({ 'shop/package.json': '{"name": 5}' });
    expect((await openProject(join(folder, 'shop'))).name).toBe('shop');
  });
});

describe('a folder with background-e2e.yaml', () => {
  test('only what the file says can run, and it fits the schema of suites', async () => {
    await write({ 'background-e2e.yaml': YAML, 'e2e/pw.config.ts': '', 'playwright.config.ts': '' });
    const project = await openProject(folder);
    expect(project.configFile).toBe(join(folder, 'background-e2e.yaml'));
    expect([...project.suites.keys()]).toEqual(['e2e', 'smoke']);
    expect(project.suites.get('e2e')?.configFile).toBe(join(folder, 'e2e/pw.config.ts'));
    expect(project.suites.get('smoke')).toEqual({
      category: 'smoke',
      runner: 'command',
      command: ['node', 'smoke.mjs'],
      args: [],
      configFile: null,
      reports: ['out/junit.xml'],
      artifacts: [],
      verdictFrom: 'exit_code',
      envVars: {},
      timeoutMinutes: 30,
      maxRetries: 0,
      retryOn: ['failure', 'timeout', 'crash'],
      retryDelaySeconds: 1,
      noOutputTimeoutMinutes: null,
      failFast: null,
      rerunFailed: null,
      priority: 3,
      exclusive: ['port:3000'],
      parallel: true,
      cpuLimitPercent: null,
      memoryLimitGb: null,
      cpuClaimCores: null,
      memoryClaimGb: null,
      queueTimeoutMinutes: null,
    });
    for (const suite of project.suites.values()) expect(Suite.parse(suite)).toEqual(suite);
  });

  test('runner: playwright without config_file takes the config at the root, or none', async () => {
    await write({ 'background-e2e.yml': 'categories: { e2e: { runner: playwright } }' });
    expect((await openProject(folder)).suites.get('e2e')?.configFile).toBeNull();
    await write({ 'playwright.config.mts': '' });
    expect((await openProject(folder)).suites.get('e2e')?.configFile).toBe(join(folder, 'playwright.config.mts'));
  });

  test('a config_file that is not there is refused with its line', async () => {
    await write({ 'background-e2e.yaml': YAML });
    const { message } = await refusalOf(openProject(folder));
    expect(message).toBe(
      `${folder}/background-e2e.yaml:2:43: categories.e2e.config_file is "e2e/pw.config.ts": ${folder}/e2e/pw.config.ts is not there or not a file`,
    );
  });

  test('a broken file is refused, although a Playwright config lies beside it', async () => {
    await write({ 'background-e2e.yaml': 'categories:\n  e2e: { runner: playwright, timout_minutes: 4 }', 'playwright.config.ts': '' });
    expect((await refusalOf(openProject(folder))).message).toBe(
      `${folder}/background-e2e.yaml:2:30: categories.e2e.timout_minutes is unknown; did you mean timeout_minutes?`,
    );
  });

  test('a file without a category is refused', async () => {
    await write({ 'background-e2e.yaml': 'categories: {}' });
    const { message, issues } = await refusalOf(openProject(folder));
    expect(message).toMatch(/background-e2e\.yaml names no category; add one, such as\ncategories:\n/);
    expect(issues[0]?.field).toBe('project');
  });
});

describe('where a project begins', () => {
  test('a folder below belongs to the nearest project above', async () => {
    await write({
      'background-e2e.yaml': YAML,
      'e2e/pw.config.ts': '',
      'apps/shop/playwright.config.ts': '',
      'apps/shop/tests/x.ts': '',
      'apps/docs/x.md': '',
    });
    expect((await openProject(join(folder, 'apps/shop/tests'))).root).toBe(join(folder, 'apps/shop'));
    expect((await openProject(join(folder, 'apps/docs'))).root).toBe(folder);
  });

  test('the search ends at the root of the repository', async () => {
    await write({ 'playwright.config.ts': '', 'repository/.git/HEAD': '', 'repository/src/x.ts': '' });
    expect((await refusalOf(openProject(join(folder, 'repository/src')))).message).toContain('holds no suite');
    await write({ 'repository/playwright.config.ts': '' });
    expect((await openProject(join(folder, 'repository/src'))).root).toBe(join(folder, 'repository'));
  });

  test('the search does not reach the home folder, unless it was named', async () => {
    await write({ 'playwright.config.ts': '', 'notes/x.md': '' });
    vi.stubEnv('HOME', folder);
    expect((await refusalOf(openProject(join(folder, 'notes')))).message).toContain('holds no suite');
    expect((await openProject(folder)).root).toBe(folder);
    expect((await openProject('~')).root).toBe(folder);
  });

  test('a file in a folder that everybody may write to decides nothing for what lies below', async () => {
    await write({ 'background-e2e.yaml': 'categories: { e2e: { command: [sh, -c, "echo planted"] } }', 'mine/x.md': '' });
    await chmod(folder, 0o1777);
    expect((await refusalOf(openProject(join(folder, 'mine')))).message).toContain('holds no suite');
  });

  test('a link is followed, and the root is the real path', async () => {
    await write({ 'shop/playwright.config.ts': '' });
    await symlink(join(folder, 'shop'), join(folder, 'link'));
    expect((await openProject(join(folder, 'link'))).root).toBe(join(folder, 'shop'));
  });
});

describe('what is no project', () => {
  test.each([
    ['nothing', 'gone', (path: string) => `project is "${path}": there is no such folder`],
    ['a file', 'file.txt', (path: string) => `project is "${path}": it is not a folder; name the folder that holds the suite`],
    ['something below a file', 'file.txt/x', (path: string) => `project is "${path}": a part of this path is not a folder`],
    ['a link to itself', 'loop', (path: string) => `project is "${path}": its links lead in a circle`],
    ['a path too long', 'x'.repeat(300), (path: string) => `project is "${path}": the path is too long`],
    ['a NUL byte', 'a\0b', (path: string) => `project is ${JSON.stringify(path)}: a path cannot hold a NUL byte`],
  ])('%s', async (_, name, message) => {
    await write({ 'file.txt': '' });
    await symlink(join(folder, 'loop'), join(folder, 'loop'));
    const path = join(folder, name);
    const refusal = await refusalOf(openProject(path));
    expect(refusal.kind).toBe('invalid');
    expect(refusal.issues).toEqual([{ field: 'project', message: message(path) }]);
  });

  test('a relative path, because it would mean another folder to the host', async () => {
    expect((await refusalOf(openProject('./shop'))).message).toBe('project is "./shop": it must be the absolute path of a folder');
    expect((await refusalOf(openProject(''))).message).toBe('project is "": it must be the absolute path of a folder');
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be read', async () => {
    await mkdir(join(folder, 'closed'), { mode: 0o000 });
    expect((await refusalOf(openProject(join(folder, 'closed')))).message).toContain('the folder cannot be read: permission denied');
  });

  test('a folder without a suite, with what to write', async () => {
    const refusal = await refusalOf(openProject(folder));
    expect(refusal.issues[0]?.field).toBe('project');
    expect(refusal.message).toBe(`${folder} holds no suite: add a Playwright config, or background-e2e.yaml such as
categories:
  e2e:
    command: [npm, run, e2e]
    reports: [out/junit.xml]`);
  });

  test('the example in that sentence works', async () => {
    const { message } = await refusalOf(openProject(folder));
    await write({ 'background-e2e.yaml': message.slice(message.indexOf('\n')) });
    expect((await openProject(folder)).suites.get('e2e')?.command).toEqual(['npm', 'run', 'e2e']);
  });
});

describe('what a task becomes', () => {
  const open = async () => {
    await write({ 'background-e2e.yaml': YAML, 'e2e/pw.config.ts': '' });
    return openProject(folder);
  };

  test('without wishes it is the category, then what is built in', async () => {
    const project = await open();
    const { config, suite, taskVariables } = resolveTask(project, { project: join(folder, 'e2e'), category: 'e2e' });
    expect(config).toEqual({
      project: folder,
      category: 'e2e',
      environment: 'development',
      timeoutMinutes: 20,
      maxRetries: 2,
      retryOn: ['failure', 'timeout', 'crash'],
      retryDelaySeconds: 1,
      noOutputTimeoutMinutes: 10,
      failFast: null,
      priority: 3,
      cpuLimitPercent: null,
      memoryLimitGb: null,
      servicesRequired: [],
      additionalArgs: [],
      envVars: { A: 'category', B: 'category', C: 'category' },
      useRealServices: false,
      useRealLlm: false,
      queueTimeoutMinutes: null,
      cpuClaimCores: null,
      memoryClaimGb: null,
      startAt: null,
      after: [],
      afterNeeds: 'end',
    });
    expect(TaskConfig.parse(config)).toEqual(config);
    expect(suite).toBe(project.suites.get('e2e'));
    expect(taskVariables).toEqual({});
  });

  test('the environment goes over the category for times and below it for variables; the task goes over both', async () => {
    const project = await open();
    const staged = resolveTask(project, { project: folder, category: 'e2e', environment: 'staging', envVars: { A: 'task' } });
    expect(staged.config.timeoutMinutes).toBe(50);
    expect(staged.config.envVars).toEqual({ A: 'task', B: 'category', C: 'category', D: 'environment' });
    const asked = resolveTask(project, {
      project: folder,
      category: 'e2e',
      environment: 'staging',
      timeoutMinutes: 5,
      maxRetries: 0,
      priority: 9,
      additionalArgs: ['-x'],
    });
    expect(asked.config).toMatchObject({ timeoutMinutes: 5, maxRetries: 0, priority: 9, additionalArgs: ['-x'] });
  });

  test('how it is tried again and how long it may be silent are the task’s, else the category’s, else built in', async () => {
    await write({
      'background-e2e.yaml': `categories:
  e2e: { command: [x] }
  e2e_critical: { command: [x] }
  patient: { command: [x], retry_on: [timeout], retry_delay_seconds: 30, no_output_timeout_minutes: 2.5 }
  quiet: { command: [x], no_output_timeout_minutes: 0 }
`,
    });
    const project = await openProject(folder);
    const resolved = (request: object) => {
      const { retryOn, retryDelaySeconds, noOutputTimeoutMinutes } = resolveTask(
        project,
        parseTaskRequest({ project: folder, category: 'e2e', ...request }),
      ).config;
      return [retryOn.join(), retryDelaySeconds, noOutputTimeoutMinutes];
    };
    expect(resolved({})).toEqual(['failure,timeout,crash', 1, 10]);
    expect(resolved({ category: 'e2e_critical' })).toEqual(['failure,timeout,crash', 1, null]);
    expect(resolved({ category: 'patient' })).toEqual(['timeout', 30, 2.5]);
    expect(resolved({ category: 'quiet' })).toEqual(['failure,timeout,crash', 1, null]);
    const asked = { retryOn: ['crash'], retryDelaySeconds: 0, noOutputTimeoutMinutes: 4 };
    expect(resolved({ category: 'patient', ...asked })).toEqual(['crash', 0, 4]);
    expect(resolved({ noOutputTimeoutMinutes: 0 })[2]).toBe(null);
    expect(resolved({ noOutputTimeoutMinutes: null })[2]).toBe(null);
  });

  test('limits are the category’s, unless the task says otherwise; null asks for none', async () => {
    await write({ 'background-e2e.yaml': 'categories:\n  e2e: { command: [x], cpu_limit_percent: 50, memory_limit_gb: 2.5 }\n' });
    const limits = (rest: Partial<TaskRequest>, project: Project) => {
      const { cpuLimitPercent, memoryLimitGb } = resolveTask(project, { project: folder, category: 'e2e', ...rest }).config;
      return [cpuLimitPercent, memoryLimitGb];
    };
    const project = await openProject(folder);
    expect(limits({}, project)).toEqual([50, 2.5]);
    expect(limits({ cpuLimitPercent: 10, memoryLimitGb: 64 }, project)).toEqual([10, 64]);
    expect(limits({ cpuLimitPercent: null, memoryLimitGb: null }, project)).toEqual([null, null]);
  });

  test('limits of the environment go before those of the category, and the task’s before both', async () => {
    await write({
      'background-e2e.yaml':
        'categories:\n  e2e: { command: [x], cpu_limit_percent: 50, memory_limit_gb: 2.5 }\nenvironments:\n  staging: { memory_limit_gb: 4 }\n',
    });
    const project = await openProject(folder);
    const limits = (rest: Partial<TaskRequest>) => {
      const { config } = resolveTask(project, { project: folder, category: 'e2e', environment: 'staging', ...rest });
      return [config.cpuLimitPercent, config.memoryLimitGb];
    };
    expect(limits({})).toEqual([50, 4]);
    expect(limits({ memoryLimitGb: 1 })).toEqual([50, 1]);
    expect(limits({ cpuLimitPercent: null, memoryLimitGb: null })).toEqual([null, null]);
  });

  test("tests learn the environment that was asked for by TEST_ENV, which is not among the user's own variables", async () => {
    const { config, taskVariables } = resolveTask(await open(), { project: folder, category: 'e2e', environment: 'staging' });
    expect(taskVariables).toEqual({ TEST_ENV: 'staging' });
    expect(config.envVars).not.toHaveProperty('TEST_ENV');
  });

  test('an environment that the file does not define is refused, but for the default one', async () => {
    const project = await open();
    const refusal = await refusalOf(() => resolveTask(project, { project: folder, category: 'e2e', environment: 'stagin' }));
    expect(refusal.issues).toEqual([
      { field: 'environment', message: `environment is "stagin": ${folder}/background-e2e.yaml has staging; did you mean staging?` },
    ]);
    expect(resolveTask(project, { project: folder, category: 'e2e', environment: 'development' }).config.environment).toBe('development');
  });

  test('where no environment is defined, every name is a label', async () => {
    await write({ 'playwright.config.ts': '' });
    const { config, taskVariables } = resolveTask(await openProject(folder), { project: folder, category: 'e2e', environment: 'qa-7' });
    expect(config.environment).toBe('qa-7');
    expect(taskVariables).toEqual({ TEST_ENV: 'qa-7' });
  });

  test.each([
    ['smok', (root: string) => `category is "smok": ${root} has e2e, smoke; did you mean smoke?`],
    ['zzzzzz', (root: string) => `category is "zzzzzz": ${root} has e2e, smoke`],
    ['constructor', (root: string) => `category is "constructor": ${root} has e2e, smoke`],
    [
      'cypress',
      (root: string) =>
        `cypress is not set up in ${root}: add categories.cypress with a command to ${root}/background-e2e.yaml; what is there: e2e, smoke`,
    ],
  ])('the category %s is refused', async (category, message) => {
    const project = await open();
    const refusal = await refusalOf(() => resolveTask(project, { project: folder, category }));
    expect(refusal.kind).toBe('invalid');
    expect(refusal.issues).toEqual([{ field: 'category', message: message(folder) }]);
  });

  test('what is not built yet is refused', async () => {
    const project = await open();
    expect((await refusalOf(() => resolveTask(project, { project: folder, category: 'e2e', useRealLlm: true }))).issues[0]?.field).toBe(
      'use_real_llm',
    );
  });
});
