import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  append,
  appendDropped,
  emptyLines,
  findText,
  forgetOldest,
  type LogLines,
  prepend,
  prependDropped,
  shownLines,
  tellsFailure,
} from './log-lines.ts';

const bytes = (text: string) => new TextEncoder().encode(text).length;
const add = (log: LogLines, text: string) => append(log, text, log.end + bytes(text));
const raws = (log: LogLines) => shownLines(log).map((line) => line.raw);
const line = (raw: string) => ({ raw, before: '' });

test('a line that comes in two pieces is one line', () => {
  const log = add(add(emptyLines(0), 'Running 25 te'), 'sts\nnext');
  expect(raws(log)).toEqual(['Running 25 tests', 'next']);
});

test('a colour that is cut by the border of a piece is whole again', () => {
  const log = add(add(emptyLines(0), 'a \u001b[3'), '1mred\u001b[0m b\n');
  expect(raws(log)).toEqual(['a \u001b[31mred\u001b[0m b']);
});

test('a colour goes on over the ends of lines until it is reset', () => {
  const log = add(emptyLines(0), '\u001b[31mone\ntwo\u001b[0m\nthree\n');
  expect(log.lines.map((line) => line.before)).toEqual(['', '\u001b[31m', '']);
});

test('a window in the middle of a log begins with a whole line', () => {
  const log = add(emptyLines(100), 'lf of a line\nwhole\n');
  expect(raws(log)).toEqual(['whole']);
  expect(raws(prepend(log, 'first\nthe ha', 88))).toEqual(['the half of a line', 'whole']);
});

test('however a log is cut, from wherever it is read, all of its lines are shown in the end', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\u001b[31m', '\u001b[0m', ' ') });
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (before, after) => {
      const whole = [...before, ...after].join('');
      let log = emptyLines(bytes(before.join('')));
      for (const piece of after) log = add(log, piece);
      for (const piece of before.toReversed()) log = prepend(log, piece, log.start - bytes(piece));
      const expected = add(emptyLines(0), whole);
      expect(raws(log)).toEqual(raws(expected));
      expect(log.end).toBe(bytes(whole));
    }),
  );
});

test('forgotten lines are counted, so that they can be read again', () => {
  const log = forgetOldest(add(emptyLines(0), 'é1\n2\n3\n4\n'), 2);
  expect(raws(log)).toEqual(['3', '4']);
  expect(log.start).toBe(bytes('é1\n'));
  expect(raws(prepend(log, 'é1\n', 0))).toEqual(['é1', '2', '3', '4']);
});

test('text is found whatever its case and colour', () => {
  expect(findText([line('\u001b[31mPay\u001b[0mment'), line('none'), line('payments')], 'PAYMENT')).toEqual([0, 2]);
  expect(findText([line('a')], '')).toEqual([]);
});

test('failures of the known runners are recognised, and sentences about failure are not', () => {
  expect(
    ['  ✘  9 [chromium] › a.spec.ts', '  1) [chromium] › a', 'not ok 3 - x', 'FAIL src/a.test.ts', '--- FAIL: TestA']
      .map(line)
      .every(tellsFailure),
  ).toBe(true);
  expect(['1 failed', 'the payment failed', '✓ 3 falls back', 'failed (retry)'].map(line).some(tellsFailure)).toBe(false);
});

test('a line stands in the place of output that was not kept, whichever way one comes to it', () => {
  const gap = { from: 8, to: 1_200_000_008 };
  const marker = '[… 1.2 GB of output were dropped here …]';
  const down = add(appendDropped(add(emptyLines(0), 'one\nhalf'), gap), 'rest\nlast\n');
  expect(raws(down)).toEqual(['one', 'half', marker, 'rest', 'last']);
  const up = prepend(prependDropped(add(emptyLines(gap.to), 'rest\nlast\n'), gap), 'one\nhalf', 0);
  expect(raws(up)).toEqual(raws(down));
  expect(down.end).toBe(gap.to + 10);
});

test('lines that are forgotten after a gap leave the window where the log goes on', () => {
  const log = add(appendDropped(add(emptyLines(0), 'a\n'), { from: 2, to: 1000 }), 'b\nc\nd\n');
  expect(forgetOldest(log, 1).start).toBe(1002);
});
