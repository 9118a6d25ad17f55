import { stripVTControlCharacters } from 'node:util';

/** What is longer is no line of a test runner's; the rest of it is passed over. */
const LONGEST_LINE = 1000;

/** Cuts text that comes in pieces into whole lines, without colours. A carriage return ends a line, too: progress bars overwrite themselves. */
export class Lines {
  #rest = '';
  #skips = false;

  /** What is there of a line that has not ended; empty where that is too long already. */
  get unfinished(): string {
    return this.#skips ? '' : plain(this.#rest);
  }

  take(text: string): string[] {
    const parts = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    const rest = parts.pop() ?? '';
    const lines: string[] = [];
    for (const part of parts) {
      if (!this.#skips) lines.push(plain(part.slice(0, LONGEST_LINE)));
      this.#skips = false;
    }
    if (rest.length > LONGEST_LINE && !this.#skips) {
      lines.push(plain(rest.slice(0, LONGEST_LINE)));
      this.#skips = true;
    }
    this.#rest = this.#skips ? (rest.endsWith('\r') ? '\r' : '') : rest;
    return lines;
  }
}

const plain = (line: string) => (line.includes('\u001b') ? stripVTControlCharacters(line) : line);
