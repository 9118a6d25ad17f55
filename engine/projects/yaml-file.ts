import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import { holdsDataKeys, propertyName } from '../../contract/json.ts';
import type { Path } from './problems.ts';

export interface Position {
  /** Both count from 1. */
  line: number;
  column: number;
}

/** What YAML itself has against a text: a sentence, and where. */
export class YamlError extends Error {
  readonly position: Position;

  constructor(message: string, position: Position) {
    super(message);
    this.name = 'YamlError';
    this.position = position;
  }
}

/** A YAML text (1.2, with `<<` merges) as plain values, that still knows where each of them stood. */
export interface YamlFile {
  value: unknown;
  /** Where the value or key at a path of camelCase names stands; for what is missing, where it is missing. */
  position(path: Path, at: 'key' | 'value'): Position;
  /** The key at a path as it was written; null where there is none. */
  keyText(path: Path): string | null;
  /** A number or boolean as it was written (`1.10`, not `1.1`); null where something else stands. */
  sourceText(path: Path): string | null;
}

/** Throws YamlError for whatever is not one sound YAML document. */
export function parseYaml(text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, schema: 'core', stringKeys: true });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) throw new YamlError(sentenceFor(fault, text), positionAt(fault.pos[0]));
  refusePrototype(document, positionAt);
  const value = toPlain(document, positionAt);
  const offsetOf = (path: Path, at: 'key' | 'value') => positionAt(walk(document, path, at).offset);
  return {
    value,
    position: offsetOf,
    keyText: (path) => walk(document, path, 'key').key,
    sourceText: (path) => {
      const { node } = walk(document, path, 'value');
      if (!isScalar(node) || (typeof node.value !== 'number' && typeof node.value !== 'boolean')) return null;
      return node.source ?? String(node.value);
    },
  };
}

/** JavaScript has its own idea of a key with this name, so that it would be lost without a word. */
function refusePrototype(document: Document, positionAt: (offset: number) => Position): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '__proto__')
        throw new YamlError('__proto__ cannot be used as a name', positionAt(key.range?.[0] ?? 0));
    },
  });
}

/** yaml's own words, but for the slips that people make most. */
function sentenceFor(error: YAMLError, text: string): string {
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = /^[^:\s,}]+/.exec(text.slice(error.pos[0], error.pos[0] + 100))?.[0] ?? '';
      return `${key === '' ? 'a key' : key} is there twice in the same map; keep one of them`;
    }
    case 'TAB_AS_INDENT':
      return 'a tab is used for indentation; YAML allows spaces alone';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here; the file must hold one';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a second ": " in one line is not valid YAML; put the value in quotes, or the inner key in a line of its own';
    case 'NON_STRING_KEY':
      return 'a list or map cannot be a key';
    case 'RESOURCE_EXHAUSTION':
      return 'lists or maps are nested too deeply';
    case 'TAG_RESOLVE_FAILED':
      return `${error.message.replace('Unresolved tag: ', 'the tag ')} is not known; remove it`;
    default:
      return `this is not valid YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
  }
}

function toPlain(document: Document, positionAt: (offset: number) => Position): unknown {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw aliasError(document, error, positionAt);
  }
  if (holdsItself(value, []))
    throw new YamlError('an alias refers to the list or map that it is in', positionAt(firstAlias(document)?.range?.[0] ?? 0));
  return value;
}

/** yaml counts what the aliases of one anchor unfold to, all together. */
const MOST_ALIASES = 100;

function aliasError(document: Document, error: unknown, positionAt: (offset: number) => Position): YamlError {
  const words = error instanceof Error ? error.message : String(error);
  const anchors = new Set<string>();
  visit(document, { Node: (_, node) => void (!isAlias(node) && node.anchor && anchors.add(node.anchor)) });
  const lost = firstAlias(document, ({ source }) => !anchors.has(source));
  if (lost) return new YamlError(`the alias *${lost.source} has no anchor &${lost.source}`, positionAt(lost.range?.[0] ?? 0));
  const position = positionAt(firstAlias(document)?.range?.[0] ?? 0);
  if (words.includes('Excessive alias count')) return new YamlError('the aliases unfold to too much; write some of it out', position);
  if (words.includes('Merge sources')) return new YamlError('"<<" must be followed by the alias of a map', position);
  return new YamlError(`this is not valid YAML: ${words}`, position);
}

function firstAlias(document: Document, matches: (alias: Alias) => boolean = () => true): Alias | null {
  let first: Alias | null = null;
  visit(document, {
    Alias: (_, alias) => {
      if (!matches(alias)) return undefined;
      first = alias;
      return visit.BREAK;
    },
  });
  return first;
}

function holdsItself(value: unknown, above: readonly unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.includes(value)) return true;
  const path = [...above, value];
  return Object.values(value).some((item) => holdsItself(item, path));
}

interface Place {
  offset: number;
  node: Node | null;
  key: string | null;
}

/** Follows a path as far as the document goes. */
function walk(document: Document, path: Path, at: 'key' | 'value'): Place {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  let key: string | null = null;
  let isData = false;
  for (const [depth, part] of path.entries()) {
    const isLast = depth === path.length - 1;
    const container: Node | null = isAlias(node) ? (node.resolve(document) ?? null) : node;
    const name = String(part);
    if (isSeq(container)) {
      const item: unknown = container.items[Number(part)];
      node = isNode(item) ? item : null;
      key = null;
      isData = false;
    } else {
      const pair: Pair | null = isMap(container) ? findPair(container, name, isData, document) : null;
      if (pair === null) return { offset, node: null, key: null };
      key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : String(pair.key);
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = isNode(pair.value) ? pair.value : null;
      isData = !isData && holdsDataKeys(name);
      if (isLast && at === 'key') break;
    }
    // An empty value has a place of its own, but nothing to see there: the key is the better one.
    const isEmpty = isScalar(node) && node.value === null && !node.source;
    if (node?.range && !isEmpty) offset = isLast || isSeq(container) ? node.range[0] : offset;
  }
  return { offset, node, key };
}

const isNode = (value: unknown): value is Node => isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));

/** The pair of a map, or of the maps that it merges (`<<`), whose key is `name` as written or in snake_case. */
function findPair(map: YAMLMap, name: string, isData: boolean, document: Document, depth = 0): Pair | null {
  const own =
    map.items.find((pair) => keyOf(pair) === name) ?? (isData ? undefined : map.items.find((pair) => propertyName(keyOf(pair)) === name));
  if (own) return own;
  if (depth > 10) return null;
  for (const pair of map.items) {
    if (keyOf(pair) !== '<<') continue;
    for (const source of isSeq(pair.value) ? pair.value.items : [pair.value]) {
      const merged = isAlias(source) ? source.resolve(document) : source;
      const found = isMap(merged) ? findPair(merged, name, isData, document, depth + 1) : null;
      if (found) return found;
    }
  }
  return null;
}
