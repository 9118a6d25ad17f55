/** Objects whose keys are data (names of variables, categories, tests), not field names. */
const OPAQUE = new Set([
  'envVars',
  'env_vars',
  'environment', // of a process; elsewhere it is a name
  'queuedByCategory',
  'queued_by_category',
  'slotsPerCategory',
  'slots_per_category',
  'categories',
  'environments',
  'services',
  'extra',
  'metrics',
]);

type SnakeCase<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : S;

/** The type of `toSnakeCase`'s answer. */
export type SnakeCased<T> = T extends readonly (infer Item)[]
  ? SnakeCased<Item>[]
  : T extends object
    ? { [K in keyof T as K extends string ? SnakeCase<K> : K]: SnakeCased<T[K]> }
    : T;

const snake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (key: string) => key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** `timeoutMinutes` → `timeout_minutes`. */
export const fieldName = snake;

/** `timeout_minutes` → `timeoutMinutes`. */
export const propertyName = camel;

/** Is this the name of an object whose keys are data, as `envVars` is? They are never converted. */
export const holdsDataKeys = (name: string): boolean => OPAQUE.has(name);

function convert(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => convert(item, rename));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [rename(key), OPAQUE.has(key) ? convertValues(item, rename) : convert(item, rename)]),
  );
}

/** Keeps the keys of an opaque object, converts what lies below them. */
function convertValues(value: unknown, rename: (key: string) => string): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return convert(value, rename);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, rename)]));
}

/** camelCase → snake_case for JSON that people read. Keys that are data stay as they are. */
export function toSnakeCase<T>(value: T): SnakeCased<T>;
export function toSnakeCase(value: unknown): unknown {
  return convert(value, snake);
}

/** snake_case → camelCase for JSON or YAML that people wrote; the answer still has to pass a schema. */
export function toCamelCase(value: unknown): unknown {
  return convert(value, camel);
}

/** What a text says as JSON; null where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
