import { type Outcome, outcomeOf } from '../../contract/status.ts';
import type { Task } from '../../contract/task.ts';
import { stripAnsi } from '../log/ansi.ts';
import { count, duration } from './units.ts';

/** How an outcome is called. */
export function outcomeWord(outcome: Outcome): string {
  switch (outcome) {
    case 'passed':
    case 'failed':
    case 'flaky':
    case 'cancelled':
    case 'running':
      return outcome;
    case 'queued':
      return 'waiting';
    case 'timeout':
      return 'timed out';
    case 'none':
      return 'no results';
  }
}

export type Tone = 'pass' | 'fail' | 'flaky' | 'plain';

/** What an ended task has to say, in one line: the words that matter, then the rest. */
export interface Summary {
  lead: string;
  tone: Tone;
  rest: string;
}

export function summaryOf(task: Task): Summary {
  const { counts } = task;
  const ran = counts === null ? null : counts.passed + counts.failed;
  switch (outcomeOf(task)) {
    case 'passed': {
      const skipped = counts && counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
      const attempt = task.attempts.length > 1 ? ` at attempt ${task.attempts.length}` : '';
      return { lead: '', tone: 'plain', rest: counts ? `${count(counts.passed, 'test')} passed${attempt}${skipped}` : `Passed${attempt}` };
    }
    case 'flaky':
      // None is flaky by itself where the whole suite was tried again.
      return counts && counts.flaky > 0
        ? { lead: `${counts.flaky} flaky`, tone: 'flaky', rest: ': failed first, passed when tried again' }
        : { lead: 'Flaky', tone: 'flaky', rest: `: failed first, passed at attempt ${task.attempts.length}` };
    case 'failed': {
      if (counts && counts.failed > 0) {
        const [first] = task.failedTests;
        return { lead: `${counts.failed} failed`, tone: 'fail', rest: first ? `: ${stripAnsi(first)}` : '' };
      }
      return { lead: 'Failed', tone: 'fail', rest: rest(reasonOf(task)) };
    }
    case 'none':
      return withoutResults(reasonOf(task));
    case 'timeout': {
      const { state } = task;
      const time =
        'startedAt' in state && state.startedAt !== null && 'endedAt' in state ? ` after ${duration(state.endedAt - state.startedAt)}` : '';
      return { lead: `Timed out${time}`, tone: 'fail', rest: rest(reasonOf(task)) };
    }
    case 'cancelled':
      return {
        lead: '',
        tone: 'plain',
        rest: ran
          ? `Cancelled after ${count(ran, 'test')}`
          : startedAt(task) === null
            ? 'Cancelled before it started'
            : 'Cancelled before a test had ended',
      };
    case 'queued':
      return { lead: '', tone: 'plain', rest: 'Waiting' };
    case 'running':
      return { lead: '', tone: 'plain', rest: 'Running' };
  }
}

function withoutResults(reason: string | null): Summary {
  return reason && /no results were found/i.test(reason)
    ? { lead: '', tone: 'plain', rest: reason }
    : { lead: 'No results were found', tone: 'plain', rest: rest(reason) };
}

const rest = (reason: string | null) => (reason ? `: ${reason}` : '');

/** The sentence that says why it ended as it did; null where the verdict says it all. */
export function reasonOf(task: Task): string | null {
  const reason = 'reason' in task.state ? task.state.reason : null;
  const sentence = task.error ?? reason;
  return sentence === null ? null : stripAnsi(sentence);
}

/** When it first ran; null while it never did. */
export function startedAt(task: Task): number | null {
  return 'startedAt' in task.state ? task.state.startedAt : null;
}

/** When it ended; null while it has not. */
export function endedAt(task: Task): number | null {
  return 'endedAt' in task.state ? task.state.endedAt : null;
}

/** `High`, `Medium` and `Low` for the priorities that have a name, the number for the others; `level` is 1 to 3 for the bars. */
export function priorityWord(priority: number): { word: string; level: 1 | 2 | 3 } {
  const level = priority <= 2 ? 3 : priority <= 4 ? 2 : 1;
  const names: Record<number, string> = { 1: 'High', 3: 'Medium', 5: 'Low' };
  return { word: names[priority] ?? `Number ${priority}`, level };
}

/** Failed, timed out or without results, and nobody has looked yet. */
export function needsALook(task: Task): boolean {
  const outcome = outcomeOf(task);
  return task.seenAt === null && (outcome === 'failed' || outcome === 'timeout' || outcome === 'none');
}

export const shortCommit = (commit: string): string => commit.slice(0, 7);

/** A test's message without terminal colours, cut into lines that know what they are. */
export type MessageLine = { kind: 'plain' | 'expected' | 'received' | 'code' | 'marked'; text: string };

export function messageLines(message: string): MessageLine[] {
  return message
    .replace(/\s+$/, '')
    .split('\n')
    .map((text): MessageLine => {
      // A list (Playwright's call log) is indented, a diff is not.
      if (/^(-\s|-$|\s*expected\b.*:)/i.test(text)) return { kind: 'expected', text };
      if (/^(\+\s|\+$|\s*(?:received|actual)\b.*:)/i.test(text)) return { kind: 'received', text };
      if (/^\s*>\s*\d+\s*\|/.test(text)) return { kind: 'marked', text };
      if (/^\s*\d*\s*\|/.test(text)) return { kind: 'code', text };
      return { kind: 'plain', text };
    });
}

/** One line of a stack trace. */
export interface Frame {
  /** `checkout.spec.ts:97:31`, shortened to what lies below the project. */
  place: string;
  name: string;
  /** In a library or in Node itself. */
  foreign: boolean;
}

/** The frames of a V8 or Java stack trace; lines that are none are left out. */
export function framesOf(trace: string, project: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of trace.split('\n')) {
    const match = /^\s*at (?:(?<name>.+?) \()?(?<place>[^()]+:\d+(?::\d+)?)\)?\s*$/.exec(line);
    const place = match?.groups?.place?.replace(/^async /, '').replace(/^file:\/\//, '');
    if (!place) continue;
    const below = place.startsWith(`${project}/`) ? place.slice(project.length + 1) : place;
    frames.push({ place: below, name: match?.groups?.name ?? '', foreign: /node_modules|^node:/.test(place) });
  }
  return frames;
}
