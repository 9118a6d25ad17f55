import { create } from 'zustand';

export const RUN_TABS = ['tests', 'log', 'resources', 'attempts', 'artifacts'] as const;
export type RunTab = (typeof RUN_TABS)[number];

/** What the window shows. The sheet for a new run lies over a page. */
export type Page =
  | { name: 'queue' }
  | { name: 'history' }
  /** `project`: its root; null for the one that was used last. */
  | { name: 'insights'; project: string | null }
  | { name: 'run'; task: string; tab: RunTab | null }
  /** `base` null: what the run is best compared with. */
  | { name: 'compare'; base: string | null; task: string };

interface Route {
  page: Page;
  sheet: boolean;
}

/** Reads an address such as `#/runs/task_…/log`; what is no page is the queue, `#/new` lies over the page before. */
export function parseHash(hash: string, before: Page): Route {
  const [first, second, third] = hash.replace(/^#?\/?/, '').split('/');
  switch (first) {
    case 'new':
      return { page: before, sheet: true };
    case 'history':
      return { page: { name: 'history' }, sheet: false };
    case 'insights':
      return { page: { name: 'insights', project: second ? decoded(second) : null }, sheet: false };
    case 'runs':
      if (second) return { page: { name: 'run', task: decoded(second), tab: RUN_TABS.find((tab) => tab === third) ?? null }, sheet: false };
      return { page: { name: 'history' }, sheet: false };
    case 'compare':
      if (second && third) return { page: { name: 'compare', base: decoded(second), task: decoded(third) }, sheet: false };
      if (second) return { page: { name: 'compare', base: null, task: decoded(second) }, sheet: false };
      return { page: { name: 'history' }, sheet: false };
    default:
      return { page: { name: 'queue' }, sheet: false };
  }
}

/** What was typed by hand may be no address at all; then it is taken as it is, and is the id of no task. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page. */
export function hashOf(page: Page): string {
  switch (page.name) {
    case 'queue':
      return '#/queue';
    case 'history':
      return '#/history';
    case 'insights':
      return `#/insights${page.project === null ? '' : `/${encodeURIComponent(page.project)}`}`;
    case 'compare':
      return `#/compare/${page.base === null ? '' : `${encodeURIComponent(page.base)}/`}${encodeURIComponent(page.task)}`;
    case 'run':
      return `#/runs/${encodeURIComponent(page.task)}${page.tab ? `/${page.tab}` : ''}`;
  }
}

export const NEW_RUN = '#/new';
export const insightsHash = (project: string): string => hashOf({ name: 'insights', project });
export const runHash = (task: string, tab: RunTab | null = null): string => hashOf({ name: 'run', task, tab });

/** A run beside an earlier one; null for the one that it is best compared with. */
export const compareHash = (task: string, base: string | null): string => hashOf({ name: 'compare', base, task });

/** The page by the window's address: whoever sets the address (a link, the main process) navigates. */
export const useRoute = create<Route>(() => ({ page: { name: 'queue' }, sheet: false }));

/** Follows the window's address until the answer is called. */
export function startRouter(): () => void {
  const read = () => useRoute.setState(parseHash(location.hash, useRoute.getState().page));
  read();
  window.addEventListener('hashchange', read);
  return () => window.removeEventListener('hashchange', read);
}

export function go(hash: string): void {
  location.hash = hash;
}

/** Another tab of the same run: no new step in the window's history. */
export function replaceHash(hash: string): void {
  history.replaceState(null, '', hash);
  useRoute.setState(parseHash(hash, useRoute.getState().page));
}

/** Closes the sheet: back to the page below it. */
export const closeSheet = (): void => go(hashOf(useRoute.getState().page));
