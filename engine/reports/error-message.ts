import { stripVTControlCharacters } from 'node:util';
import type { Test } from 'ctrf';
import type { AttemptEnd } from '../../contract/attempt.ts';
import { assertNever } from '../../contract/errors.ts';
import { titleOf } from '../../contract/test-title.ts';
import type { ReadReports } from './reader.ts';

const LONGEST = 500;

/**
 * The one message of an attempt that did not pass: how it was ended and what had failed until then, else the first failed test, else the
 * last line of the log that looks like an error, else its exit code. `logTail`: the end of its output. Null where there is nothing to say.
 */
export function errorMessageOf({ end, report, logTail }: { end: AttemptEnd | null; report: ReadReports; logTail: string }): string | null {
  if (end === null) return report.errorMessage;
  switch (end.cause) {
    case 'cancelled':
      return end.message;
    case 'timeout':
      return withResults(end.message ?? 'The tests were ended because they ran longer than their timeout.', report);
    case 'no_output':
      return withResults(end.message ?? 'The tests were ended because they printed nothing for too long.', report);
    case 'stopped':
      return withResults(end.message ?? 'The supervisor of this attempt was asked to end, so it ended the tests.', report);
    case 'fail_fast':
      return withResults(end.message ?? 'Ended after as many failures as it may have (fail_fast).', report);
    case 'memory_limit':
      return withResults(end.message ?? 'memory limit exceeded', report);
    case 'spawn_failed':
      return end.message ?? 'The command could not be started.';
    case 'supervisor_lost':
      return end.message ?? 'The supervisor of this attempt was killed, so its tests were ended.';
    case 'exited':
      if (end.signal !== null) return withResults(end.message ?? `The command was ended by signal ${end.signal}.`, report);
      if (report.errorMessage !== null) return report.errorMessage;
      if (end.exitCode === 0) return whyNotGreen(report);
      return withoutFailure(end.exitCode, report, lastErrorLine(logTail));
    default:
      return assertNever(end.cause);
  }
}

/** It failed by its exit code alone; a report that says otherwise is told of as well. */
function withoutFailure(exitCode: number | null, { counts }: ReadReports, said: string | null): string {
  if (counts === null || counts.total === 0) return said ?? `The command ended with exit code ${exitCode}.`;
  return cut(`Exit code ${exitCode}, though no test failed by the report${said === null ? '.' : `: ${said}`}`);
}

function whyNotGreen({ counts, noResults }: ReadReports): string {
  const found = counts !== null && counts.total > 0;
  return cut([...(found ? [] : ['Exit code 0, but no results were found.']), ...(noResults === null ? [] : [noResults])].join(' '));
}

/** What the tests had come to when something ended them. */
function withResults(sentence: string, { counts, errorMessage }: ReadReports): string {
  if (counts === null || counts.total === 0) return errorMessage === null ? sentence : cut(`${sentence} ${errorMessage}`);
  const until = `Until then ${counts.passed} of ${counts.total} tests had passed`;
  return cut(errorMessage === null ? `${sentence} ${until}.` : `${sentence} ${until}; ${errorMessage}`);
}

/** The first failed test, or error outside of tests, with the first line of its message, and how many more there are. */
export function failureText(first: Test, all: number): string {
  const line = firstLine(first.message ?? '');
  const what = first.status === 'other' ? line || first.name : [titleOf(first), line].filter((part) => part !== '').join(': ');
  return cut(what) + (all > 1 ? `, and ${all - 1} more` : '');
}

/** How errors begin in most languages: `Error: …`, `TypeError: …`, `[ERROR] …`, `fatal: …`, `panic: …`. */
const BEGINS_AS_ERROR = /^\W{0,3}(?:[\w.$]*(?:Error|Exception)|error|fatal|panic|failed|failure)\b/i;
const SOUNDS_LIKE_ERROR =
  /\b(?:error|fail(?:ed|ure)?|fatal|exception|panic|cannot|can't|could not|not found|no such|denied|refused|timed out)\b/i;
/** A line of a stack says where, not what. */
const STACK_LINE = /^\s*at\s/;

/** The last line that begins as errors do, else the last that sounds like one; null where there is none. */
export function lastErrorLine(logTail: string): string | null {
  const lines = stripVTControlCharacters(logTail)
    .split(/\r?\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !STACK_LINE.test(line));
  const line = lines.findLast((one) => BEGINS_AS_ERROR.test(one)) ?? lines.findLast((one) => SOUNDS_LIKE_ERROR.test(one));
  return line === undefined ? null : cut(line);
}

const firstLine = (text: string) => stripVTControlCharacters(text).trim().split('\n', 1)[0]?.trim() ?? '';
const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
