import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const CHUNK = 256 * 1024;

export interface LogPiece {
  text: string;
  /** Byte offset of the text's first byte. */
  offset: number;
  nextOffset: number;
  /** Bytes in the file now. */
  size: number;
}

/**
 * Reads at most `limit` bytes of a log from a byte offset on. Ends between characters, so that pieces can be joined as text:
 * of a log that still grows, a character that is not whole yet does not count as there. A missing file is an empty log.
 */
export async function readLogPiece(path: string, offset: number, ended: boolean, limit: number = CHUNK): Promise<LogPiece> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return { text: '', offset: 0, nextOffset: 0, size: 0 };
  try {
    const { size } = await file.stat();
    const from = Math.min(offset, size);
    const length = Math.min(Math.max(limit, 4), size - from);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    const bytes = buffer.subarray(0, bytesRead);
    const atEnd = from + bytesRead === size;
    const start = from === 0 ? 0 : leadingContinuation(bytes);
    const end = Math.max(start, atEnd && ended ? bytes.length : wholeCharacters(bytes));
    return { text: bytes.toString('utf8', start, end), offset: from + start, nextOffset: from + end, size: atEnd ? from + end : size };
  } finally {
    await file.close();
  }
}

const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes at the beginning that belong to a character before it (at most 3, RFC 3629). */
function leadingContinuation(bytes: Buffer): number {
  let count = 0;
  while (count < 3 && isContinuation(bytes[count])) count += 1;
  return count;
}

/** Length without a character at the end that is cut off. */
function wholeCharacters(bytes: Buffer): number {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && isContinuation(bytes[start])) start -= 1;
  const lead = bytes[start];
  if (lead === undefined || lead < 0xc0) return bytes.length;
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  return bytes.length - start >= needed ? bytes.length : start;
}

/** Bytes in the log of an attempt's folder; 0 where there is none. */
export async function logSize(attemptFolder: string): Promise<number> {
  const { size } = await stat(logPath(attemptFolder)).catch(() => ({ size: 0 }));
  return size;
}

export const logPath = (attemptFolder: string) => join(attemptFolder, 'output.log');

/** The last whole line of a log's end, without ANSI codes; null where there is none. */
export function lastLine(text: string): string | null {
  const lines = stripVTControlCharacters(text).split(/\r?\n|\r/);
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? null;
}
