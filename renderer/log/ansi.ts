// biome-ignore-all lint/suspicious/noControlCharactersInRegex: terminal sequences begin with ESC.

import Anser from 'anser';

/** A piece of a line in one style. `classes` are those of theme/log.css; `color` is a colour outside of the sixteen, as `r, g, b`. */
export interface Segment {
  text: string;
  classes: string;
  color: string | null;
}

// Everything that moves a cursor, sets a title or a link; colours (ending in m) stay.
const CONTROLS =
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-9;?]*[A-LN-Za-ln-z]|\u001b[()][A-Z0-9]|[\u0000-\u0008\u000b\u000c\u000e-\u001a]/g;
const SGR = /\u001b\[([0-9;]*)m/g;

/** The text alone, for searching and for plain places. */
export function stripAnsi(text: string): string {
  return text.replace(CONTROLS, '').replace(SGR, '');
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
  for (const text of [before, line]) for (const [, codes = ''] of text.matchAll(SGR)) apply(style, codes);
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
  return Anser.ansiToJson(before + line.replace(CONTROLS, ''), { json: true, remove_empty: true, use_classes: true }).map((entry) => ({
    text: entry.content,
    classes: [colorClass(entry.fg, ''), colorClass(entry.bg, 'bg-'), ...entry.decorations.map((name) => `ansi-${name}`)]
      .filter(Boolean)
      .join(' '),
    color: entry.fg === 'ansi-truecolor' ? entry.fg_truecolor : null,
  }));
}

function colorClass(name: string | null, prefix: 'bg-' | ''): string {
  const match = /^ansi-(?:bright-)?(red|green|yellow|blue|magenta|cyan|black)$/.exec(name ?? '');
  if (match) return prefix && match[1] === 'black' ? 'ansi-bg-other' : `ansi-${prefix}${match[1]}`;
  return name && prefix ? 'ansi-bg-other' : '';
}
