import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Refusal } from '../contract/errors.ts';
import { toCamelCase } from '../contract/json.ts';
import { Settings } from '../contract/settings.ts';
import { describeIssues } from './projects/problems.ts';
import type { QueueRules } from './queue/queue-task.ts';

/** Names of settings, by the path of what holds them. */
const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(Settings.shape),
  pressurePercent: Object.keys(Settings.shape.pressurePercent.unwrap().unwrap().shape),
};

/** Reads `<home>/settings.json`; a missing file means the defaults. Throws a `Refusal` that names file, field and value. */
export function readSettings(path: string): Settings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Settings.parse({});
    throw new Refusal('invalid', `${path} cannot be read: ${error instanceof Error ? error.message : error}. Correct or remove it.`);
  }
  let value: unknown;
  try {
    value = toCamelCase(JSON.parse(text));
  } catch (error) {
    throw new Refusal('invalid', `${path} is not JSON: ${error instanceof Error ? error.message : error}. Correct or remove it.`);
  }
  const parsed = Settings.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = describeIssues(parsed.error.issues, value, {
    whole: 'the file',
    knownKeys: (path) => KNOWN_KEYS[path.join('.')] ?? [],
  });
  const sentence = problems.map(({ message }) => message).join('; ');
  throw new Refusal('invalid', `${path}: ${sentence}${sentence.endsWith('?') ? '' : '.'} Correct or remove it.`, problems);
}

/** What the settings say of when tasks start. */
export function rulesOf(settings: Settings): QueueRules {
  return {
    slots: slotsOf(settings),
    slotsPerCategory: settings.slotsPerCategory,
    ageingMs: settings.ageingMinutes * 60_000,
    useClaims: settings.useClaims,
    pressurePercent: settings.pressurePercent ?? { cpu: null, memory: null },
  };
}

/** Tasks that may run at the same time: as set, else half of the cores, at least 1. */
export function slotsOf(settings: Settings): number {
  return settings.slots ?? Math.max(1, Math.floor(availableParallelism() / 2));
}
