import { type Dropped, droppedText } from '../../contract/log.ts';
import { carryStyle, stripAnsi, visibleLine } from './ansi.ts';

/** A whole line of a log. */
export interface LogLine {
  /** As it was written, colours included. */
  raw: string;
  /** The style that the line above left open. */
  before: string;
  /** Bytes that were not kept, where this line stands in their place instead of having been written. */
  dropped?: Dropped;
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

/** Adds a line in the place of output that was not kept. */
export function appendDropped(log: LogLines, dropped: Dropped): LogLines {
  const whole = log.tail === '' ? log : append(log, '\n', log.end);
  return { ...whole, end: dropped.to, lines: [...whole.lines, lineOf(dropped)] };
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

/** Puts a line in the place of output that was not kept, right before the window. */
export function prependDropped(log: LogLines, dropped: Dropped): LogLines {
  return { ...log, start: dropped.from, lines: [{ raw: '', before: '' }, lineOf(dropped), ...log.lines] };
}

const lineOf = (dropped: Dropped): LogLine => ({ raw: droppedText(dropped).trim(), before: '', dropped });

/** Forgets the oldest lines, so that at most `most` are shown. */
export function forgetOldest(log: LogLines, most: number): LogLines {
  const extra = log.lines.length - most - 1; // the first one is not shown
  if (extra <= 0) return log;
  const gone = log.lines.slice(0, extra);
  const lastGap = gone.findLastIndex((line) => line.dropped);
  const from = gone[lastGap]?.dropped?.to ?? log.start;
  const bytes = new TextEncoder().encode(
    gone
      .slice(lastGap + 1)
      .map((line) => `${line.raw}\n`)
      .join(''),
  ).length;
  return { ...log, start: from + bytes, lines: log.lines.slice(extra) };
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
