import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestCounts } from '../../contract/result.ts';
import { Content } from './content.ts';
import { countsOf } from './ctrf.ts';
import { readerFor } from './formats.ts';
import { type ReadFile, ReportProblem } from './reader.ts';

// What real tools wrote for suites of a few tests, in a folder named by tool and version, with what the tool itself said about it. `*`
// stands for all files of a folder together.
const FOLDER = join(import.meta.dirname, 'samples');
const Sample = z.object({ said: z.string(), counts: z.record(z.string(), TestCounts) });

const filesOf = (tool: string) => readdirSync(join(FOLDER, tool)).filter((name) => name !== 'counts.json');
const textOf = (tool: string, name: string) => readFileSync(join(FOLDER, tool, name), 'utf8');
/** What k6 ended with is a part of its name here: `crossed.…` is 99. */
const exitCodeOf = (name: string) => (name.startsWith('crossed.') ? 99 : 0);

function read(text: string, name: string): ReadFile[] {
  const content = new Content(text);
  const reader = readerFor(content, name);
  const file = reader.read(content, { file: name, projectRoot: '/shop', exitCode: exitCodeOf(name) });
  return reader.merge?.([file]) ?? [file];
}

function readAll(tool: string): ReadFile[] {
  const files = filesOf(tool).map((name) => ({ name, content: new Content(textOf(tool, name)) }));
  const readers = new Set(files.map(({ name, content }) => readerFor(content, name)));
  const [reader, ...others] = readers;
  if (!reader || others.length > 0) throw new Error(`${tool} is in more than one format`);
  const all = files.map(({ name, content }) => reader.read(content, { file: name, projectRoot: '/shop', exitCode: 0 }));
  return reader.merge?.(all) ?? all;
}

const isGreen = (files: readonly ReadFile[]) =>
  files.every(({ incomplete, tests }) => !incomplete && tests.every(({ status }) => status !== 'failed' && status !== 'other')) &&
  files.some(({ tests }) => tests.some(({ status }) => status === 'passed'));

const damage = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '\0',
    '\n',
    '{',
    '[',
    '<',
    '>',
    '"',
    '\\',
    '1e999',
    'null',
    '"__proto__":',
    'not ok',
    '1..',
    '    ',
    '&x;',
    '<!DOCTYPE x>',
  ),
);
/** What follows a colon in JSON, where it is no object and no list. */
const VALUE = /(?<=": ?)("(?:[^"\\]|\\.)*"|-?\d[\d.e+-]*|true|false|null)/;

for (const tool of readdirSync(FOLDER)) {
  const { said, counts } = Sample.parse(JSON.parse(textOf(tool, 'counts.json')));

  describe(tool, () => {
    it.each(Object.entries(counts))(`is counted as the tool does: %s (${said})`, (name, expected) => {
      const files = name === '*' ? readAll(tool) : read(textOf(tool, name), name);
      expect(countsOf(files.flatMap(({ tests }) => tests))).toEqual(expected);
      expect(files.map(({ incomplete }) => incomplete)).toEqual(files.map(() => false));
    });

    it.each(filesOf(tool))('is never green where it was cut off before its results were whole: %s', (name) => {
      const whole = textOf(tool, name);
      const counted = read(whole, name).map(({ tests }) => countsOf(tests));
      // Blank characters at the end are no part of it.
      const longest = whole.trimEnd().length - 1;
      fc.assert(
        fc.property(fc.integer({ min: 0, max: longest }), (end) => {
          try {
            const files = read(whole.slice(0, end), name);
            if (isGreen(files)) expect(files.map(({ tests }) => countsOf(tests))).toEqual(counted);
          } catch (error) {
            if (!(error instanceof ReportProblem)) throw error;
            expect(error.message).toContain(name);
          }
        }),
        { numRuns: 25, examples: [[longest], [0], [1]] },
      );
    });

    it.each(filesOf(tool))('is read or refused with a sentence, whatever was damaged in it: %s', (name) => {
      const whole = textOf(tool, name);
      fc.assert(
        fc.property(fc.nat(whole.length), fc.nat(40), damage, (start, length, instead) => {
          const damaged = `${whole.slice(0, start)}${instead}${whole.slice(start + length)}`;
          try {
            for (const { tests } of read(damaged, name))
              expect(tests.every((test) => typeof test.name === 'string' && Number.isSafeInteger(test.duration))).toBe(true);
          } catch (error) {
            if (!(error instanceof ReportProblem)) throw error;
            expect(error.message).toContain(name);
          }
        }),
        { numRuns: 25 },
      );
    });

    it.each(filesOf(tool).filter((one) => one.endsWith('.json')))('is read whatever stands in place of a value: %s', (name) => {
      const values = textOf(tool, name).split(VALUE);
      fc.assert(
        // Odd ones are the values that the text was split at.
        fc.property(fc.nat((values.length - 3) / 2), fc.json(), (index, instead) => {
          try {
            read(values.with(2 * index + 1, instead).join(''), name);
          } catch (error) {
            if (!(error instanceof ReportProblem)) throw error;
          }
        }),
        { numRuns: 25 },
      );
    });
  });
}
