import { rmSync } from 'node:fs';
import { AppendFile } from './append-file.ts';
import { indexPartPath, logPartPath, shareOut } from './log-parts.ts';

/** 1 is stdout, 2 is stderr, as their descriptors are. */
export type LogStream = 1 | 2;

/** Chunks of one stream within this time share an entry of the index. */
const INDEX_MS = 100;
/** An index has at most an entry for so many bytes of what its log may hold, so that a suite that prints byte by byte does not fill the disk. */
const BYTES_PER_ENTRY = 256;

/**
 * Writes the log (the bytes as they come, at most `capBytes` of them: the beginning and the end are kept) and its index (where a chunk begins,
 * when it came, which stream it was). Writes at once and waits: so a process that prints faster than the disk writes is slowed down by
 * its pipe instead of filling our memory.
 */
export class LogWriter {
  readonly #folder: string;
  readonly #elapsed: () => number;
  readonly #shares: ReturnType<typeof shareOut>;
  /** Offsets of the first bytes of the parts after the beginning, the oldest first. */
  readonly #parts: number[] = [];
  #log: AppendFile;
  #index: AppendFile;
  /** Bytes that the part in use may still take, and entries its index may. */
  #room: number;
  #entries: number;
  #lastEntry: { stream: LogStream; at: number } | null = null;
  #offset = 0;
  #missing = 0;
  #reason = '';
  #lost = 0;

  /** `elapsed` gives the ms since the attempt started. */
  constructor(folder: string, capBytes: number, elapsed: () => number) {
    this.#folder = folder;
    this.#elapsed = elapsed;
    this.#shares = shareOut(capBytes);
    this.#log = new AppendFile(logPartPath(folder, 0));
    this.#index = new AppendFile(indexPartPath(folder, 0));
    this.#room = this.#shares.head;
    this.#entries = entriesFor(this.#room);
  }

  /** Appends a chunk. What a full disk does not take is counted, and named in the log as soon as there is room. */
  write(stream: LogStream, chunk: Uint8Array): void {
    if (this.#missing > 0) {
      const note = Buffer.from(`\n[background-e2e: ${this.#missing} bytes of output are missing here: ${this.#reason}]\n`);
      if (this.#append(2, note) < note.length) {
        this.#lose(chunk.length);
        return;
      }
      this.#missing = 0;
    }
    const written = this.#append(stream, chunk);
    if (written < chunk.length) this.#lose(chunk.length - written);
  }

  /** A sentence about output that could not be written; null where all of it was. */
  get loss(): string | null {
    return this.#lost === 0 ? null : `${this.#lost} bytes of output could not be written to the log: ${this.#reason}.`;
  }

  close(): void {
    this.#log.close();
    this.#index.close();
  }

  #append(stream: LogStream, bytes: Uint8Array): number {
    for (let done = 0; ; ) {
      if (done === bytes.length) return done;
      if (this.#room === 0) this.#beginPart();
      const slice = bytes.subarray(done, done + this.#room);
      const written = this.#log.write(slice);
      if (written > 0) this.#enter(stream);
      this.#offset += written;
      this.#room -= written;
      done += written;
      if (written < slice.length) return done;
    }
  }

  #enter(stream: LogStream): void {
    const at = Math.floor(this.#elapsed());
    const last = this.#lastEntry;
    if (this.#entries === 0 || (last?.stream === stream && at - last.at < INDEX_MS)) return;
    this.#index.writeLine([this.#offset, at, stream]);
    this.#entries -= 1;
    this.#lastEntry = { stream, at };
  }

  #beginPart(): void {
    this.close();
    const { part, parts } = this.#shares;
    while (this.#parts.length >= parts) {
      const oldest = this.#parts.shift();
      if (oldest !== undefined) for (const path of [logPartPath, indexPartPath]) rmSync(path(this.#folder, oldest), { force: true });
    }
    this.#parts.push(this.#offset);
    this.#log = new AppendFile(logPartPath(this.#folder, this.#offset));
    this.#index = new AppendFile(indexPartPath(this.#folder, this.#offset));
    this.#room = part;
    this.#entries = entriesFor(part);
    this.#lastEntry = null;
  }

  #lose(bytes: number): void {
    this.#missing += bytes;
    this.#lost += bytes;
    this.#reason = this.#log.error ?? this.#reason;
  }
}

const entriesFor = (bytes: number) => Math.ceil(bytes / BYTES_PER_ENTRY);
