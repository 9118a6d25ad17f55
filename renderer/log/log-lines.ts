import { carryStyle, stripAnsi, visibleLine } from './ansi.ts';

/** A whole line of a log. */
export interface LogLine {
  /** As it was written, colours included. */
  raw: string;
  /** The style that the line above left open. */
  before: string;
}

/**
 * A window of a log between two byte offsets. Pieces are added at its end as they come and at its beginning as somebody scrolls up;
 * a piece may begin and end anywhere.
 */
export interface LogLines {
  /** Bytes of the log that lie before. While there are some, the first line is only the end of one and is not shown. */
  start: number;
  /** Byte offset after the last piece. */
  end: number;
  lines: readonly LogLine[];
  /** The last line, not ended yet. */
  tail: string;
}

/** Nothing read yet; `start` is where reading begins. */
export const emptyLines = (start: number): LogLines => ({ start, end: start, lines: [], tail: '' });

/** Adds what was written after the window. */
export function append(log: LogLines, text: string, nextOffset: number): LogLines {
  const parts = (log.tail + text).split('\n');
  const tail = parts.pop() ?? '';
  return { ...log, end: nextOffset, lines: parts.length === 0 ? log.lines : [...log.lines, ...styled(parts, styleAtEnd(log.lines))], tail };
}

/** Adds what lies before the window; `offset` is where the piece begins. */
export function prepend(log: LogLines, text: string, offset: number): LogLines {
  const parts = text.split('\n');
  const joint = parts.pop() ?? '';
  const before = styled(parts, '');
  const [first, ...rest] = log.lines;
  if (!first) return { ...log, start: offset, lines: before, tail: joint + log.tail };
  const style = styleAtEnd(before);
  const [opened] = styled([joint + first.raw], style);
  const unchanged = opened && carryStyle(opened.before, opened.raw) === carryStyle(first.before, first.raw);
  const after = unchanged ? [opened, ...rest] : styled([joint + first.raw, ...rest.map((line) => line.raw)], style);
  return { ...log, start: offset, lines: [...before, ...after] };
}

/** Forgets the oldest lines, so that at most `most` are shown. */
export function forgetOldest(log: LogLines, most: number): LogLines {
  const extra = log.lines.length - most - 1; // the first one is not shown
  if (extra <= 0) return log;
  const gone = log.lines.slice(0, extra);
  const bytes = new TextEncoder().encode(gone.map((line) => `${line.raw}\n`).join('')).length;
  return { ...log, start: log.start + bytes, lines: log.lines.slice(extra) };
}

/** All lines to show, the unfinished last one too. */
export function shownLines(log: LogLines): readonly LogLine[] {
  const all = log.tail === '' ? log.lines : [...log.lines, { raw: log.tail, before: styleAtEnd(log.lines) }];
  return log.start > 0 ? all.slice(1) : all;
}

function styled(raws: readonly string[], before: string): LogLine[] {
  let style = before;
  return raws.map((raw) => {
    const line = { raw, before: style };
    style = carryStyle(style, raw);
    return line;
  });
}

function styleAtEnd(lines: readonly LogLine[]): string {
  const last = lines.at(-1);
  return last ? carryStyle(last.before, last.raw) : '';
}

/** A line as it is searched: what can be read of it. */
export const plainText = (line: LogLine): string => stripAnsi(visibleLine(line.raw));

/** The numbers of the lines that hold `text`, whatever its case. */
export function findText(lines: readonly LogLine[], text: string): number[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  return lines.flatMap((line, index) => (plainText(line).toLowerCase().includes(wanted) ? [index] : []));
}

/** Does this line tell of a test that failed? Marks of Playwright, Cypress, vitest, pytest, TAP and Go. */
export function tellsFailure(line: LogLine): boolean {
  return /^\s*(?:✘|✗|✖|×|x\s+\d|not ok\b|--- FAIL\b|FAIL(?:ED)?\b)|^\s*\d+\) \S/.test(plainText(line));
}
