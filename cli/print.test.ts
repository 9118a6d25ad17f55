import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasColours, oneLine, painter, shortened, table, width } from './print.ts';

const plain = painter(false);
const sink = (isTTY: boolean) => ({ isTTY, write: () => true });

test('colours are for terminals alone, and NO_COLOR takes them away', () => {
  expect(hasColours(sink(true), {})).toBe(true);
  expect(hasColours(sink(false), {})).toBe(false);
  expect(hasColours(sink(true), { NO_COLOR: '1' })).toBe(false);
  expect(hasColours(sink(true), { NO_COLOR: '' })).toBe(true);
  expect(hasColours(sink(true), { TERM: 'dumb' })).toBe(false);
  expect(painter(true)('red', 'failed')).toBe('\u001b[31mfailed\u001b[0m');
  expect(plain('red', 'failed')).toBe('failed');
});

test('columns are as wide as their widest cell, numbers to the right, nothing after the last', () => {
  const text = table(
    ['#', 'STATUS', 'ID'],
    [
      [{ text: '9', right: true }, 'running', 'a'],
      [{ text: '10', right: true }, 'queued', 'bb'],
    ],
    { elastic: 1, columns: null, paint: plain },
  );
  expect(text).toBe(' #  STATUS   ID\n 9  running  a\n10  queued   bb\n');
});

test('the elastic column gives way on a narrow terminal, but not below what can be read', () => {
  const rows = [['1', 'a long sentence that does not fit', 'task_1']];
  const narrow = table(['#', 'WHY', 'ID'], rows, { elastic: 1, columns: 30, paint: plain });
  expect(narrow.split('\n')[1]).toBe('1  a long sentence th…  task_1');
  expect(narrow.split('\n').every((line) => width(line) <= 30)).toBe(true);
  expect(table(['#', 'WHY', 'ID'], rows, { elastic: 1, columns: 5, paint: plain }).split('\n')[1]).toBe('1  a long sent…  task_1');
});

test('painted cells are as wide as plain ones', () => {
  const rows = [
    [{ text: 'failed', style: 'red' as const }, 'x'],
    ['ok', 'y'],
  ];
  const painted = table(['A', 'B'], rows, { elastic: 0, columns: null, paint: painter(true) });
  expect(oneLine(painted.split('\n')[1] ?? '')).toBe('failed  x');
  expect(painted.split('\n')[2]).toBe('ok      y');
});

test('wide characters count as two columns', () => {
  expect([width('abc'), width('日本'), width('👩‍👩‍👧'), width('é')]).toEqual([3, 4, 2, 1]);
  expect(shortened('日本語', 4)).toBe('日…');
});

test('text of others cannot move the cursor or colour the terminal', () => {
  expect(oneLine('a\u001b[2Jb\nc\u0007\u009bd')).not.toMatch(/\p{Cc}/u);
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}/u.test(oneLine(text))));
});

test('what is shortened never takes more than its columns', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 1, max: 30 }),
      (text, columns) => width(shortened(text, columns)) <= columns,
    ),
  );
});
