import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Dropped } from '../contract/log.ts';
import { startOfLogPart } from '../supervisor/log-parts.ts';

const CHUNK = 256 * 1024;
const TRIES = 5;

export interface LogPiece {
  text: string;
  /** Byte offset of the text's first byte. */
  offset: number;
  nextOffset: number;
  /** Bytes ever written. */
  size: number;
  /** The bytes that were not kept around this offset; then there is no text. */
  dropped: Dropped | null;
}

/** One of the files that a log lies in: the bytes from `from` up to `to`. */
interface LogPart {
  path: string;
  from: number;
  to: number;
}

/**
 * Reads at most `limit` bytes of an attempt's log from a byte offset on. Ends between characters, so that pieces can be joined as text:
 * of a log that still grows, a character that is not whole yet does not count as there. A missing file is an empty log.
 */
export async function readLogPiece(folder: string, offset: number, ended: boolean, limit: number = CHUNK): Promise<LogPiece> {
  for (let tries = 0; ; tries += 1) {
    const parts = await partsOf(folder);
    const size = parts.at(-1)?.to ?? 0;
    const from = Math.min(offset, size);
    const next = parts.findIndex((part) => part.to > from);
    const to = parts[next]?.from ?? from;
    if (to > from) return { text: '', offset: from, nextOffset: to, size, dropped: { from: parts[next - 1]?.to ?? 0, to } };
    const bytes = await readBytes(parts, from, Math.max(limit, 4));
    if (!bytes && tries < TRIES) continue; // a part went while it was read: what is there now says so
    if (!bytes) return { text: '', offset: from, nextOffset: from, size, dropped: null };
    const stop = from + bytes.length;
    const atEnd = stop === size;
    const whole = (atEnd && ended) || (!atEnd && !parts.some((part) => part.from <= stop && stop < part.to));
    const start = from === 0 ? 0 : leadingContinuation(bytes);
    const end = Math.max(start, whole ? bytes.length : wholeCharacters(bytes));
    const text = bytes.toString('utf8', start, end);
    return { text, offset: from + start, nextOffset: from + end, size: atEnd ? from + end : size, dropped: null };
  }
}

/** The bytes from `from` on, at most `limit`, up to the first that were not kept; null where a part is gone by now. */
async function readBytes(parts: readonly LogPart[], from: number, limit: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let at = from;
  for (const part of parts) {
    const length = Math.min(part.to, from + limit) - at;
    if (part.from > at || length <= 0) continue;
    const piece = await readAt(part.path, at - part.from, length);
    if (piece.length < length) return null;
    pieces.push(piece);
    at += length;
  }
  return Buffer.concat(pieces);
}

async function readAt(path: string, position: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The log's files, in order. */
async function partsOf(folder: string): Promise<LogPart[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.map(async (name): Promise<LogPart[]> => {
    const from = startOfLogPart(name);
    if (from === null) return [];
    const path = join(folder, name);
    const file = await stat(path).catch(() => null); // the oldest ones go
    return file ? [{ path, from, to: from + file.size }] : [];
  });
  return (await Promise.all(found)).flat().sort((a, b) => a.from - b.from);
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

/** Bytes ever written to the log of an attempt's folder; 0 where there is none. */
export async function logSize(folder: string): Promise<number> {
  return (await partsOf(folder)).at(-1)?.to ?? 0;
}

/** The bytes that were not kept; null where all were. */
export async function logGap(folder: string): Promise<Dropped | null> {
  const [head, next] = await partsOf(folder);
  return head && next && next.from > head.to ? { from: head.to, to: next.from } : null;
}

/** The last `limit` bytes of a log, as text. */
export async function logTail(folder: string, limit: number): Promise<string> {
  const size = await logSize(folder);
  const piece = await readLogPiece(folder, Math.max(0, size - limit), true, limit);
  return piece.dropped ? (await readLogPiece(folder, piece.nextOffset, true, limit)).text : piece.text;
}

/** The last whole line of a log's end, without ANSI codes; null where there is none. */
export function lastLine(text: string): string | null {
  const lines = stripVTControlCharacters(text).split(/\r?\n|\r/);
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? null;
}
