import { closeSync, openSync, writeSync } from 'node:fs';

/**
 * A file that only grows. A full disk is no error here: what does not fit is left out, and said in the return value, because nothing that is
 * appended is worth the state of the attempt.
 */
export class AppendFile {
  readonly #path: string;
  #file: number | null = null;
  #tornLine = false;
  #error: string | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Why the last write was not whole, as the system says it; null where it was. */
  get error(): string | null {
    return this.#error;
  }

  /** Appends bytes; answers how many of them the file has taken. They are the kernel's when this returns, so our death does not lose them. */
  write(bytes: Uint8Array): number {
    let written = 0;
    try {
      this.#file ??= openSync(this.#path, 'a', 0o600);
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
      this.#error = null;
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
    }
    return written;
  }

  /** Appends a value as one line of JSON. After a line that was cut off, the next one begins anew, so that one line is lost and no more. */
  writeLine(value: unknown): void {
    const line = Buffer.from(`${this.#tornLine ? '\n' : ''}${JSON.stringify(value)}\n`);
    const written = this.write(line);
    if (written > 0) this.#tornLine = written < line.length;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
