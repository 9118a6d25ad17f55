import { nextAttemptAt } from '../../contract/status.ts';
import type { Attempt, Task } from '../../contract/task.ts';
import type { GlyphName } from '../components/glyph.tsx';
import { stripAnsi } from '../log/ansi.ts';

/** How an attempt ended, in one word or two; `running` while it has not. */
export function attemptWord({ end, verdict }: Attempt): string {
  switch (end?.cause) {
    case undefined:
      return 'running';
    case 'timeout':
      return 'timed out';
    case 'no_output':
      return 'was silent for too long';
    case 'memory_limit':
      return 'took too much memory';
    case 'fail_fast':
      return 'ended early';
    case 'cancelled':
      return 'cancelled';
    case 'stopped':
      return 'was stopped';
    case 'spawn_failed':
      return 'did not start';
    case 'supervisor_lost':
      return 'was lost';
    case 'exited':
      return verdict === null || verdict === 'none' ? 'no results' : verdict;
  }
}

export function attemptGlyph({ end, verdict }: Attempt): GlyphName {
  switch (end?.cause) {
    case undefined:
      return 'queued';
    case 'timeout':
    case 'no_output':
      return 'timeout';
    case 'cancelled':
      return 'cancelled';
    case 'memory_limit':
    case 'fail_fast':
    case 'spawn_failed':
    case 'supervisor_lost':
      return 'failed';
    case 'stopped':
    case 'exited':
      return verdict ?? 'none';
  }
}

/** Why it ended as it did, as a sentence; null where its tests say it all. */
export function causeSentence({ end, error }: Attempt): string | null {
  if (end === null) return null;
  const sentences = [error, end.message].filter((text) => text !== null).map((text) => stripAnsi(text).trim());
  const distinct = sentences.filter((text, index) => text !== '' && !sentences.some((other, at) => at < index && other.includes(text)));
  return distinct.length === 0 ? null : distinct.join(' ');
}

/** `exit code 1`, `signal SIGKILL`. */
export function exitWords({ end }: Attempt): string | null {
  if (end === null) return null;
  if (end.signal !== null) return `signal ${end.signal}`;
  return end.exitCode === null ? null : `exit code ${end.exitCode}`;
}

/** `attempt 2 of 3`; null where there is only one. */
export function attemptOfAll({ attempts, config }: Task): string | null {
  return config.maxRetries === 0 && attempts.length < 2
    ? null
    : `attempt ${Math.max(1, attempts.length)} of ${Math.max(attempts.length, config.maxRetries + 1)}`;
}

/** The attempt that ended and the moment of the next one, while a task waits between the two; else null. */
export function backOff(task: Task): { ended: Attempt; at: number } | null {
  const at = nextAttemptAt(task);
  const ended = task.attempts.at(-1);
  return at === null || ended === undefined ? null : { ended, at };
}

const MOST_NAMED = 3;

/** What has to be known of the attempts before their result is believed: which decided, what was flaky, what was suspicious. */
export function attemptNotes(task: Task): string[] {
  const { attempts, decidedBy, flakyTests } = task;
  const notes: string[] = [];
  if (decidedBy !== null && attempts.length > 1) notes.push(`Decided by attempt ${decidedBy} of ${attempts.length}.`);
  if (flakyTests.length > 0) {
    const named = flakyTests.slice(0, MOST_NAMED).map(stripAnsi).join('; ');
    const more = flakyTests.length > MOST_NAMED ? `; and ${flakyTests.length - MOST_NAMED} more` : '';
    notes.push(`Failed first and passed when tried again: ${named}${more}.`);
  }
  const deciding = attempts.find(({ attempt }) => attempt === decidedBy) ?? attempts.at(-1);
  if (deciding?.suspect === 'cpu_limit')
    notes.push('Its CPU limit had stopped the tests at times: a test that ran out of time may be the limit’s fault, not its own.');
  return notes;
}
