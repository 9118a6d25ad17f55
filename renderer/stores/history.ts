import { create } from 'zustand';
import { isTerminal, outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { call, listen, sentenceOf } from '../agent.ts';
import { filtersOf, type KnownProject, parseQuery, type QueryKey, type Term, withFilter, withTyped } from '../format/query.ts';
import { endedAt } from '../format/words.ts';

/** How many are asked for at a time. */
export const PAGE_SIZE = 200;

/** Names seen so far, for the menus. */
interface SeenNames {
  categories: readonly string[];
  branches: readonly string[];
  environments: readonly string[];
}

interface HistoryState extends SeenNames {
  /** What is asked, as chips. */
  terms: readonly Term[];
  /** What is being typed after them. */
  typed: string;
  tasks: readonly Task[];
  /** Where the next page begins; null where there is none. */
  next: string | null;
  loading: boolean;
  /** Counts what was asked: with each other query the list begins at its top. */
  question: number;
  /** The first page of this query has come. */
  loaded: boolean;
  error: string | null;
  projects: readonly KnownProject[];
  /** How long a suite usually takes, in ms, by `suiteKey`. */
  usual: ReadonlyMap<string, number | null>;
  /** Ids of the runs that were selected, the first one first. */
  selected: readonly string[];
}

export const useHistory = create<HistoryState>(() => ({
  terms: [],
  typed: '',
  tasks: [],
  next: null,
  loading: false,
  question: 0,
  loaded: false,
  error: null,
  categories: [],
  branches: [],
  environments: [],
  projects: [],
  usual: new Map(),
  selected: [],
}));

/** Everything that is asked now: the chips, and what is typed. */
export const askedTerms = ({ terms, typed }: Pick<HistoryState, 'terms' | 'typed'>): Term[] => withTyped(terms, parseQuery(typed));

const filtersNow = () => {
  const state = useHistory.getState();
  return filtersOf(askedTerms(state), { now: Date.now(), projects: state.projects });
};

/** Which suite a task is of. */
export const suiteKey = ({ config: { project, category, environment } }: Task): string => JSON.stringify([project, category, environment]);

/** The shown tasks after one of them changed, or another one ended. `belongs`: the query finds it. */
export function withChanged(tasks: readonly Task[], task: Task, belongs: boolean): readonly Task[] {
  if (tasks.some((other) => other.id === task.id)) return tasks.flatMap((other) => (other.id !== task.id ? other : belongs ? task : []));
  const [newest] = tasks;
  const isNewest = newest === undefined || (endedAt(task) ?? 0) >= (endedAt(newest) ?? 0);
  return belongs && isNewest ? [task, ...tasks] : tasks;
}

let asked = 0;

async function fetchPage(before: string | null): Promise<void> {
  const mine = ++asked;
  useHistory.setState({ loading: true, error: null });
  try {
    if (useHistory.getState().projects.length === 0) useHistory.setState({ projects: await call('recentProjects', {}) });
    const { tasks, next } = await call('listResults', { limit: PAGE_SIZE, before, ...filtersNow().filters });
    if (mine !== asked) return; // something else was asked meanwhile
    useHistory.setState((state) => ({
      tasks: before === null ? tasks : [...state.tasks, ...tasks],
      next,
      loading: false,
      loaded: true,
      ...namesWith(state, tasks),
    }));
    await fetchUsual(tasks);
  } catch (error) {
    if (mine === asked) useHistory.setState({ loading: false, error: sentenceOf(error) });
  }
}

function namesWith(seen: SeenNames, tasks: readonly Task[]): SeenNames {
  const more = (names: readonly string[], of: (task: Task) => string | null | undefined) =>
    [...new Set([...names, ...tasks.flatMap((task) => of(task) ?? [])])].sort();
  return {
    categories: more(seen.categories, ({ config }) => config.category),
    branches: more(seen.branches, ({ git }) => git?.branch),
    environments: more(seen.environments, ({ config }) => config.environment),
  };
}

/** Most suites that are asked about at a time. */
const MOST_SUITES = 200;

async function fetchUsual(tasks: readonly Task[]): Promise<void> {
  const unknown = new Map(
    tasks.filter((task) => !useHistory.getState().usual.has(suiteKey(task))).map((task) => [suiteKey(task), task.config]),
  );
  const keys = [...unknown.keys()].slice(0, MOST_SUITES);
  if (keys.length === 0) return;
  const suites = [...unknown.values()]
    .slice(0, MOST_SUITES)
    .map(({ project, category, environment }) => ({ project, category, environment }));
  const { durations } = await call('usualDurations', { suites });
  useHistory.setState(({ usual }) => ({
    usual: new Map([...usual, ...keys.map((key, index) => [key, durations[index] ?? null] as const)]),
  }));
}

export function loadHistory(): Promise<void> {
  return fetchPage(null);
}

export async function loadMore(): Promise<void> {
  const { next, loading } = useHistory.getState();
  if (next !== null && !loading) await fetchPage(next);
}

/** Asks something else. What is shown stays until the answer comes, so that nothing flickers while somebody types. */
function ask(change: Partial<Pick<HistoryState, 'terms' | 'typed'>>): void {
  useHistory.setState(({ question }) => ({ ...change, selected: [], question: question + 1 }));
  void loadHistory();
}

const TYPING_MS = 200;
let typing: ReturnType<typeof setTimeout> | undefined;

/** What is typed counts at once, but is asked only when the typing rests; with a space after a whole filter it becomes a chip. */
export function type(text: string): void {
  clearTimeout(typing);
  const typed = parseQuery(text);
  const last = typed.at(-1);
  if (/\s$/.test(text) && last !== undefined && last.kind !== 'words' && typed.length === 1) {
    commit(text);
  } else {
    useHistory.setState({ typed: text });
    typing = setTimeout(() => ask({}), TYPING_MS);
  }
}

/** Makes chips of what was typed. */
export function commit(text = useHistory.getState().typed): void {
  clearTimeout(typing);
  ask({ terms: withTyped(useHistory.getState().terms, parseQuery(text)), typed: '' });
}

/** Takes a chip back into the field, to be typed on. */
export function editLast(): void {
  const { terms } = useHistory.getState();
  const last = terms.at(-1);
  if (last) useHistory.setState({ terms: terms.slice(0, -1), typed: last.text });
}

export const removeTerm = (term: Term): void => ask({ terms: useHistory.getState().terms.filter((other) => other !== term) });
export const setFilter = (key: QueryKey, value: string | null): void =>
  ask({ terms: withFilter(askedTerms(useHistory.getState()), key, value), typed: '' });
export const clearQuery = (): void => ask({ terms: [], typed: '' });

/** At most two are selected: a third takes the place of the one that was selected before the last. */
export function toggleSelected(id: string): void {
  useHistory.setState(({ selected }) => ({
    selected: selected.includes(id) ? selected.filter((other) => other !== id) : [...selected.slice(-1), id],
  }));
}

/** Does the query find a task that just ended? The host knows, which looks into its tests as well. */
async function isFound(task: Task): Promise<boolean> {
  const at = endedAt(task) ?? 0;
  const { filters } = filtersNow();
  const { tasks } = await call('listResults', {
    ...filters,
    limit: 20,
    since: Math.max(at, filters.since ?? 0),
    until: Math.min(at, filters.until ?? at),
  });
  return tasks.some(({ id }) => id === task.id);
}

async function takeIn(task: Task): Promise<void> {
  const mine = asked;
  const belongs = await isFound(task);
  if (mine !== asked) return; // another page is on its way, which has it
  useHistory.setState((state) => ({ tasks: withChanged(state.tasks, task, belongs), ...namesWith(state, [task]) }));
  await fetchUsual([task]);
}

/** Keeps the list at what happens, until the answer is called. */
export function startHistory(): () => void {
  const stops = [
    listen('taskChanged', ({ task, type: change }) => {
      const { loaded, tasks } = useHistory.getState();
      if (!loaded || !isTerminal(task.state.status)) return;
      if (change === 'ended')
        takeIn(task).catch(() => {}); // the connection is lost: the next one asks again
      else if (tasks.some(({ id }) => id === task.id)) useHistory.setState({ tasks: withChanged(tasks, task, true) });
    }),
    // A new connection may be another database: what was loaded is asked for again.
    listen('reset', () => {
      if (useHistory.getState().loaded) void loadHistory();
    }),
  ];
  return () => {
    clearTimeout(typing);
    for (const stop of stops) stop();
  };
}

/** How many of these ended well and badly. */
export function tally(tasks: readonly Task[]): Record<'passed' | 'failed' | 'flaky' | 'none', number> {
  const result = { passed: 0, failed: 0, flaky: 0, none: 0 };
  for (const task of tasks) {
    const outcome = outcomeOf(task);
    if (outcome === 'timeout') result.failed++;
    else if (outcome !== 'cancelled' && outcome !== 'queued' && outcome !== 'running') result[outcome]++;
  }
  return result;
}
