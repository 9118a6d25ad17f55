import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { Refusal } from '../contract/errors.ts';
import { toCamelCase } from '../contract/json.ts';
import { Settings } from '../contract/settings.ts';

/** Reads `<home>/settings.json`; a missing file means the defaults. Throws a `Refusal` that names file and field. */
export function readSettings(path: string): Settings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return Settings.parse({});
  }
  let value: unknown;
  try {
    value = toCamelCase(JSON.parse(text));
  } catch (error) {
    throw new Refusal('invalid', `${path} is not JSON: ${error instanceof Error ? error.message : error}. Correct or remove it.`);
  }
  const parsed = Settings.safeParse(value);
  if (!parsed.success)
    throw new Refusal('invalid', `${path}: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}. Correct or remove it.`);
  return parsed.data;
}

/** Tasks that may run at the same time: as set, else half of the cores, at least 1. */
export function slotsOf(settings: Settings): number {
  return settings.slots ?? Math.max(1, Math.floor(availableParallelism() / 2));
}
