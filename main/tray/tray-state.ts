import { changeText } from '../../contract/change-text.ts';
import type { Progress } from '../../contract/result.ts';
import type { Task } from '../../contract/task.ts';
import { endInWords, plural, whatToSay } from '../../engine/notices/what-to-say.ts';
import type { TrayFacts } from './tray-facts.ts';

export type TrayIcon =
  | { kind: 'idle' | 'failed' | 'paused' | 'no-host' }
  /** Percent in steps of 5: the share of all known tests of all running tasks that have ended. */
  | { kind: 'running' | 'running-failed'; percent: number };

export type TrayAction = { do: 'open'; page: string | null } | { do: 'pause'; paused: boolean } | { do: 'quit'; tasks: 'keep' | 'cancel' };

/** null is a separator. */
export type TrayMenuItem = { label: string; action: TrayAction | null } | null;

export interface TrayState {
  icon: TrayIcon;
  /** Two lines at most. */
  tooltip: string;
  menu: TrayMenuItem[];
}

const STEP = 5;
const MOST_RUNNING_SHOWN = 8;

/** What the tray shows, from the facts alone. */
export function trayState(facts: TrayFacts): TrayState {
  const running = facts.active.filter(({ task }) => task.state.status === 'running' || task.state.status === 'starting');
  const waiting = facts.active.length - running.length;
  const news = unseenFailures(facts.finished);
  const { done, total, failed } = totals(running);
  const byTime = total === 0 ? byTimeOf(running) : null;
  const percent = total === 0 ? byTime : (100 * done) / total;
  const howFar = percent === null ? null : byTime === null ? `${Math.floor(percent)} % done` : `about ${Math.floor(percent)} % by time`;
  return {
    icon: icon(facts, running.length, percent, failed > 0 || news.length > 0),
    tooltip: tooltip(facts, running, waiting, { howFar, failed }, news),
    menu: menu(facts, running, waiting, news),
  };
}

/** The page of one run in the window. */
export const pageOf = (taskId: string) => `/runs/${taskId}`;

/**
 * Runs that ended badly and that nobody looked at, newest first. A later run of the same suite that ended well makes an older
 * failure old news.
 */
export function unseenFailures(finished: readonly Task[]): Task[] {
  const endedWell = new Set<string>();
  return finished.filter((task) => {
    const suite = JSON.stringify([task.config.project, task.config.category, task.config.environment]);
    if (whatToSay(task) === null) {
      if (task.state.status !== 'cancelled') endedWell.add(suite);
      return false;
    }
    return task.seenAt === null && !endedWell.has(suite);
  });
}

type Entry = TrayFacts['active'][number];

function totals(running: readonly Entry[]): { done: number; total: number; failed: number } {
  const sum = { done: 0, total: 0, failed: 0 };
  for (const { progress } of running) {
    if (!progress) continue;
    sum.failed += progress.failed;
    if (progress.total === null) continue;
    sum.total += progress.total;
    sum.done += Math.min(progress.done, progress.total);
  }
  return sum;
}

/** How far they are by the time that earlier runs took, in percent, on average; null where none tells. */
function byTimeOf(running: readonly Entry[]): number | null {
  const shares = running.flatMap(({ progress }) => progress?.percent ?? []);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** When the last of them ends, as far as each of them tells: `about 12 min left`. */
function leftOf(running: readonly Entry[]): string | null {
  const ends = running.flatMap(({ progress }) => progress?.estimatedEndAt ?? []);
  return ends.length < running.length ? null : leftInWords(Math.max(...ends) - Date.now());
}

function icon({ connected, paused }: TrayFacts, running: number, percent: number | null, failures: boolean): TrayIcon {
  if (!connected) return { kind: 'no-host' };
  // Rounded down: a full pie means that all tests have ended.
  if (running > 0) return { kind: failures ? 'running-failed' : 'running', percent: Math.floor((percent ?? 0) / STEP) * STEP };
  if (failures) return { kind: 'failed' };
  return { kind: paused.all ? 'paused' : 'idle' };
}

function tooltip(
  facts: TrayFacts,
  running: readonly Entry[],
  waiting: number,
  { howFar, failed }: { howFar: string | null; failed: number },
  news: readonly Task[],
): string {
  if (!facts.connected) return twoLines('No host. Connecting…', facts.notice);
  const [latest] = news;
  const queue = queueInWords(facts, waiting);
  if (running.length > 0) {
    const parts = [howFar, failed > 0 ? `${failed} failed` : null, leftOf(running)].filter((part) => part !== null);
    const second = [queue, latest ? howItFailed(latest) : null].filter((part) => part !== null);
    return twoLines(
      `${running.length} running${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`,
      second.length > 0 ? withCapital(second.join('; ')) : facts.notice,
    );
  }
  if (latest) {
    const where = [
      latest.projectName,
      latest.git?.branch ?? null,
      news.length > 1 ? `and ${plural(news.length - 1, 'more failed run')}` : null,
      queue,
    ];
    return twoLines(howItFailed(latest), where.filter((part) => part !== null).join(', '));
  }
  return twoLines(withCapital(queue ?? 'nothing is running'), facts.notice);
}

/** `3 waiting`, `paused: 3 waiting`; null where nothing waits and nothing is paused. */
function queueInWords({ paused }: TrayFacts, waiting: number): string | null {
  const waits = waiting > 0 ? `${waiting} waiting` : null;
  if (!paused.all) return waits;
  return waits === null ? 'paused' : `paused: ${waits}`;
}

const withCapital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const twoLines = (first: string, second: string | null) => (second ? `${first}\n${second}` : first);

/** `e2e failed at 14:26: 3 failed`, `smoke at 9:05: timed out`. */
function howItFailed(task: Task): string {
  const { category } = task.config;
  const at = 'endedAt' in task.state ? timeOfDay(task.state.endedAt) : '';
  const failed = task.counts?.failed ?? 0;
  return task.verdict === 'failed' && failed > 0
    ? `${category} failed at ${at}: ${changeText(task) ?? `${failed} failed`}`
    : `${category} ${endInWords(task)} at ${at}`;
}

function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`;
}

function menu(facts: TrayFacts, running: readonly Entry[], waiting: number, news: readonly Task[]): TrayMenuItem[] {
  const items: TrayMenuItem[] = [{ label: headLine(facts, running.length, waiting), action: null }];
  for (const { task, progress } of running.slice(0, MOST_RUNNING_SHOWN)) {
    items.push({ label: `${task.config.category}  ${progressInWords(task, progress)}`, action: { do: 'open', page: pageOf(task.id) } });
  }
  if (running.length > MOST_RUNNING_SHOWN)
    items.push({ label: `and ${running.length - MOST_RUNNING_SHOWN} more`, action: { do: 'open', page: '/queue' } });
  if (facts.notice) items.push({ label: facts.notice, action: null });
  const [latest] = news;
  if (latest) items.push(null, { label: howItFailed(latest), action: { do: 'open', page: pageOf(latest.id) } });
  items.push(
    null,
    { label: 'New run…', action: { do: 'open', page: '/new' } },
    ...(facts.connected ? [pauseItem(facts)] : []),
    { label: 'Open window', action: { do: 'open', page: null } },
    null,
  );
  if (running.length === 0 && waiting === 0) return [...items, { label: 'Quit', action: { do: 'quit', tasks: 'keep' } }];
  const what = running.length > 0 ? 'running' : 'waiting';
  return [
    ...items,
    { label: `Quit; ${what} tests go on`, action: { do: 'quit', tasks: 'keep' } },
    { label: `Quit and end ${what} tests`, action: { do: 'quit', tasks: 'cancel' } },
  ];
}

function pauseItem({ paused }: TrayFacts): TrayMenuItem {
  return { label: paused.all ? 'Resume the queue' : 'Pause the queue', action: { do: 'pause', paused: !paused.all } };
}

function headLine(facts: TrayFacts, running: number, waiting: number): string {
  if (!facts.connected) return 'No host';
  const queue = queueInWords(facts, waiting);
  const parts = [running > 0 ? `${running} running` : null, queue].filter((part) => part !== null);
  return parts.length === 0 ? 'Nothing is running' : withCapital(parts.join(', '));
}

function progressInWords(task: Task, progress: Entry['progress']): string {
  if (task.cancelRequestedAt !== null) return 'being cancelled';
  if (task.state.status === 'starting') return 'starting';
  if (!progress) return 'running';
  const { failed, estimatedEndAt } = progress;
  const left = typeof estimatedEndAt === 'number' ? leftInWords(estimatedEndAt - Date.now()) : null;
  return [howFar(progress), failed > 0 ? `${failed} failed` : null, left].filter((part) => part !== null).join(', ');
}

function howFar({ source, percent, total, totalIsEstimate, done }: Progress): string {
  if (total !== null) return `${done} of ${totalIsEstimate ? 'about ' : ''}${total}`;
  if (done > 0) return `${done} done`;
  if (typeof percent !== 'number') return 'running';
  return source === 'time' ? `about ${Math.floor(percent)} % by time` : `${Math.floor(percent)} %`;
}

/** Menus are drawn now and then: minutes are exact enough. */
function leftInWords(ms: number): string | null {
  const minutes = Math.round(ms / 60_000);
  if (ms <= 0) return null;
  return minutes < 1 ? 'less than a minute left' : `about ${minutes} min left`;
}
