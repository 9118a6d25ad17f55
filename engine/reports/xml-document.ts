import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { ReportProblem, type Source } from './reader.ts';
import { decodeEntities, firstTag } from './xml.ts';

const DEEPEST = 100;
/** Parsers repeat what they choke on. */
const LONGEST_REASON = 200;

/**
 * An XML document as objects (see `Element`). Nothing is expanded but the five entities of XML and numbers: a document that declares its
 * own is refused. Throws a `ReportProblem` that names the place; `format` is what its sentence calls the document.
 */
export function parseXml(text: string, { file }: Source, format: string): unknown {
  const first = firstTag(text);
  if (first?.doctype)
    throw new ReportProblem(
      `${file}, line ${first.line}: it has a DOCTYPE, which no test tool needs and which can hide attacks, so it was not read.`,
    );
  try {
    const valid = XMLValidator.validate(text, {});
    if (valid !== true) throw new ReportProblem(placed(file, text, valid.err));
    return parser().parse(text);
  } catch (error) {
    if (error instanceof ReportProblem) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    if (/nested tags/i.test(reason)) throw new ReportProblem(`${file} nests its elements more than ${DEEPEST} deep, so it was not read.`);
    // What the validator lets pass and the parser does not: a comment, an instruction or a last tag without its end.
    if (/not closed|readTagExp/.test(reason)) throw new ReportProblem(cutOff(file, text));
    throw new ReportProblem(`${file} is not ${format} that can be read: ${reason.slice(0, LONGEST_REASON)}`);
  }
}

function placed(file: string, text: string, { code, msg, line, col }: { code: string; msg: string; line: number; col: number }): string {
  // Several tags that are still open at the end are listed without a place: the place is the end.
  const unclosed = code === 'InvalidXml' && msg.startsWith("Invalid '[");
  if (unclosed || /^Unclosed tag|have proper closing/.test(msg)) return cutOff(file, text);
  return `${file}, line ${line}${col === undefined ? '' : `, column ${col}`}: it is not valid XML: ${msg.slice(0, LONGEST_REASON)}`;
}

const cutOff = (file: string, text: string) =>
  `${file} ends in line ${text.split('\n').length}, before its tags were closed: it was cut off, perhaps while it was written.`;

const parser = () =>
  new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    removeNSPrefix: true,
    maxNestedTags: DEEPEST,
    jPath: false, // a path as text for each tag costs most of the time
    isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
    entityDecoder: {
      setExternalEntities: () => {},
      addInputEntities: () => {
        throw new Error('it has a DOCTYPE, which no test tool needs and which can hide attacks');
      },
      reset: () => {},
      decode: decodeEntities,
      setXmlVersion: () => {},
    },
  });
