import type { Params } from '../../contract/api.ts';
import { MOMENT_RULE, parseMoment } from '../../contract/moment.ts';
import { Verdict } from '../../contract/result.ts';

/** What can be asked of runs, as it is typed before a colon. */
export const QUERY_KEYS = ['verdict', 'category', 'project', 'branch', 'env', 'commit', 'since', 'until'] as const;
export type QueryKey = (typeof QUERY_KEYS)[number];

const OTHER_NAMES: Readonly<Record<string, QueryKey>> = { suite: 'category', environment: 'env', status: 'verdict' };

/** A part of a query: a filter, words to search for, or what was not understood, with the sentence that says so. */
export type Term = { text: string } & (
  | { kind: 'filter'; key: QueryKey; value: string }
  | { kind: 'words'; value: string }
  | { kind: 'problem'; problem: string }
);

/** A project that results are known of. */
export interface KnownProject {
  root: string;
  name: string;
}

type Filters = Omit<Params<'listResults'>, 'limit' | 'before'>;

/** `since:14d branch:main "saved card"` → its parts, in order. Never throws: what is not understood is a part that says so. */
export function parseQuery(text: string): Term[] {
  return partsOf(text).map(termOf);
}

/** Splits at white space outside of quotes; a quote that is never closed ends with the text. */
function partsOf(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? [];
}

const unquoted = (text: string) => text.replaceAll('"', '').trim();

function termOf(text: string): Term {
  const [, key, given] = /^(-?[A-Za-z][\w-]*):(.*)$/s.exec(text) ?? [];
  if (key === undefined || given === undefined) return { kind: 'words', text, value: unquoted(text) };
  const value = unquoted(given);
  const lower = key.toLowerCase();
  const known = QUERY_KEYS.find((one) => one === lower) ?? (Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : undefined);
  const problem = (sentence: string): Term => ({ kind: 'problem', text, problem: sentence });
  if (known === undefined) {
    return problem(
      key.startsWith('-')
        ? `“${text}” is not understood: runs cannot be left out by a filter.`
        : `“${key}:” is no filter; there are ${listed(QUERY_KEYS.map((one) => `${one}:`))}. In quotes it is searched for.`,
    );
  }
  if (value === '') return problem(`“${key}:” needs a value, such as ${known}:${EXAMPLES[known]}.`);
  const wrong = wrongWith(known, value);
  return wrong === null ? { kind: 'filter', text, key: known, value } : problem(`${known} is “${value}”; it must be ${wrong}.`);
}

const EXAMPLES: Readonly<Record<QueryKey, string>> = {
  verdict: 'failed',
  category: 'e2e',
  project: 'shop',
  branch: 'main',
  env: 'staging',
  commit: '9f3c',
  since: '14d',
  until: '2026-11-01',
};

/** What would be allowed instead; null where the value is. */
function wrongWith(key: QueryKey, value: string): string | null {
  switch (key) {
    case 'verdict':
      return value.split(',').every((one) => isVerdict(one.trim()))
        ? null
        : 'passed, failed, flaky or none, or several with commas between';
    case 'commit':
      return /^[0-9a-f]{1,64}$/i.test(value) ? null : 'the beginning of a commit, of the digits 0 to 9 and a to f';
    case 'since':
    case 'until':
      return parseMoment(value, 'begins', Date.now()) === null ? MOMENT_RULE : null;
    case 'category':
    case 'project':
    case 'branch':
    case 'env':
      return null;
  }
}

const isVerdict = (text: string): text is Verdict => Verdict.options.some((one) => one === text.toLowerCase());

/** A query as the host understands it, and what it says that cannot be asked. Never throws. */
export function filtersOf(
  terms: readonly Term[],
  { now, projects }: { now: number; projects: readonly KnownProject[] },
): { filters: Filters; problems: string[] } {
  const filters: Filters = {};
  const problems: string[] = [];
  const words: string[] = [];
  const said = new Set<QueryKey>();
  for (const term of terms) {
    if (term.kind === 'problem') problems.push(term.problem);
    else if (term.kind === 'words') words.push(term.value);
    else {
      if (said.has(term.key)) problems.push(`${term.key} is said twice; “${term.value}” is what is shown.`);
      said.add(term.key);
      const problem = add(filters, term, now, projects);
      if (problem !== null) problems.push(problem);
    }
  }
  const search = words.join(' ').trim();
  if (search.length > 1000) problems.push('At most 1000 characters can be searched for.');
  else if (search !== '') filters.search = search;
  return { filters, problems };
}

function add(
  filters: Filters,
  { key, value }: { key: QueryKey; value: string },
  now: number,
  projects: readonly KnownProject[],
): string | null {
  switch (key) {
    case 'verdict': {
      const verdicts = [...new Set(value.split(',').map((one) => one.trim().toLowerCase()))].filter(isVerdict);
      // Alone it means each run that ended badly: one that timed out as well.
      const failed = verdicts.length === 1 && verdicts[0] === 'failed';
      filters.failed = failed ? true : null;
      filters.verdict = failed ? null : verdicts;
      return null;
    }
    case 'category':
      filters.category = value;
      return null;
    case 'branch':
      filters.branch = value;
      return null;
    case 'env':
      filters.environment = value;
      return null;
    case 'commit':
      filters.commit = value;
      return null;
    case 'since':
      filters.since = parseMoment(value, 'begins', now);
      return null;
    case 'until':
      filters.until = parseMoment(value, 'ends', now);
      return null;
    case 'project': {
      const named = projects.filter(({ root, name }) => root === value || name === value);
      const [found] = named;
      filters.project = found?.root ?? value;
      if (named.length > 1)
        return `${named.length} projects are called “${value}”; ${found?.root} is shown. Name another one by its folder.`;
      return found || /^(?:\/|[A-Za-z]:\\)/.test(value) ? null : `No project with results is called “${value}”.`;
    }
  }
}

/** A filter as it is typed, in quotes where it has to be. */
export function filterTerm(key: QueryKey, value: string): Term {
  return termOf(`${key}:${/\s/.test(value) ? `"${value}"` : value}`);
}

/** The same query with one filter set to another value, or taken out (null). */
export function withFilter(terms: readonly Term[], key: QueryKey, value: string | null): Term[] {
  const at = terms.findIndex((term) => term.kind === 'filter' && term.key === key);
  const rest = terms.filter((term) => term.kind !== 'filter' || term.key !== key);
  if (value === null) return rest;
  return at < 0 ? [...rest, filterTerm(key, value)] : [...rest.slice(0, at), filterTerm(key, value), ...rest.slice(at)];
}

/** Terms that were typed after others: a filter takes the place of the earlier one of its kind. */
export function withTyped(terms: readonly Term[], typed: readonly Term[]): Term[] {
  let all = [...terms];
  for (const term of typed) all = term.kind === 'filter' ? withFilter(all, term.key, term.value) : [...all, term];
  return all;
}

/** The value of a filter; null where the query does not have it. */
export function filterValue(terms: readonly Term[], key: QueryKey): string | null {
  const found = terms.findLast((term) => term.kind === 'filter' && term.key === key);
  return found?.kind === 'filter' ? found.value : null;
}

const listed = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
