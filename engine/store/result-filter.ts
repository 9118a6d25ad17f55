import { posix, win32 } from 'node:path';
import type { Verdict } from '../../contract/result.ts';
import type { Entry, Shared } from './result-index.ts';

/** Which ended tasks are asked for; null or absent asks for nothing in particular. */
export interface ResultFilter {
  /** A project's root, or a folder in it. */
  project?: string | null;
  category?: string | null;
  environment?: string | null;
  branch?: string | null;
  /** The commit's beginning. */
  commit?: string | null;
  verdict?: Verdict | readonly Verdict[] | null;
  /** Only what failed or timed out. */
  failed?: boolean | null;
  /** Ended at this moment or later, in UTC ms. */
  since?: number | null;
  until?: number | null;
  /** Each of its words occurs in the task's id, number, project, category, environment, branch, commit or error, or in the title of one of its tests. */
  search?: string | null;
}

/** Did a run have a test whose title holds that word? */
export type HasTest = (entry: Entry) => boolean;

/** What is asked of each entry, but for the times, which are a range. `testsNamed` looks a word up among the tests. */
export function matcherOf(
  filter: ResultFilter,
  projects: Iterable<string>,
  testsNamed: (word: string) => HasTest,
): (entry: Entry) => boolean {
  const asked: ((entry: Entry) => boolean)[] = [];
  const { project, category, environment, branch, commit, failed, search } = filter;
  if (project) {
    const root = deepestAround(project, projects);
    asked.push((entry) => entry.project.text === root);
  }
  if (category) asked.push((entry) => entry.category.text === category);
  if (environment) asked.push((entry) => entry.environment.text === environment);
  if (branch) asked.push((entry) => entry.branch?.text === branch);
  if (commit) {
    const beginning = commit.toLowerCase();
    asked.push((entry) => entry.commit?.lower.startsWith(beginning) ?? false);
  }
  const verdicts: readonly string[] = typeof filter.verdict === 'string' ? [filter.verdict] : (filter.verdict ?? []);
  if (verdicts.length > 0) asked.push(({ verdict }) => verdict !== null && verdicts.includes(verdict));
  if (failed) asked.push(({ verdict, status }) => status !== 'cancelled' && (verdict === 'failed' || status === 'timeout'));
  for (const word of wordsOf(search)) asked.push(wordMatcher(word, testsNamed(word)));
  return (entry) => {
    for (const matches of asked) if (!matches(entry)) return false;
    return true;
  };
}

const wordsOf = (search: string | null | undefined): string[] =>
  (search ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/** Numbers the questions that were asked of shared texts. */
let questions = 0;

function wordMatcher(word: string, hasTest: HasTest): (entry: Entry) => boolean {
  const question = ++questions;
  const holds = (shared: Shared | null): boolean => {
    if (shared === null) return false;
    if (shared.asked !== question) {
      shared.asked = question;
      shared.answer = shared.lower.includes(word);
    }
    return shared.answer;
  };
  const digits = /^#?(\d{1,15})$/.exec(word)?.[1];
  const number = digits === undefined ? null : Number(digits);
  // Ids begin alike: less than this of one would find every task of a month.
  const idPart = /^task_[0-9a-z]*$/.test(word) ? word : /^[0-9a-z]{6,12}$/.test(word) ? `task_${word}` : null;
  return (entry) =>
    (number !== null && entry.number === number) ||
    (idPart !== null && entry.taskId.startsWith(idPart)) ||
    holds(entry.words) ||
    holds(entry.commit) ||
    holds(entry.error) ||
    hasTest(entry);
}

/** The innermost of these projects that a folder lies in, so that results can be asked for from anywhere in a project. */
export function deepestAround(folder: string, projects: Iterable<string>): string {
  let deepest = '';
  for (const root of projects) {
    const { sep } = root.includes('\\') ? win32 : posix;
    const isAround = folder === root || folder.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
    if (isAround && root.length > deepest.length) deepest = root;
  }
  return deepest === '' ? folder : deepest;
}
