import { open } from 'node:fs/promises';

const CHUNK = 1024 * 1024;

/** Reads a file of lines that another process appends to: each call gives the whole lines since the call before. */
export class NdjsonTail {
  readonly #path: string;
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** New lines, parsed; what is not JSON is passed over. A missing file has none. */
  async read(): Promise<unknown[]> {
    const file = await open(this.#path, 'r').catch(() => null);
    if (!file) return [];
    const values: unknown[] = [];
    try {
      for (;;) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, this.#offset);
        if (bytesRead === 0) return values;
        this.#offset += bytesRead;
        const bytes = Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]);
        const end = bytes.lastIndexOf(10) + 1;
        this.#rest = Buffer.from(bytes.subarray(end));
        for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line !== '') values.push(...parsed(line));
      }
    } finally {
      await file.close();
    }
  }
}

function parsed(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
