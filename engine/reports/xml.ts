/** An element as the XML parser gives it: attributes as `@_name`, its text as `#text`, each kind of child as a list. */
export type Element = Readonly<Record<string, unknown>>;

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Expands the five named entities of XML and character numbers, once; others stay as they are. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g,
    (all, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return NAMED[name] ?? all;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : all;
    },
  );
}

/**
 * The first element's name (without a namespace's prefix) and its line, or that a DOCTYPE comes before it; null where there is
 * no element, as in a text that is not XML. Looks over a byte order mark, the XML declaration, other instructions and comments.
 */
export function firstTag(text: string): { name: string; doctype: boolean; line: number } | null {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
    const over = text.startsWith('<?', at) ? '?>' : text.startsWith('<!--', at) ? '-->' : null;
    if (over === null) break;
    const end = text.indexOf(over, at);
    if (end === -1) return null;
    at = end + over.length;
  }
  const line = text.slice(0, at).split('\n').length;
  if (/^<!DOCTYPE/i.test(text.slice(at, at + 9))) return { name: '', doctype: true, line };
  const name = /^<(?:[\w.-]+:)?([\w.-]+)/.exec(text.slice(at, at + 200))?.[1];
  return name === undefined ? null : { name, doctype: false, line };
}

const isElement = (value: unknown): value is Element => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The children of that name; one without attributes and children is only its text. */
export function childrenOf(element: Element, name: string): Element[] {
  const value = Object.hasOwn(element, name) ? element[name] : undefined;
  return (Array.isArray(value) ? value : []).map((child) => (isElement(child) ? child : { '#text': child }));
}

/** The outermost elements of these names. */
export function rootElements(document: unknown, ...names: string[]): Element[] {
  return isElement(document) ? names.flatMap((name) => childrenOf(document, name)) : [];
}

export function attribute(element: Element, name: string): string | undefined {
  const key = `@_${name}`;
  const value = Object.hasOwn(element, key) ? element[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function textOf(element: Element): string {
  const value = Object.hasOwn(element, '#text') ? element['#text'] : undefined;
  return typeof value === 'string' ? value : '';
}
