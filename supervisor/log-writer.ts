import { AppendFile } from './append-file.ts';
import type { RunFolder } from './run-folder.ts';

/** 1 is stdout, 2 is stderr, as their descriptors are. */
export type LogStream = 1 | 2;

/**
 * Writes `output.log` (the bytes as they come) and `output.idx` (where each chunk begins, when it came, which stream it was). Writes at once and
 * waits: so a process that prints faster than the disk writes is slowed down by its pipe instead of filling our memory.
 */
export class LogWriter {
  readonly #log: AppendFile;
  readonly #index: AppendFile;
  readonly #elapsed: () => number;
  #offset = 0;
  #missing = 0;
  #reason = '';
  #lost = 0;

  /** `elapsed` gives the ms since the attempt started. */
  constructor(files: RunFolder, elapsed: () => number) {
    this.#log = new AppendFile(files.log);
    this.#index = new AppendFile(files.logIndex);
    this.#elapsed = elapsed;
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
    const written = this.#log.write(bytes);
    if (written > 0) this.#index.writeLine([this.#offset, Math.floor(this.#elapsed()), stream]);
    this.#offset += written;
    return written;
  }

  #lose(bytes: number): void {
    this.#missing += bytes;
    this.#lost += bytes;
    this.#reason = this.#log.error ?? this.#reason;
  }
}
