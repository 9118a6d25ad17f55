import { stripVTControlCharacters } from 'node:util';

const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
export type Style = keyof typeof CODES;

/** Colours are for terminals, and not under NO_COLOR (https://no-color.org). */
export function hasColours(sink: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): boolean {
  return sink.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** Writes text in one style, where styles show. */
export type Paint = (style: Style, text: string) => string;
export const painter =
  (colours: boolean): Paint =>
  (style, text) =>
    colours && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;

/** How text is shown on this process's stdout. */
export function onStdout(): { paint: Paint; columns: number | null } {
  // A terminal that does not know its size says 0.
  return { paint: painter(hasColours(process.stdout)), columns: process.stdout.columns || null };
}

export interface Cell {
  text: string;
  style?: Style;
  /** For numbers. */
  right?: boolean;
}
export type Row = readonly (Cell | string)[];

export interface TableOptions {
  /** Index of the column that gives way, down to 12 characters. */
  elastic: number;
  /** Width of the terminal; null where there is none. */
  columns: number | null;
  paint: Paint;
}

const GAP = '  ';
const SHORTEST = 12;

const cellOf = (cell: Cell | string): Cell => (typeof cell === 'string' ? { text: cell } : cell);

/** Rows as a table with a head and without lines. */
export function table(head: readonly string[], rows: readonly Row[], { elastic, columns, paint }: TableOptions): string {
  const cells = rows.map((row) => row.map(cellOf).map((cell) => ({ ...cell, text: oneLine(cell.text) })));
  const widths = head.map((title, index) => Math.max(width(title), ...cells.map((row) => width(row[index]?.text ?? ''))));
  const whole = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length);
  const natural = widths[elastic];
  if (columns !== null && natural !== undefined && whole > columns)
    widths[elastic] = Math.min(natural, Math.max(SHORTEST, natural - (whole - columns)));
  const isRight = head.map((_, index) => cells.some((row) => row[index]?.right === true));
  const line = (row: readonly Cell[]) =>
    row
      .map(({ text, style }, index) => {
        const cut = shortened(text, widths[index] ?? 0);
        const blanks = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(cut)));
        const painted = style ? paint(style, cut) : cut;
        if (isRight[index]) return blanks + painted;
        return index === row.length - 1 ? painted : painted + blanks;
      })
      .join(GAP);
  return [line(head.map((text) => ({ text, style: 'dim' as const }))), ...cells.map(line)].map((text) => `${text.trimEnd()}\n`).join('');
}

/** Text that others wrote (titles of tests, messages) on one line, without codes that a terminal would obey. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
}

// Made when a text needs it: that takes longer than all the rest of a command does.
let segmenter: Intl.Segmenter | undefined;
function graphemes(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

const WIDE = /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])/u;
const widthOfOne = (grapheme: string) => (WIDE.test(grapheme) ? 2 : 1);

/** Each character takes one column and stands alone: the usual case. */
const isPlain = (text: string) => /^[ -~\u00a0-\u017f\u2013-\u2026\u203a\u2713\u2717]*$/.test(text);

/** Columns that a text takes on a terminal. */
export function width(text: string): number {
  if (isPlain(text)) return text.length;
  let sum = 0;
  for (const { segment } of graphemes(text)) sum += widthOfOne(segment);
  return sum;
}

/** At most so many columns; what was cut shows as …. */
export function shortened(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  if (isPlain(text)) return `${text.slice(0, columns - 1)}…`;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes(text)) {
    used += widthOfOne(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
