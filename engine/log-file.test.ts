import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { lastLine, readLogPiece } from './log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'bge2e-log-'));
const path = join(folder, 'output.log');
afterAll(() => rmSync(folder, { recursive: true }));

async function readAll(limit: number, from = 0): Promise<string> {
  let text = '';
  for (let offset = from; ; ) {
    const piece = await readLogPiece(path, offset, true, limit);
    text += piece.text;
    if (piece.nextOffset === offset) return text;
    offset = piece.nextOffset;
  }
}

test('pieces of any length joined are the log, whatever characters it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), async (text, limit) => {
      writeFileSync(path, text);
      expect(await readAll(limit)).toBe(Buffer.from(text).toString());
    }),
    { numRuns: 60 },
  );
});

test('a character of which only the first bytes are written is not shown until it is whole', async () => {
  const bytes = Buffer.from('ab€');
  writeFileSync(path, bytes.subarray(0, 4));
  expect(await readLogPiece(path, 0, false)).toEqual({ text: 'ab', offset: 0, nextOffset: 2, size: 2 });
  appendFileSync(path, bytes.subarray(4));
  expect(await readLogPiece(path, 2, false)).toEqual({ text: '€', offset: 2, nextOffset: 5, size: 5 });
});

test('an attempt without a log has an empty one', async () => {
  expect(await readLogPiece(join(folder, 'none'), 0, false)).toEqual({ text: '', offset: 0, nextOffset: 0, size: 0 });
});

test('the last line is the last one that says something, without its colours', () => {
  expect(lastLine('one\n\u001b[32mtwo\u001b[39m\r\n\n  \n')).toBe('two');
  expect(lastLine('\n')).toBeNull();
});
