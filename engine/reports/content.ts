import { ReportProblem } from './reader.ts';

/** Enough to tell a format by that is not JSON. */
const HEAD = 4096;
/** No report nests so deep; what walks through a value would. */
const DEEPEST_JSON = 500;
/** Parsers repeat what they choke on. */
const LONGEST_REASON = 200;

/** The text of a report, and what it says as JSON. */
export class Content {
  readonly text: string;
  /** Its first 4096 characters, blank ones at its beginning left out. */
  readonly head: string;
  #json: { value: unknown; error: unknown } | null = null;

  constructor(text: string) {
    this.text = text;
    this.head = text.slice(0, HEAD).trimStart();
  }

  /** Its value where the whole of it is one JSON object or array, parsed once however many readers ask; undefined where it is not. */
  get json(): unknown {
    return this.#parsed().value;
  }

  /** Throws a `ReportProblem` with the place where a text that begins as JSON does stops being it; `file` is what the sentence calls it. */
  refuseBrokenJson(file: string): void {
    const { error } = this.#parsed();
    if (error instanceof ReportProblem) throw new ReportProblem(`${file} ${error.message}`);
    if (error instanceof Error) throw new ReportProblem(jsonSentence(file, this.text, error.message));
  }

  #parsed(): { value: unknown; error: unknown } {
    this.#json ??= parse(this.text, this.head);
    return this.#json;
  }
}

function parse(text: string, head: string): { value: unknown; error: unknown } {
  if (!/^[[{]/.test(head)) return { value: undefined, error: null };
  try {
    refuseDeepJson(text);
    return { value: JSON.parse(text), error: null };
  } catch (error) {
    return { value: undefined, error };
  }
}

/** Looks at the brackets outside of strings. */
function refuseDeepJson(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > DEEPEST_JSON)
        throw new ReportProblem(
          `nests its values more than ${DEEPEST_JSON} deep (in line ${lineAt(text, at)}), which no report needs, so it was not read.`,
        );
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
}

function jsonSentence(file: string, text: string, reason: string): string {
  const position = Number(/ at position (\d+)/.exec(reason)?.[1] ?? Number.NaN);
  if (/^Unexpected end|^Unterminated/.test(reason) || position >= text.trimEnd().length)
    return `${file} ends in line ${lineAt(text, text.length)}, before its JSON was whole: it was cut off, perhaps while it was written.`;
  // V8 tells no place where a text is short; it shows the text instead.
  const place = Number.isNaN(position) ? '' : `, line ${lineAt(text, position)}, column ${position - text.lastIndexOf('\n', position - 1)}`;
  return `${file}${place}: it is not valid JSON: ${reason.replace(/(?: in JSON)? at position .*/s, '').slice(0, LONGEST_REASON)}`;
}

/** The number of the line that a character lies in, from 1. */
export function lineAt(text: string, end: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
