import { basename, join } from 'node:path';
import type { z } from 'zod';
import { CategoryConfig, EnvironmentConfig, ProjectConfig, RetentionConfig } from '../../contract/config.ts';
import { Refusal } from '../../contract/errors.ts';
import { toCamelCase } from '../../contract/json.ts';
import { isThere } from './files.ts';
import { unbuiltFields } from './not-built.ts';
import { type DescribeOptions, describeIssues, fieldPath, type Path, type Problem, unknownKey, valueAt } from './problems.ts';
import { parseWritten, readText, unreadable } from './written-file.ts';
import type { YamlFile } from './yaml-file.ts';

const NAMES = ['background-e2e.yaml', 'background-e2e.yml'];
export const CONFIG_FILE_NAME = 'background-e2e.yaml';
/** A project's own file, checked. */
export interface ConfigFile {
  path: string;
  config: ProjectConfig;
  /** A refusal of a value that only looking at the project could find wrong. `message` begins with the field's path. */
  refuse(path: Path, message: string): Refusal;
}

/** Absolute path of a folder's `background-e2e.yaml` (or `.yml`); null where there is none. Refuses (`invalid`) when both are there. */
export async function findConfigFile(directory: string): Promise<string | null> {
  const paths = NAMES.map((name) => join(directory, name));
  const there = await Promise.all(paths.map(isThere));
  const found = paths.filter((_, index) => there[index]);
  if (found.length > 1)
    throw new Refusal('invalid', `${directory} holds both ${NAMES.join(' and ')}; keep one of them`, [
      { field: 'project', message: `holds both ${NAMES.join(' and ')}` },
    ]);
  return found[0] ?? null;
}

/** Reads and checks a project's file. Every way in which it can be wrong is a refusal (`invalid`) that names file, line, field and value. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  return parseConfigFile(await readText(path), path);
}

/** The text of a project's file, checked; `path` is only named in sentences. */
export function parseConfigFile(text: string, path: string): ConfigFile {
  const file = parseWritten(text, path);
  if (file.value === null || file.value === undefined) throw unreadable(path, `is empty; it must say what to run, such as\n${EXAMPLE}`);
  const options: DescribeOptions = { whole: basename(path), knownKeys, keyText: file.keyText };
  const value = toCamelCase(file.value);
  const misspelt = camelCaseKeys(file.value).map((key) => unknownKey(key, options));
  const parsed = parse(value, file);
  const problems = [...misspelt, ...(parsed.success ? unbuilt(parsed.data) : describeIssues(parsed.error.issues, value, options))];
  if (!parsed.success || problems.length > 0) throw file.refusal(problems);
  return {
    path,
    config: parsed.data,
    refuse: (at, message) => file.refusal([{ path: at, at: 'value', field: fieldPath(at), message: `${fieldPath(at)} ${message}` }]),
  };
}

/** What to write, for those who have no such file yet. */
export const EXAMPLE = `categories:
  e2e:
    command: [npm, run, e2e]
    reports: [out/junit.xml]`;

/** Where the schema wants text, `PORT: 3000` and `DEBUG: true` mean what was written, as people expect of YAML. */
function parse(value: unknown, file: YamlFile): z.ZodSafeParseResult<ProjectConfig> {
  const first = ProjectConfig.safeParse(value);
  if (first.success) return first;
  let isChanged = false;
  for (const issue of first.error.issues) {
    if (issue.code !== 'invalid_type' || issue.expected !== 'string') continue;
    const parent = valueAt(value, issue.path.slice(0, -1));
    const key = issue.path.at(-1);
    const given = valueAt(value, issue.path);
    if (typeof parent !== 'object' || parent === null || key === undefined) continue;
    if (typeof given !== 'number' && typeof given !== 'boolean') continue;
    isChanged = Reflect.set(parent, key, file.sourceText(issue.path) ?? String(given)) || isChanged;
  }
  return isChanged ? ProjectConfig.safeParse(value) : first;
}

/** Fields are snake_case in the file. A camelCase one would pass after conversion, and could hide its twin. */
function camelCaseKeys(value: unknown): Path[] {
  const below = (name: string) => Object.keys(toObject(valueAt(value, [name]))).map((key): Path => [name, key]);
  return [[], ['retention'], ...below('categories'), ...below('environments')].flatMap((path: Path) =>
    Object.keys(toObject(valueAt(value, path)))
      .filter((key) => /[A-Z]/.test(key) && knownKeys(path).includes(key))
      .map((key) => [...path, key]),
  );
}

const toObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return Object.keys(ProjectConfig.shape);
  if (path.length === 1 && path[0] === 'retention') return Object.keys(RetentionConfig.shape);
  if (path.length !== 2) return [];
  if (path[0] === 'categories') return Object.keys(CategoryConfig.shape);
  return path[0] === 'environments' ? Object.keys(EnvironmentConfig.shape) : [];
}

/** What the file asks for that this version cannot do: refused, so that nobody relies on it. */
function unbuilt(config: ProjectConfig): Problem[] {
  const below = (group: string, name: string, problems: Problem[]) =>
    problems.map((problem): Problem => {
      const path = [group, name, ...problem.path];
      return { ...problem, path, field: fieldPath(path), message: `${fieldPath([group, name])}.${problem.message}` };
    });
  const problems = [
    ...Object.entries(config.categories).flatMap(([name, category]) => below('categories', name, unbuiltFields(category))),
    ...Object.entries(config.environments ?? {}).flatMap(([name, environment]) => below('environments', name, unbuiltFields(environment))),
  ];
  const services = Object.keys(config.services ?? {});
  if (services.length > 0) {
    const message = `services has ${services.join(', ')}: checking and starting services is not available in this version; remove the section`;
    problems.push({ path: ['services'], at: 'key', field: 'services', message });
  }
  return problems;
}
