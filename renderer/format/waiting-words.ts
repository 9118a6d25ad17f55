import type { TaskDetail } from '../../contract/views.ts';
import { aboutMinutes, ago, timeAhead } from './units.ts';

const SOON_MS = 60_000;

/** When a waiting task starts, in few words: `about 14:40`, `22:00` where it was asked for, `paused`; empty where nobody knows. */
export function startWords({ task, waitingFor, estimatedStartAt }: TaskDetail, now: number): string {
  const { startAt } = task.config;
  if (task.cancelRequestedAt !== null) return '';
  if (task.pausedAt !== null || waitingFor === 'pause') return 'paused';
  if (startAt !== null && startAt > now) return timeAhead(startAt, now);
  if (estimatedStartAt == null) return '';
  return estimatedStartAt - now < SOON_MS ? 'soon' : `about ${timeAhead(estimatedStartAt, now)}`;
}

/** How long it will probably take, else how long it has waited. */
export function lengthWords({ task, estimatedStartAt, estimatedEndAt }: TaskDetail, now: number): { text: string; title: string } {
  const queued = `queued ${ago(task.state.queuedAt, now)}`;
  if (estimatedStartAt == null || estimatedEndAt == null) return { text: ago(task.state.queuedAt, now), title: queued };
  const usual = aboutMinutes(estimatedEndAt - estimatedStartAt);
  return { text: usual === 'under a minute' ? '< 1 min' : usual, title: `takes ${usual} as a rule, ${queued}` };
}

/** `about 14 min left`; empty where earlier runs do not tell, or where it takes longer than they did. */
export function leftWords(estimatedEndAt: number | null | undefined, now: number): string {
  if (estimatedEndAt == null || estimatedEndAt <= now) return '';
  const left = aboutMinutes(estimatedEndAt - now);
  return left === 'under a minute' ? `${left} left` : `about ${left} left`;
}

/** `25 s`, from 100 s on `1:40`: until the next attempt begins. */
export function countdown(at: number, now: number): string {
  const left = Math.max(0, Math.ceil((at - now) / 1000));
  return left < 100 ? `${left} s` : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
}
