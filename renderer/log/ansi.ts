// biome-ignore-all lint/suspicious/noControlCharactersInRegex: terminal sequences begin with ESC.

import Anser from 'anser';

/** A piece of a line in one style. `classes` are those of theme/log.css; `color` is a colour outside of the sixteen, as `r, g, b`. */
export interface Segment {
  text: string;
  classes: string;
  color: string | null;
}

// Everything but colours (ECMA-48, https://ecma-international.org/publications-and-standards/standards/ecma-48): what moves a cursor,
// sets a title, a link or a mode.
const CONTROLS = new RegExp(
  [
    '\\u001b[\\]P_^X][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)', // strings for the terminal: OSC, DCS, APC, PM, SOS
    '\\u001b\\[[0-?]*[ -/]*[@-ln-~]|\\u001b\\[[<-?][0-?]*m', // CSI, and those private ones that end as a colour does
    '\\u001b[ -/]+[0-~]|\\u001b[0-Z\\\\^-~]', // shorter ones: character sets, saved cursor, reset
    '\\u009b[0-?]*[ -/]*[@-~]', // CSI as one character
    '[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001a\\u001c-\\u001f\\u007f-\\u009f]',
  ].join('|'),
  'g',
);
const SGR = /\u001b\[([0-9;:]*)m/g;

/** The text alone, for searching and for plain places. */
export function stripAnsi(text: string): string {
  return text.replace(CONTROLS, '').replace(SGR, '');
}

/** `38:2::255:0:0`, as ISO 8613-6 writes it, becomes `38;2;255;0;0`; of `4:3`, a kind of underline, `4` stays. */
function withSemicolons(line: string): string {
  if (!line.includes(':')) return line;
  return line.replace(SGR, (_, codes: string) => {
    const plain = codes.split(';').map((code) => {
      const [first = '', ...rest] = code.split(':');
      if (rest.length === 0 || (first !== '38' && first !== '48')) return first;
      const [kind = '', ...values] = rest;
      return [first, kind, ...values.slice(kind === '2' ? -3 : -1)].join(';');
    });
    return `\u001b[${plain.join(';')}m`;
  });
}

/** What a terminal would show of a line that was overwritten by carriage returns. */
export function visibleLine(line: string): string {
  const trimmed = line.replace(/\r+$/, '');
  const at = trimmed.lastIndexOf('\r');
  return at < 0 ? trimmed : trimmed.slice(at + 1);
}

/**
 * The style with which the next line begins, given the one with which this line began: an escape sequence, or '' for none.
 * A line of a log is drawn alone, but colours go on over line ends.
 */
export function carryStyle(before: string, line: string): string {
  if (!line.includes('\u001b[')) return before;
  const style = new Map<string, string>();
  for (const text of [before, line]) for (const [, codes = ''] of withSemicolons(text).matchAll(SGR)) apply(style, codes);
  return style.size === 0 ? '' : `\u001b[${[...style.values()].join(';')}m`;
}

function apply(style: Map<string, string>, codes: string): void {
  const list = codes.split(';').map((code) => Number(code || 0));
  for (let i = 0; i < list.length; i++) {
    const code = list[i] ?? 0;
    if (code === 0) style.clear();
    else if (code === 38 || code === 48) {
      const length = list[i + 1] === 5 ? 3 : 5;
      style.set(code === 38 ? 'color' : 'ground', list.slice(i, i + length).join(';'));
      i += length - 1;
    } else if (code === 39) style.delete('color');
    else if (code === 49) style.delete('ground');
    else if (code === 22) {
      style.delete('1');
      style.delete('2');
    } else if (code >= 23 && code <= 29) style.delete(String(code - 20));
    else if (code < 10) style.set(String(code), String(code));
    else if (isGround(code)) style.set('ground', String(code));
    else style.set('color', String(code));
  }
}

const isGround = (code: number) => (code >= 40 && code <= 47) || (code >= 100 && code <= 107);

/** A line in pieces of one style each; `before` is the style that the line above left. */
export function segmentsOf(line: string, before = ''): Segment[] {
  return Anser.ansiToJson(before + withSemicolons(line.replace(CONTROLS, '')), { json: true, remove_empty: true, use_classes: true }).map(
    (entry) => ({
      text: entry.content,
      classes: [colorClass(entry.fg, ''), colorClass(entry.bg, 'bg-'), ...entry.decorations.map((name) => `ansi-${name}`)]
        .filter(Boolean)
        .join(' '),
      color: entry.fg === 'ansi-truecolor' ? entry.fg_truecolor : paletteColor(entry.fg),
    }),
  );
}

/** One of the 240 colours that follow the sixteen, as `r, g, b`: a cube of 6 × 6 × 6, then 24 greys. */
function paletteColor(name: string | null): string | null {
  const number = Number(/^ansi-palette-(\d+)$/.exec(name ?? '')?.[1] ?? 0);
  if (number < 16) return null;
  if (number >= 232)
    return Array(3)
      .fill(8 + (number - 232) * 10)
      .join(', ');
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const place = number - 16;
  return [level(Math.floor(place / 36)), level(Math.floor(place / 6) % 6), level(place % 6)].join(', ');
}

function colorClass(name: string | null, prefix: 'bg-' | ''): string {
  const match = /^ansi-(?:bright-)?(red|green|yellow|blue|magenta|cyan|black)$/.exec(name ?? '');
  if (match) return prefix && match[1] === 'black' ? 'ansi-bg-other' : `ansi-${prefix}${match[1]}`;
  return name && prefix ? 'ansi-bg-other' : '';
}
