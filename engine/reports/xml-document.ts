import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { ReportProblem, type Source } from './reader.ts';
import { type Element, firstTag, NO_ELEMENT } from './xml.ts';

interface OpenElement extends Element {
  children: Element[];
  text: string;
}

const DEEPEST = 100;
const NONE: ReadonlySet<string> = new Set();

/**
 * What is not XML and does no harm: writers copy colour codes and other control characters of what was printed, and HTML's entities; some
 * put a blank line before the declaration.
 */
const TOLERATED =
  /disallowed character\.$|undefined entity\.$|malformed character entity\.$|in entity name\.$|"\]\]>" is disallowed|must (?:appear|be) at the start/;
/** How the parser says that the text ended too early. */
const ENDED = /unclosed tag|unexpected end|must contain a root element/;

/**
 * An XML document, as an element without a name around its outermost one. Nothing is expanded but the five entities of XML and numbers: a
 * document that declares its own is refused. `passedOver`: names of elements that nobody looks at, so that they are not kept. Throws a
 * `ReportProblem` that names the place.
 */
export function parseXml(text: string, { file }: Source, passedOver: ReadonlySet<string> = NONE): Element {
  const parser = new SaxesParser({});
  const document: OpenElement = { name: '', attributes: NO_ELEMENT.attributes, children: [], text: '' };
  const open = [document];
  let isOdd = false;
  /** The parser leaves numbers alone that stand for no character of XML, such as &#27; of a colour code. */
  const decoded = (value: string) => (isOdd ? decodeNumbers(value) : value);

  const refuseDoctype = (line: number) => {
    throw new ReportProblem(
      `${file}, line ${line}: it has a DOCTYPE, which no test tool needs and which can hide attacks, so it was not read.`,
    );
  };
  const first = firstTag(text);
  if (first?.doctype) refuseDoctype(first.line);
  parser.on('error', ({ message }) => {
    if (TOLERATED.test(message)) isOdd = true;
    else if (ENDED.test(message)) throw new ReportProblem(cutOff(file, text));
    else if (message.includes('doctype')) refuseDoctype(parser.line);
    else throw new ReportProblem(`${file}, line ${parser.line}, column ${parser.column}: it is not valid XML: ${reasonOf(message)}`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length > DEEPEST)
      throw new ReportProblem(`${file} nests its elements more than ${DEEPEST} deep (in line ${parser.line}), so it was not read.`);
    const element: OpenElement = { name: localName(name), attributes: attributesOf(attributes, isOdd), children: [], text: '' };
    if (!passedOver.has(element.name)) open.at(-1)?.children.push(element);
    open.push(element);
  });
  const onText = (piece: string) => {
    const element = open.at(-1);
    if (element) element.text += decoded(piece);
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  return document;
}

const cutOff = (file: string, text: string) =>
  `${file} ends in line ${text.split('\n').length}, before its tags were closed: it was cut off, perhaps while it was written.`;

/** Parsers put a place before what they say, and repeat what they choke on. */
const reasonOf = (message: string) => message.replace(/^(?:\d+:)+ /, '').slice(0, 200);

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** The parser's own object, which has no prototype; another one where a name has to change. */
function attributesOf(attributes: SaxesTagPlain['attributes'], isOdd: boolean): Element['attributes'] {
  let isSame = !isOdd;
  for (const name in attributes) if (name.includes(':')) isSame = false;
  if (isSame) return attributes;
  const renamed: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) renamed[localName(name)] = isOdd ? decodeNumbers(value) : value;
  return renamed;
}

function decodeNumbers(text: string): string {
  return text.replace(/&#(?:(\d{1,7})|x([\da-fA-F]{1,6}));/g, (all, decimal?: string, hex?: string) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code < 0x20 ? String.fromCharCode(code) : all;
  });
}
