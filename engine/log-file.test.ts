import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logPartPath } from '../supervisor/log-parts.ts';
import { LogWriter } from '../supervisor/log-writer.ts';
import { lastLine, logGap, logSize, logTail, readLogPiece } from './log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bge2e-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const whole = (text: string | Buffer) => writeFileSync(logPartPath(folder, 0), text);

async function readAll(limit: number, from = 0): Promise<string> {
  let text = '';
  for (let offset = from; ; ) {
    const piece = await readLogPiece(folder, offset, true, limit);
    text += piece.dropped ? `<${piece.dropped.from}-${piece.dropped.to}>` : piece.text;
    if (piece.nextOffset === offset) return text;
    offset = piece.nextOffset;
  }
}

test('pieces of any length joined are the log, whatever characters it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 9 }), async (text, limit) => {
      whole(text);
      expect(await readAll(limit)).toBe(Buffer.from(text).toString());
    }),
    { numRuns: 60 },
  );
});

test('a log that fits its cap is read whole, however its parts cut its characters', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '🙂', '\n'), maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), async (chunks, limit) => {
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'bge2e-log-'));
      const log = new LogWriter(folder, Math.ceil((Buffer.byteLength(chunks.join('')) * 8) / 7) + 8, () => 0);
      for (const chunk of chunks) log.write(1, Buffer.from(chunk));
      log.close();
      expect(await readAll(limit)).toBe(chunks.join(''));
    }),
    { numRuns: 60 },
  );
});

test('of a log beyond its cap the beginning and the end are read, and which bytes are missing between them', async () => {
  const log = new LogWriter(folder, 80, () => 0); // 40 to begin with, then parts of 10
  const lines = Array.from({ length: 30 }, (_, n) => `line ${String(n).padStart(4, '0')}\n`); // 10 bytes each
  for (const line of lines) log.write(1, Buffer.from(line));
  log.close();
  const kept = `${lines.slice(0, 4).join('')}<40-260>${lines.slice(26).join('')}`;
  for (const limit of [4, 7, 1000]) expect(await readAll(limit)).toBe(kept);
  expect(await logGap(folder)).toEqual({ from: 40, to: 260 });
  expect(await logSize(folder)).toBe(300);
  expect(await readLogPiece(folder, 100, true)).toEqual({
    text: '',
    offset: 100,
    nextOffset: 260,
    size: 300,
    dropped: { from: 40, to: 260 },
  });
  expect(await logTail(folder, 20)).toBe(lines.slice(28).join(''));
  expect(await logTail(folder, 200)).toBe(lines.slice(26).join(''));
});

test('a log of any length, written in chunks of any length, is its beginning, what was dropped, and its end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 60 }), { maxLength: 30 }), fc.integer({ min: 8, max: 200 }), async (lengths, cap) => {
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'bge2e-log-'));
      const log = new LogWriter(folder, cap, () => 0);
      let text = '';
      for (const length of lengths) {
        const chunk = Array.from({ length }, (_, n) => String((text.length + n) % 10)).join('');
        log.write(1, Buffer.from(chunk));
        text += chunk;
      }
      log.close();
      const gap = await logGap(folder);
      expect(await logSize(folder)).toBe(text.length);
      const { from, to } = gap ?? { from: 0, to: 0 };
      expect(await readAll(16)).toBe(gap ? `${text.slice(0, from)}<${from}-${to}>${text.slice(to)}` : text);
      expect(text.length - (to - from)).toBeLessThanOrEqual(cap);
      if (gap) expect(text.length - (to - from)).toBeGreaterThan(cap / 2);
    }),
    { numRuns: 100 },
  );
});

test('a character of which only the first bytes are written is not shown until it is whole', async () => {
  const bytes = Buffer.from('ab€');
  whole(bytes.subarray(0, 4));
  expect(await readLogPiece(folder, 0, false)).toEqual({ text: 'ab', offset: 0, nextOffset: 2, size: 2, dropped: null });
  appendFileSync(logPartPath(folder, 0), bytes.subarray(4));
  expect(await readLogPiece(folder, 2, false)).toEqual({ text: '€', offset: 2, nextOffset: 5, size: 5, dropped: null });
});

test('an attempt without a log has an empty one', async () => {
  expect(await readLogPiece(join(folder, 'none'), 0, false)).toEqual({ text: '', offset: 0, nextOffset: 0, size: 0, dropped: null });
  expect(await logGap(folder)).toBeNull();
});

test('the last line is the last one that says something, without its colours', () => {
  expect(lastLine('one\n\u001b[32mtwo\u001b[39m\r\n\n  \n')).toBe('two');
  expect(lastLine('\n')).toBeNull();
});
