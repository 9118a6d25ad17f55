import { ReportProblem } from './reader.ts';

/** A line "ok" or "not ok" with all that belongs to it. */
export interface TapPoint {
  ok: boolean;
  /** As written, or counted where it is left out. */
  number: number;
  name: string;
  directive: 'todo' | 'skip' | null;
  reason: string;
  /** From `# time=12ms` after the name; null where it is not there. */
  timeMs: number | null;
  /** What its YAML block says, without the indentation. */
  yaml: string | null;
  /** Comments and indented lines right after it, as tools without YAML explain a failure. */
  comments: string[];
  /** What ran within it. */
  subtests: TapLevel | null;
  /** The comment that tape and its like write above the assertions of a test. */
  group: string;
}

/** One level of indentation: a whole document, or the subtests of one point. */
export interface TapLevel {
  points: TapPoint[];
  plan: { count: number; reason: string } | null;
  /** Subtests whose point has not come. */
  open: TapLevel | null;
}

export interface TapDocument {
  root: TapLevel;
  /** What came after "Bail out!". */
  bailOut: string | null;
  /** The text ended within a YAML block. */
  isCut: boolean;
}

const VERSION = /^TAP version \d+\s*$/;
const PLAN = /^1\.\.(\d{1,9})\s*(?:#\s*(.*))?$/;
const POINT = /^(not )?ok(?=[\s-]|$)(?:[ \t]+(\d{1,9})(?=[\s#-]|$))?[ \t]*(-)?[ \t]*(.*)$/;
const BAIL_OUT = /^bail out!\s*(.*)$/i;
/** What tools count at the end of a run. */
const COUNTS = /^ ?(?:tests|pass(?:ed)?|fail(?:ed)?|skip(?:ped)?|todo|time|duration\w*|Looks like)\b[ =:]/;
const INDENT = 4;
const DEEPEST = 100;

/** Does a text that begins so hold lines of TAP? Other output may stand before them. */
export function looksLikeTap(head: string): boolean {
  if (/^\s*[<{]/.test(head)) return false;
  return head
    .split(/\r?\n/)
    .some((line) => VERSION.test(line) || PLAN.test(line) || BAIL_OUT.test(line) || /^(not )?ok (\d+|-)(\s|$)/.test(line));
}

/**
 * The lines of TAP 13 (https://testanything.org/tap-version-13-specification.html) and 14 (…/tap-version-14-specification.html), and
 * what is around them is passed over. Several documents may stand after each other.
 */
export function parseTap(text: string, file: string): TapDocument[] {
  const documents: TapDocument[] = [];
  let current = newDocument();
  let hasVersion = false;
  let last: TapPoint | null = null;
  let comment: { text: string; line: number } | null = null;
  // tap before version 18 writes subtests in braces, after their point.
  let braces: TapPoint[] = [];
  let block: { indent: number; lines: string[] } | null = null;

  /** The failed point that lines without a meaning of their own belong to: comments, and what mocha indents. */
  let explained: TapPoint | null = null;
  const explain = (said: string) => {
    if (explained && explained.yaml === null && explained.comments.length < MOST_COMMENTS) explained.comments.push(said);
  };

  const finish = () => {
    explained = null;
    if (braces.some((point) => point === last || (point.subtests && !isUntouched(point.subtests)))) current.isCut = true;
    braces = [];
    if (!isEmpty(current)) documents.push(current);
    current = newDocument();
    last = null;
  };

  const lines = text.replace(/^\ufeff/, '').split(/\r?\n|\r/);
  for (const [index, line] of lines.entries()) {
    const body = line.trimStart();
    const indent = line.length - body.length;
    if (block) {
      // A block ends with three dots, or where something stands further left: then its end is lost, but no test is.
      const isOver = body === '...' && indent <= block.indent;
      if (!isOver && (body === '' || indent >= block.indent)) {
        block.lines.push(line.slice(block.indent));
        continue;
      }
      if (last) last.yaml = block.lines.join('\n');
      block = null;
      if (isOver) continue;
    }
    if (body === '') continue;
    if (body.startsWith('#')) {
      const said = body.slice(1).trimEnd();
      const namesSubtest = said.startsWith(' Subtest: ');
      if (namesSubtest) explained = null;
      else if (!COUNTS.test(said)) explain(said.replace(/^ {1,3}/, ''));
      comment = namesSubtest ? null : { text: said.trim(), line: index };
      continue;
    }
    if (body.startsWith('---') && last && last.yaml === null && indent > 0 && body.trimEnd() === '---') {
      block = { indent, lines: [] };
      continue;
    }
    if (indent % INDENT !== 0) {
      explain(line);
      continue;
    }
    const depth = indent / INDENT;
    if (body.trimEnd() === '}' && braces.length > 0) {
      const level = levelAt(current, depth, file, index);
      if (level.open !== null && level.open === braces.at(-1)?.subtests) {
        level.open = null;
        braces.pop();
      }
      continue;
    }
    if (depth === 0 && VERSION.test(body)) {
      if (!isBarePlan(current.root)) finish();
      hasVersion = true;
      continue;
    }
    const plan = PLAN.exec(body);
    if (plan) {
      if (depth === 0 && isMet(current.root)) finish();
      const level = levelAt(current, depth, file, index);
      // A second plan contradicts the first, unless a document was over.
      level.plan = level.plan === null ? { count: Number(plan[1]), reason: reasonOfPlan(plan[2] ?? '') } : { count: -1, reason: '' };
      continue;
    }
    const bail = BAIL_OUT.exec(body);
    if (bail) {
      current.bailOut ??= bail[1]?.trim() ?? '';
      continue;
    }
    const point = POINT.exec(body);
    if (!point || (depth > 0 && !isPlain(point) && braces.length === 0 && !isPlanned(current, depth))) {
      if (indent > 0) explain(line);
      else explained = null;
      continue;
    }
    if (depth === 0 && Number(point[2]) === 1 && isMet(current.root)) finish();
    const level = levelAt(current, depth, file, index);
    last = toPoint(point, level);
    if (hasVersion && comment?.line === index - 1) last.group = groupOf(comment.text, last.name);
    else last.group = level.points.at(-1)?.group ?? '';
    level.points.push(last);
    explained = last.ok ? null : last;
    if (last.subtests && body.trimEnd().endsWith(' {')) braces.push(last);
    level.open = braces.at(-1) === last ? last.subtests : null;
  }
  if (block) current.isCut = true;
  finish();
  return documents;
}

const MOST_COMMENTS = 50;

const newLevel = (): TapLevel => ({ points: [], plan: null, open: null });
const newDocument = (): TapDocument => ({ root: newLevel(), bailOut: null, isCut: false });
const isEmpty = ({ root, bailOut, isCut }: TapDocument) => isUntouched(root) && bailOut === null && !isCut;
const isUntouched = ({ points, plan, open }: TapLevel) => points.length === 0 && plan === null && open === null;

/** A number, a dash or nothing comes after "ok". What programs print begins so too: indented, it has to. */
const isPlain = ([, , number, dash, rest = '']: RegExpExecArray) => number !== undefined || dash !== undefined || rest === '';

/** A plan at that depth said that tests come there. */
function isPlanned({ root }: TapDocument, depth: number): boolean {
  let level: TapLevel | null = root;
  for (let at = 0; at < depth && level !== null; at += 1) level = level.open;
  return level !== null && level.plan !== null && level.points.length < level.plan.count;
}

/** A plan alone, as one that some write above the version. */
const isBarePlan = ({ plan, points, open }: TapLevel) => plan !== null && plan.count > 0 && points.length === 0 && open === null;

/** All that was planned is there. */
const isMet = ({ plan, points }: TapLevel) => plan !== null && plan.count === points.length && points.length > 0;

function levelAt({ root }: TapDocument, depth: number, file: string, index: number): TapLevel {
  if (depth > DEEPEST)
    throw new ReportProblem(`${file}, line ${index + 1}: it nests its tests more than ${DEEPEST} deep, so it was not read.`);
  let level = root;
  for (let at = 0; at < depth; at += 1) level = level.open ??= newLevel();
  return level;
}

function toPoint(match: RegExpExecArray, level: TapLevel): TapPoint {
  const all = (match[4] ?? '').trimEnd();
  const inBraces = all.endsWith(' {');
  const said = inBraces ? all.slice(0, -2) : all;
  const before = level.open === (level.points.at(-1)?.subtests ?? null) ? null : level.open;
  const { name, directive, reason, timeMs } = described(said);
  return {
    ok: match[1] === undefined,
    number: match[2] === undefined ? (level.points.at(-1)?.number ?? 0) + 1 : Number(match[2]),
    name,
    directive,
    reason,
    timeMs,
    yaml: null,
    comments: [],
    subtests: inBraces ? newLevel() : before,
    group: '',
  };
}

/** The name before the first `#` that is not escaped and begins a directive or a time. */
function described(text: string): Pick<TapPoint, 'name' | 'directive' | 'reason' | 'timeMs'> {
  const mark = /(?:^|[\s-])#\s*(?:(todo)\b:?|(skip)\S*|time=([\d.]+)(ms|s)\b)\s*(.*)$/i.exec(text);
  if (!mark) return { name: unescaped(text.trim()), directive: null, reason: '', timeMs: null };
  const [, todo, skip, time, unit, rest = ''] = mark;
  const name = unescaped(text.slice(0, mark.index).trim());
  if (time !== undefined) {
    // A directive may come after the time.
    const later = rest === '' ? null : described(rest);
    const timeMs = Number(time) * (unit === 's' ? 1000 : 1);
    return { name, directive: later?.directive ?? null, reason: later?.reason ?? '', timeMs };
  }
  // mocha writes a dash where there is no reason.
  const reason = rest.trim() === '-' ? '' : unescaped(rest.trim());
  return { name, directive: todo ? 'todo' : skip ? 'skip' : null, reason, timeMs: null };
}

const reasonOfPlan = (text: string) => text.replace(/^skip\S*\s*/i, '').trim();

/** TAP 14 escapes `#` and the backslash. */
const unescaped = (text: string) => text.replace(/\\([\\#])/g, '$1');

/** What tape writes above assertions; ava writes the test's name itself there, others numbers about the run. */
function groupOf(comment: string, name: string): string {
  const group = comment.replace(/^(?:todo|skip)\s+/i, '');
  return group === name || /^(?:time=|tests |pass |fail |duration)/.test(group) ? '' : group;
}
