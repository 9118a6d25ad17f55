import { create } from 'zustand';
import type { Verdict } from '../../contract/result.ts';
import { isTerminal, outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { call, listen, sentenceOf } from '../agent.ts';
import { endedAt } from '../format/words.ts';

/** How many are asked for at a time. */
export const PAGE_SIZE = 200;

export interface Filter {
  category: string | null;
  verdict: Verdict | null;
}

interface HistoryState {
  filter: Filter;
  tasks: readonly Task[];
  /** Where the next page begins; null where there is none. */
  next: string | null;
  loading: boolean;
  /** The first page of this filter has come. */
  loaded: boolean;
  error: string | null;
  /** Every category seen so far. */
  categories: readonly string[];
}

export const useHistory = create<HistoryState>(() => ({
  filter: { category: null, verdict: null },
  tasks: [],
  next: null,
  loading: false,
  loaded: false,
  error: null,
  categories: [],
}));

/** Does an ended task belong to what is shown? */
export function matches(task: Task, { category, verdict }: Filter): boolean {
  if (!isTerminal(task.state.status)) return false;
  return (category === null || task.config.category === category) && (verdict === null || task.verdict === verdict);
}

/** The shown tasks after one of them changed, or another one ended. */
export function withChanged(tasks: readonly Task[], task: Task, filter: Filter): readonly Task[] {
  if (tasks.some((other) => other.id === task.id)) {
    return tasks.flatMap((other) => (other.id !== task.id ? other : matches(task, filter) ? task : []));
  }
  const [newest] = tasks;
  const isNewest = newest === undefined || (endedAt(task) ?? 0) >= (endedAt(newest) ?? 0);
  return matches(task, filter) && isNewest ? [task, ...tasks] : tasks;
}

let asked = 0;

async function fetchPage(before: string | null): Promise<void> {
  const mine = ++asked;
  useHistory.setState({ loading: true, error: null });
  try {
    const { filter } = useHistory.getState();
    const { tasks, next } = await call('listResults', { limit: PAGE_SIZE, before, ...filter });
    if (mine !== asked) return; // another filter was chosen meanwhile
    useHistory.setState((state) => ({
      tasks: before === null ? tasks : [...state.tasks, ...tasks],
      next,
      loading: false,
      loaded: true,
      categories: [...new Set([...state.categories, ...tasks.map((task) => task.config.category)])].sort(),
    }));
  } catch (error) {
    if (mine === asked) useHistory.setState({ loading: false, error: sentenceOf(error) });
  }
}

export function loadHistory(): Promise<void> {
  return fetchPage(null);
}

export async function loadMore(): Promise<void> {
  const { next, loading } = useHistory.getState();
  if (next !== null && !loading) await fetchPage(next);
}

export function setFilter(change: Partial<Filter>): void {
  useHistory.setState((state) => ({ filter: { ...state.filter, ...change }, tasks: [], next: null, loaded: false }));
  void loadHistory();
}

/** Keeps the list at what happens, until the answer is called. */
export function startHistory(): () => void {
  const stops = [
    listen('taskChanged', ({ task, type }) => {
      if (type !== 'ended' && type !== 'seen' && type !== 'notified') return;
      useHistory.setState((state) => (state.loaded ? { tasks: withChanged(state.tasks, task, state.filter) } : state));
    }),
    // A new connection may be another database: what was loaded is asked for again.
    listen('reset', () => {
      if (useHistory.getState().loaded) void loadHistory();
    }),
  ];
  return () => {
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
