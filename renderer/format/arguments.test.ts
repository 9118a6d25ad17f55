import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinArguments, splitArguments } from './arguments.ts';

const split = (line: string) => {
  const result = splitArguments(line);
  return result.ok ? result.args : result.message;
};

test('arguments are split at blanks', () => {
  expect(split('  --grep @checkout   --workers 2 ')).toEqual(['--grep', '@checkout', '--workers', '2']);
  expect(split('')).toEqual([]);
});

test('quotes and backslashes take blanks in', () => {
  expect(split(`--grep "saved card" --name='a b'c`)).toEqual(['--grep', 'saved card', '--name=a bc']);
  expect(split('a\\ b "say \\"hi\\"" \'\\n\' ""')).toEqual(['a b', 'say "hi"', '\\n', '']);
});

test('nothing is expanded', () => {
  expect(split('$HOME *.ts `id`')).toEqual(['$HOME', '*.ts', '`id`']);
});

test('an open quote is named, and so is a last backslash', () => {
  expect(split('--grep "saved')).toBe('has a " that is never closed');
  expect(split(`it's`)).toBe(`has a ' that is never closed`);
  expect(split('a \\')).toBe('ends with a \\ that has nothing after it');
});

test('what was joined is split into the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom(...`ab '"\\$=-/é\n`) })),
      (args) => void expect(split(joinArguments(args))).toEqual(args),
    ),
  );
});
