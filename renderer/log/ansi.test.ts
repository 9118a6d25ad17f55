import { expect, test } from 'vitest';
import { carryStyle, segmentsOf, stripAnsi, visibleLine } from './ansi.ts';

test('colours become classes of the theme', () => {
  expect(segmentsOf('\u001b[32m✓\u001b[39m \u001b[1mok\u001b[22m')).toEqual([
    { text: '✓', classes: 'ansi-green', color: null },
    { text: ' ', classes: '', color: null },
    { text: 'ok', classes: 'ansi-bold', color: null },
  ]);
});

test('a line goes on in the colour that the one above left', () => {
  expect(segmentsOf('still red', carryStyle('', '\u001b[31mred'))).toEqual([{ text: 'still red', classes: 'ansi-red', color: null }]);
});

test('bright colours and backgrounds have classes too', () => {
  expect(segmentsOf('\u001b[91;41mx')[0]?.classes).toBe('ansi-red ansi-bg-red');
});

test('true colours are kept as numbers', () => {
  expect(segmentsOf('\u001b[38;2;1;2;3mx')[0]?.color).toBe('1, 2, 3');
});

test('colours of the palette and those that are written with colons are colours too', () => {
  expect(segmentsOf('\u001b[38;5;208mx')[0]?.color).toBe('255, 135, 0');
  expect(segmentsOf('\u001b[38;5;244mx')[0]?.color).toBe('128, 128, 128');
  expect(segmentsOf('\u001b[38:2::255:0:7mx')).toEqual([{ text: 'x', classes: '', color: '255, 0, 7' }]);
  expect(segmentsOf('\u001b[4:3mx')[0]?.classes).toBe('ansi-underline');
  expect(segmentsOf('at 12:30 \u001b[38;5;208mx')[1]?.color).toBe('255, 135, 0');
  expect(carryStyle('', '\u001b[38:5:208mx')).toBe('\u001b[38;5;208m');
});

test('styles end with their own codes', () => {
  expect(carryStyle('', '\u001b[1;31mx')).toBe('\u001b[1;31m');
  expect(carryStyle('\u001b[1;31m', 'x\u001b[22m')).toBe('\u001b[31m');
  expect(carryStyle('\u001b[1;31m', 'x\u001b[39m')).toBe('\u001b[1m');
  expect(carryStyle('\u001b[38;5;208m', 'x\u001b[m')).toBe('');
  expect(carryStyle('\u001b[38;5;208m', 'x\u001b[48;2;1;2;3m')).toBe('\u001b[38;5;208;48;2;1;2;3m');
});

test('what moves the cursor is not shown', () => {
  expect(stripAnsi('\u001b[2K\u001b[1A\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe('red link');
  expect(segmentsOf('\u001b[2K\u001b[1Aone').map((segment) => segment.text)).toEqual(['one']);
});

test('strings, modes and characters for the terminal alone are not shown', () => {
  for (const sequence of [
    '\u001bPdevice\u001b\\',
    '\u001b_app\u001b\\',
    '\u001b7',
    '\u001b=',
    '\u001bc',
    '\u001b(B',
    '\u001b#8',
    '\u001b[>4;1m',
    '\u001b[?25l',
  ])
    expect(stripAnsi(`a${sequence}b`), JSON.stringify(sequence)).toBe('ab');
  expect(stripAnsi('a\u009b31mb\u0085c\u007f')).toBe('abc');
  expect(stripAnsi('Größe ✓ 日本 👩‍👩‍👧')).toBe('Größe ✓ 日本 👩‍👩‍👧');
});

test('of a line that was overwritten only its last state is shown', () => {
  expect(visibleLine('10 %\r20 %\r100 %\r')).toBe('100 %');
  expect(visibleLine('windows\r')).toBe('windows');
});
