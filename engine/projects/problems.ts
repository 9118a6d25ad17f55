import type { z } from 'zod';
import { Refusal } from '../../contract/errors.ts';
import { fieldName, holdsDataKeys } from '../../contract/json.ts';
import { nearestName } from './nearest-name.ts';

export type Path = readonly PropertyKey[];

/** Something wrong in what a person wrote, and where. */
export interface Problem {
  path: Path;
  /** Whether the key at `path` is wrong or what stands behind it. */
  at: 'key' | 'value';
  /** As people write it: `categories.e2e.timeout_minutes`. */
  field: string;
  /** A whole sentence, without a full stop. */
  message: string;
}

export interface DescribeOptions {
  /** What was read, for a problem with all of it: "the task", "the file". */
  whole: string;
  /** Names (camelCase) that are known in the object at a path. */
  knownKeys: (path: Path) => readonly string[];
  /** A key as it was written, where that is known better than by conversion. */
  keyText?: (path: Path) => string | null;
}

/** `['categories', 'e2e', 'envVars', 'MODE']` → `categories.e2e.env_vars.MODE`: names of fields in snake_case, data as it is. */
export function fieldPath(path: Path): string {
  let text = '';
  let isData = false;
  for (const part of path) {
    if (typeof part === 'number') {
      text += `[${part}]`;
      isData = false;
      continue;
    }
    const name = String(part);
    text += `${text === '' ? '' : '.'}${isData ? name : fieldName(name)}`;
    isData = !isData && holdsDataKeys(name);
  }
  return text;
}

/** The value at a path, undefined where there is none. */
export function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

const LONGEST_VALUE = 60;

/** A value in a sentence; long texts are cut. */
export function show(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string': {
      const text = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
      return JSON.stringify(text);
    }
    case 'object':
      return 'a map';
    default:
      return String(value);
  }
}

// Values of environment variables may be secrets: a sentence that lands in a log names their kind alone.
const showAt = (path: Path, value: unknown) =>
  path.slice(0, -1).some((part) => part === 'envVars' || part === 'environment') && typeof value === 'string'
    ? 'a text that is not allowed'
    : show(value);

/** What is allowed, from the schema's own words; those of zod's that begin with a capital are put in ours. */
function rule(issue: z.core.$ZodIssue, value: unknown): string {
  if (!/^[A-Z]/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kindName(issue.expected)}${issue.expected === 'array' ? listExample(value) : ''}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      const nearest = typeof value === 'string' ? nearestName(value, values) : null;
      return `must be ${values.join(' or ')}${nearest === null ? '' : `; did you mean ${nearest}?`}`;
    }
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'must not be empty' : `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return `is not allowed: ${issue.message}`;
  }
}

function kindName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a map of names and values';
    default:
      return `of the type ${expected}`;
  }
}

/** `command: npm test` is the usual slip: show it as the list that was meant, where splitting it needs no shell's rules. */
function listExample(value: unknown): string {
  if (typeof value !== 'string' || !/^[\w./:@=-]+( [\w./:@=-]+)*$/.test(value) || value.length > LONGEST_VALUE) return '';
  return `, such as [${value.split(' ').join(', ')}]`;
}

/** A schema's complaints about `input` as sentences, each with its field, the value given and what is allowed. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], input: unknown, options: DescribeOptions): Problem[] {
  const problems = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? unknownKeys(issue, options) : [describeIssue(issue, input, options)],
  );
  // A number that breaks two parts of one rule is one problem.
  return problems.filter((problem, index) => problems.findIndex((other) => other.message === problem.message) === index);
}

function describeIssue(issue: z.core.$ZodIssue, input: unknown, options: DescribeOptions): Problem {
  const { path } = issue;
  const field = fieldPath(path);
  const subject = field === '' ? options.whole : field;
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const parent = fieldPath(path.slice(0, -1));
    return {
      path,
      at: 'key',
      field: parent,
      message: `${parent} has the name ${show(key)}: it ${issue.issues[0]?.message ?? 'is not allowed'}`,
    };
  }
  const value = valueAt(input, path);
  if (value === undefined) return { path, at: 'value', field, message: `${subject} is missing` };
  if (issue.code === 'custom' && typeof value === 'object')
    return { path, at: 'value', field, message: `${subject} ${rule(issue, value)}` };
  const isEmptyText = value === null && issue.code === 'invalid_type' && issue.expected === 'string';
  const hint = isEmptyText ? '; write "" for an empty one' : '';
  return { path, at: 'value', field, message: `${subject} is ${showAt(path, value)}: it ${rule(issue, value)}${hint}` };
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, options: DescribeOptions): Problem[] {
  return issue.keys.map((key) => unknownKey([...issue.path, key], options));
}

/** The problem of a key that no field has. */
export function unknownKey(path: Path, { knownKeys, keyText }: DescribeOptions): Problem {
  const parent = path.slice(0, -1);
  const written = keyText?.(path) ?? fieldName(String(path.at(-1)));
  const known = knownKeys(parent);
  const nearest = nearestName(fieldName(written), known.map(fieldName));
  // On the wire names are camelCase; a snake_case one looks right in a sentence, so it is answered in camelCase.
  const meant = nearest === written ? known.find((name) => fieldName(name) === nearest) : nearest;
  const field = [fieldPath(parent), show(written).slice(1, -1)].filter((part) => part !== '').join('.');
  return {
    path,
    at: 'key',
    field,
    message: `${field} is unknown${meant ? `; did you mean ${meant}?` : known.length === 0 ? '' : `; known are ${known.map(fieldName).join(', ')}`}`,
  };
}

const MOST_SENTENCES = 10;

/** One refusal for all problems; its message has one line for each. */
export function refusal(problems: readonly Pick<Problem, 'field' | 'message'>[]): Refusal {
  const lines = problems.slice(0, MOST_SENTENCES).map(({ message }) => message);
  if (problems.length > MOST_SENTENCES) lines.push(`… and ${problems.length - MOST_SENTENCES} more`);
  return new Refusal(
    'invalid',
    lines.join('\n'),
    problems.map(({ field, message }) => ({ field, message })),
  );
}
