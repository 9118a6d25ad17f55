import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSettings } from './settings-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  const path = join(folder, 'settings.json');
  writeFileSync(path, text);
  return readSettings(path);
}

test.each([
  ['{"slots":0}', 'slots is 0: it must be a whole number from 1 to 64. Correct'],
  ['{"slots":"2"}', 'slots is "2": it must be a whole number from 1 to 64. Correct'],
  ['{"slots":1.5}', 'slots is 1.5: it must be a whole number from 1 to 64. Correct'],
  ['{"slots":1e400}', 'slots is Infinity: it must be a whole number from 1 to 64. Correct'],
  ['{"slots_per_category":{"e2e_critical":0}}', 'slots_per_category.e2e_critical is 0: it must be a whole number from 1 to 64. Correct'],
  ['{"slots_per_category":{"e 2":1}}', 'slots_per_category has the name "e 2": it must be 1 to 64 letters'],
  ['{"slots_per_category":[1]}', 'slots_per_category is a list: it must be a map'],
  ['{"pressure_percent":{"cpu":0}}', 'pressure_percent.cpu is 0: it must be a number from 1 to 100. Correct'],
  ['{"pressure_percent":{"mem":3}}', 'pressure_percent.mem is unknown; did you mean memory? Correct'],
  ['{"ageing_minutes":1e9}', 'ageing_minutes is 1000000000: it must be a number from 0.01 to 100000. Correct'],
  ['{"grace_seconds":-1}', 'grace_seconds is -1: it must be a number from 0 to 600. Correct'],
  ['{"slot":3}', 'slot is unknown; did you mean slots? Correct'],
  ['{"schema":2}', 'schema is 2: it must be 1. Correct'],
  ['[]', 'the file is a list: it must be a map'],
  ['', 'is not JSON: '],
])('%s is refused with field, value and what is allowed', (text, sentence) => {
  expect(() => read(text)).toThrow(sentence);
});

test('slots of a category that no project has are no mistake, and null is half of the cores', () => {
  expect(read('{"slots":null,"slots_per_category":{"e2e_critical":1,"nobody-has-it":2}}')).toMatchObject({
    slots: null,
    slotsPerCategory: { e2e_critical: 1, 'nobody-has-it': 2 },
  });
});
