/** An element of an XML document. Names are without a namespace's prefix. */
export interface Element {
  readonly name: string;
  /** Without a prototype: any name may be in it. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** All of its own text, CDATA included. */
  readonly text: string;
}

/** An element that is not there: it has nothing. */
export const NO_ELEMENT: Element = { name: '', attributes: Object.freeze(Object.create(null)), children: [], text: '' };

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

/** The children of that name. */
export const childrenOf = ({ children }: Element, name: string): Element[] => children.filter((child) => child.name === name);

export const attribute = ({ attributes }: Element, name: string): string | undefined => attributes[name];

/** All of its own text, CDATA included. */
export const textOf = ({ text }: Element): string => text;

/** The outermost elements of these names; `document` is what `parseXml` gave. */
export const rootElements = (document: Element, ...names: string[]): Element[] => names.flatMap((name) => childrenOf(document, name));
