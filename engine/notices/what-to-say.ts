import { changeText } from '../../contract/change-text.ts';
import { isGreen, outcomeOf } from '../../contract/status.ts';
import { survivorsSentence } from '../../contract/survivors.ts';
import type { Task } from '../../contract/task.ts';

/** A notification's two texts, plain. */
export interface Said {
  title: string;
  body: string;
}

const LONGEST_TEST_NAME = 120;
const MOST_RUNS_NAMED = 4;

/** What to tell a person about the end of a task; null where nobody needs to be told (it passed, was cancelled and is gone, or has not ended). */
export function whatToSay(task: Task): Said | null {
  const { state } = task;
  switch (state.status) {
    case 'queued':
    case 'starting':
    case 'running':
      return null;
    case 'cancelled':
      return survivorsSentence(task) === null
        ? null
        : say(task, `${task.config.category} was cancelled, but not all of it is gone`, null, null);
    case 'timeout':
      return say(task, `${task.config.category} timed out`, countsPhrase(task), state.reason);
    case 'completed':
      return task.verdict === 'passed' || task.verdict === 'flaky' ? null : failure(task, null);
    case 'failed':
      return passedInSpiteOf(task) ? null : failure(task, state.reason);
  }
}

/** Its tests passed but for those in quarantine, which made the command end as failed. */
const passedInSpiteOf = (task: Task) => isGreen(task) && (task.quarantinedTests?.length ?? 0) > 0;

/** What to tell of a task that is well again; null where it is not, or was well before. */
export function whatToSayOfRecovery(task: Task): Said | null {
  const { state, change } = task;
  if (!('endedAt' in state) || state.status === 'cancelled' || !isGreen(task) || !change?.recoveredAfter) return null;
  return whatToSay(task) === null ? say(task, `${task.config.category} passes again`, null, null) : null;
}

/**
 * One notification for several tasks that ended without anybody being told; null where none of them failed. Tasks that are
 * not ended and those that a person cancelled are passed over.
 */
export function whatToSayOfMany(tasks: readonly Task[]): Said | null {
  const ended = tasks.filter(({ state }) => 'endedAt' in state && state.status !== 'cancelled');
  const failed = ended.filter((task) => whatToSay(task) !== null);
  const [first] = failed;
  if (!first) return null;
  if (ended.length === 1) return whatToSay(first);
  // The failed ones first: the text may be cut.
  const inOrder = [...failed, ...ended.filter((task) => !failed.includes(task))];
  const named = inOrder.slice(0, MOST_RUNS_NAMED).map((task) => `${task.config.category} ${endInWords(task)}`);
  if (inOrder.length > named.length) named.push(`and ${inOrder.length - named.length} more`);
  const projects = [...new Set(inOrder.map((task) => task.projectName))];
  return {
    title: `${ended.length} runs ended, ${failed.length === ended.length ? 'all' : failed.length} failed`,
    body: `${named.join(', ')}. ${projects.join(', ')}.`,
  };
}

/** How a task ended, in a few words that follow its category: `5 failed`, `timed out`, `passed`. */
export function endInWords(task: Task): string {
  const outcome = outcomeOf(task);
  const failed = failedOf(task);
  if (outcome === 'timeout') return 'timed out';
  if (outcome === 'cancelled') return 'was cancelled';
  if (outcome === 'queued' || outcome === 'running') return outcome;
  if (outcome === 'failed') return failed > 0 ? `${failed} failed` : 'failed';
  if (task.state.status === 'failed' && !passedInSpiteOf(task)) return outcome === 'none' ? 'ended without results' : 'failed';
  if (outcome === 'none') return 'found no results';
  return outcome === 'flaky' ? 'passed, flaky' : 'passed';
}

function failure(task: Task, reason: string | null): Said {
  const { category } = task.config;
  const { counts, verdict } = task;
  if (task.attempts.at(-1)?.end?.cause === 'stopped') return say(task, `${category} was stopped`, task.error ?? reason, null);
  if (task.attempts.at(-1)?.end?.cause === 'memory_limit')
    return say(task, `${category} was ended: too much memory`, null, task.error ?? reason);
  if (verdict === 'failed') {
    if (counts && failedOf(task) > 0)
      return say(task, `${category} failed: ${failedOf(task)} of ${plural(counts.total, 'test')} failed`, testsPhrase(task), null);
    return say(task, `${category} failed`, task.error ?? reason, null);
  }
  const why = task.error ?? reason;
  const end = task.attempts.at(-1)?.end;
  switch (end?.cause) {
    case 'spawn_failed':
      return say(task, `${category} could not be started`, why ?? end.message, null);
    case 'supervisor_lost':
      return say(task, `${category} failed: its supervisor was lost`, why ?? end.message, null);
    case 'exited':
    case 'timeout':
    case 'no_output':
    case 'memory_limit':
    case 'fail_fast':
    case 'cancelled':
    case 'stopped':
    case undefined:
      break;
  }
  const ending = end ? endPhrase(end.exitCode, end.signal) : null;
  const ok = verdict === 'passed' || verdict === 'flaky';
  if (ok)
    return say(
      task,
      `${category} failed: ${ending ?? 'it did not end well'}`,
      counts ? `${plural(counts.total, 'test')} ran, none failed` : null,
      why,
    );
  if (ending === null || end?.exitCode === 0) return say(task, `${category}: no results found`, why, null);
  return say(task, `${category} failed: ${ending} and no results`, why, null);
}

/** Failed tests that are in no quarantine. */
const failedOf = ({ counts }: Task) => (counts?.failed ?? 0) - (counts?.quarantined ?? 0);

function endPhrase(exitCode: number | null, signal: string | null): string | null {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === null ? null : `ended with exit code ${exitCode}`;
}

function testsPhrase(task: Task): string | null {
  const [first] = task.failedTests;
  if (first === undefined) return task.error;
  const more = Math.max(failedOf(task), task.failedTests.length) - 1;
  return more > 0 ? `${cut(first)}, and ${more} more` : cut(first);
}

function countsPhrase(task: Task): string | null {
  const failed = failedOf(task);
  return failed > 0 ? `${failed} of ${plural(task.counts?.total ?? failed, 'test')} failed before` : null;
}

/** The body: what is known, then where and how long. */
function say(task: Task, title: string, what: string | null, why: string | null): Said {
  const { state } = task;
  const where = [task.projectName];
  if (task.git?.branch) where.push(task.git.branch);
  if (task.attempts.length > 1) where.push(`attempt ${task.attempts.length}`);
  const started = 'startedAt' in state ? state.startedAt : null;
  if (started !== null && 'endedAt' in state) where.push(clock(state.endedAt - started));
  return {
    title,
    body: [changeText(task), what, why, suspicion(task), survivorsSentence(task), where.join(', ')]
      .filter((part) => part !== null && part !== '')
      .map((part) => sentence(oneLine(part ?? '')))
      .join(' '),
  };
}

/** That the failure may be none of the tests' own. */
function suspicion({ attempts, config }: Task): string | null {
  if (attempts.at(-1)?.suspect !== 'cpu_limit') return null;
  return `The CPU limit of ${config.cpuLimitPercent} % may be why: tests timed out while it held them back`;
}

const oneLine = (text: string) => cut(text.replace(/\s+/g, ' ').trim(), 2 * LONGEST_TEST_NAME);
const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);
const cut = (text: string, longest = LONGEST_TEST_NAME) => (text.length > longest ? `${text.slice(0, longest - 1).trimEnd()}…` : text);

/** `1 test`, `25 tests`. */
export const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Milliseconds as `1:24` or `2:03:09`. */
export function clock(ms: number): string {
  const all = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
