import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BUILT_IN_CATEGORIES, type CategoryConfig, type EnvironmentConfig } from '../../contract/config.ts';
import { Refusal } from '../../contract/errors.ts';
import { DEFAULT_ENVIRONMENT, type GitState, type TaskConfig, type TaskRequest } from '../../contract/task.ts';
import type { Suite } from '../runners/suite.ts';
import { CONFIG_FILE_NAME, type ConfigFile, EXAMPLE, readConfigFile } from './config-file.ts';
import { categoryDefaults, detectSuites, findPlaywrightConfig, RETRY_DEFAULTS } from './detect.ts';
import { isFile } from './files.ts';
import { findRoot, projectRefusal } from './find-root.ts';
import { gitState } from './git.ts';
import { nearestName } from './nearest-name.ts';
import { refuseUnbuilt } from './not-built.ts';

/** A folder whose tests can be queued. */
export interface Project {
  /** Real, absolute path. */
  root: string;
  /** From package.json, else the folder's. */
  name: string;
  git: GitState | null;
  /** By category; never empty. */
  suites: ReadonlyMap<string, Suite>;
  /** As the project's file defines them; empty where it defines none, and every name is only a label. */
  environments: ReadonlyMap<string, EnvironmentConfig>;
  /** Absolute path of `background-e2e.yaml`; null where suites were found without one. */
  configFile: string | null;
}

/** A task request with everything that project, environment and category add to it. */
export interface ResolvedTask {
  config: TaskConfig;
  suite: Suite;
  /**
   * Variables that come over the submitter's environment and below `config.envVars`: `TEST_ENV` where an environment was asked
   * for by name, so that tests can tell. `config.envVars` stays what people wrote.
   */
  taskVariables: Record<string, string>;
}

/** Reads what a folder (or the project around it) holds. Every way in which that fails is a refusal (`invalid`) that says what to do. */
export async function openProject(directory: string): Promise<Project> {
  const found = await findRoot(directory);
  if (found === null)
    throw projectRefusal(`${directory} holds no suite: add a Playwright config, or ${CONFIG_FILE_NAME} such as\n${EXAMPLE}`);
  const { root, configFile } = found;
  const file = configFile === null ? null : await readConfigFile(configFile);
  const [git, name, suites] = await Promise.all([
    gitState(root),
    projectName(root),
    file === null ? detectSuites(root) : suitesOf(file, root),
  ]);
  if (suites.size === 0) throw projectRefusal(`${configFile ?? root} names no category; add one, such as\n${EXAMPLE}`);
  return { root, name, git, suites, environments: new Map(Object.entries(file?.config.environments ?? {})), configFile };
}

async function projectName(root: string): Promise<string> {
  try {
    const content: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    if (
      typeof content === 'object' &&
      content !== null &&
      'name' in content &&
      typeof content.name === 'string' &&
      content.name.trim() !== ''
    ) {
      return content.name.trim();
    }
  } catch {
    // None, or one that npm would refuse: the folder has a name too.
  }
  return basename(root) || root;
}

async function suitesOf(file: ConfigFile, root: string): Promise<Map<string, Suite>> {
  const suites = new Map<string, Suite>();
  for (const [category, config] of Object.entries(file.config.categories)) {
    suites.set(category, suiteOf(category, config, await runnerConfigFile(category, config, file, root)));
  }
  return suites;
}

async function runnerConfigFile(category: string, config: CategoryConfig, file: ConfigFile, root: string): Promise<string | null> {
  if (config.configFile === undefined) return config.runner === 'playwright' ? findPlaywrightConfig(root) : null;
  const path = resolve(root, config.configFile);
  if (await isFile(path)) return path;
  throw file.refuse(['categories', category, 'configFile'], `is ${JSON.stringify(config.configFile)}: ${path} is not there or not a file`);
}

function suiteOf(category: string, config: CategoryConfig, configFile: string | null): Suite {
  const defaults = categoryDefaults(category);
  return {
    category,
    runner: config.runner ?? 'command',
    command: config.command ?? null,
    args: config.args ?? [],
    configFile,
    reports: config.reports ?? [],
    artifacts: config.artifacts ?? [],
    verdictFrom: config.verdictFrom ?? 'report',
    envVars: config.envVars ?? {},
    timeoutMinutes: config.timeoutMinutes ?? defaults.timeoutMinutes,
    maxRetries: config.maxRetries ?? defaults.maxRetries,
    retryOn: config.retryOn ?? RETRY_DEFAULTS.retryOn,
    retryDelaySeconds: config.retryDelaySeconds ?? RETRY_DEFAULTS.retryDelaySeconds,
    noOutputTimeoutMinutes: config.noOutputTimeoutMinutes === undefined ? defaults.noOutputTimeoutMinutes : config.noOutputTimeoutMinutes,
    failFast: config.failFast ?? null,
    rerunFailed: config.rerunFailed ?? null,
    priority: config.priority ?? defaults.priority,
    exclusive: config.exclusive ?? [],
    parallel: config.parallel ?? false,
    cpuLimitPercent: config.cpuLimitPercent ?? null,
    memoryLimitGb: config.memoryLimitGb ?? null,
    cpuClaimCores: config.cpuClaimCores ?? null,
    memoryClaimGb: config.memoryClaimGb ?? null,
    queueTimeoutMinutes: config.queueTimeoutMinutes ?? null,
  };
}

/**
 * The whole configuration of a task: what was asked for, else the environment's, else the category's, else what is built in.
 * Environment variables are merged in that order too. Refuses (`invalid`) a category or environment that the project does not
 * have, and what this version cannot do.
 */
export function resolveTask(project: Project, request: TaskRequest): ResolvedTask {
  refuseUnbuilt(request);
  const suite = project.suites.get(request.category);
  if (!suite) throw unknownCategory(project, request.category);
  const name = request.environment ?? DEFAULT_ENVIRONMENT;
  const environment = project.environments.get(name);
  if (!environment && request.environment !== undefined) checkLabel(project, request.environment);
  const config: TaskConfig = {
    project: project.root,
    category: request.category,
    environment: name,
    timeoutMinutes: request.timeoutMinutes ?? environment?.timeoutMinutes ?? suite.timeoutMinutes,
    maxRetries: request.maxRetries ?? suite.maxRetries,
    retryOn: request.retryOn ?? suite.retryOn,
    retryDelaySeconds: request.retryDelaySeconds ?? suite.retryDelaySeconds,
    // 0 and null both say never; one of them is kept.
    noOutputTimeoutMinutes: (request.noOutputTimeoutMinutes === undefined ? suite : request).noOutputTimeoutMinutes || null,
    failFast: request.failFast === undefined ? suite.failFast : request.failFast,
    priority: request.priority ?? suite.priority,
    // null asks for none, although environment or category have one.
    cpuLimitPercent:
      request.cpuLimitPercent === undefined ? (environment?.cpuLimitPercent ?? suite.cpuLimitPercent) : request.cpuLimitPercent,
    memoryLimitGb: request.memoryLimitGb === undefined ? (environment?.memoryLimitGb ?? suite.memoryLimitGb) : request.memoryLimitGb,
    servicesRequired: request.servicesRequired ?? [],
    additionalArgs: request.additionalArgs ?? [],
    envVars: { ...environment?.envVars, ...suite.envVars, ...request.envVars },
    useRealServices: request.useRealServices ?? environment?.useRealServices ?? false,
    useRealLlm: request.useRealLlm ?? environment?.useRealLlm ?? false,
    queueTimeoutMinutes: request.queueTimeoutMinutes === undefined ? suite.queueTimeoutMinutes : request.queueTimeoutMinutes,
    cpuClaimCores: request.cpuClaimCores ?? suite.cpuClaimCores,
    memoryClaimGb: request.memoryClaimGb ?? suite.memoryClaimGb,
    startAt: request.startAt ?? null,
    after: request.after ?? [],
    afterNeeds: request.afterNeeds ?? 'end',
  };
  return { config, suite, taskVariables: request.environment === undefined ? {} : { TEST_ENV: request.environment } };
}

function unknownCategory(project: Project, category: string): Refusal {
  const there = [...project.suites.keys()];
  const isBuiltIn = Object.hasOwn(BUILT_IN_CATEGORIES, category);
  const nearest = nearestName(category, there);
  const message = isBuiltIn
    ? `${category} is not set up in ${project.root}: add categories.${category} with a command to ${project.configFile ?? CONFIG_FILE_NAME}; what is there: ${there.join(', ')}`
    : `category is ${JSON.stringify(category)}: ${project.root} has ${there.join(', ')}${nearest === null ? '' : `; did you mean ${nearest}?`}`;
  return new Refusal('invalid', message, [{ field: 'category', message }]);
}

/** Where the file defines environments, a name beyond them is a slip; the default one is a label everywhere. */
function checkLabel({ environments, configFile }: Project, name: string): void {
  if (environments.size === 0 || name === DEFAULT_ENVIRONMENT) return;
  const there = [...environments.keys()];
  const nearest = nearestName(name, [...there, DEFAULT_ENVIRONMENT]);
  const message = `environment is ${JSON.stringify(name)}: ${configFile} has ${there.join(', ')}${nearest === null ? '' : `; did you mean ${nearest}?`}`;
  throw new Refusal('invalid', message, [{ field: 'environment', message }]);
}
