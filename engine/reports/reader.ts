import { stripVTControlCharacters } from 'node:util';
import type { Test, Tool } from 'ctrf';
import type { Metrics } from '../../contract/report.ts';
import type { TestCounts } from '../../contract/result.ts';
import type { Content } from './content.ts';

/** What one report file said. */
export interface ReadFile {
  tests: Test[];
  /** What its reader should know about, as sentences. */
  warnings: string[];
  /** Who wrote it, where it says so. */
  tool: Tool | null;
  /** UTC ms; null where the file does not tell. */
  start: number | null;
  stop: number | null;
  /** Something is missing from it, so that it cannot make an attempt green. */
  incomplete: boolean;
  /** What a load test measured, where it did. */
  metrics?: Metrics;
}

/** What an attempt's reports came to. */
export interface ReadReports {
  /** Name of the tool that wrote them; null where nobody knows it. */
  tool: string | null;
  /** null where there is no report that could be read. */
  counts: TestCounts | null;
  /** Titles of the first failed tests, at most 20. */
  failedTests: string[];
  /** What a person should know: files that were passed over, cut off, too large, too old. */
  warnings: string[];
  /** The first error outside of tests or failed test with its message, and how many more there are; null where nothing failed. */
  errorMessage: string | null;
  /** Why its results are not enough to be green though nothing in them failed, as a sentence; null where they are. */
  noResults: string | null;
  /** A report, or a part of one, could not be read: what it says may be bad. */
  incomplete: boolean;
}

/** Where a report came from: for sentences, and to name test files as a person would. */
export interface Source {
  /** The report's path, relative to the project where it lies there. */
  file: string;
  projectRoot: string;
  /** What the command that wrote it ended with; null where that is not known. Some reports (k6's) do not say that something failed. */
  exitCode: number | null;
}

/** Reads one format of reports into the tests of CTRF. */
export interface ReportReader {
  name: string;
  /** Is this the format of a file that holds this? Its name does not matter. */
  detect(content: Content): boolean;
  /** Throws a `ReportProblem`, and nothing else, where the file cannot be read. */
  read(content: Content, source: Source): ReadFile;
  /**
   * Joins what the files of this format in one attempt say of the same tests, for formats that keep each try or each half in a file of
   * its own. Without it they are simply put after one another.
   */
  merge?(files: readonly ReadFile[]): ReadFile[];
}

/** Why a report could not be read: a sentence that names the file and the place. */
export class ReportProblem extends Error {
  override readonly name = 'ReportProblem';
}

/** Longest message and trace that are kept of one test, in characters: they are for a person. */
export const LONGEST_MESSAGE = 10_000;
export const LONGEST_TRACE = 20_000;

/** Text of a report as it is shown: without colour codes, without blank lines around it, not endless. Empty where nothing is left. */
export function shown(text: string, longest: number): string {
  return cut(
    stripVTControlCharacters(text)
      .replace(/^(?:[^\S\n]*\n)+/, '')
      .trimEnd(),
    longest,
  );
}

export const cut = (text: string, longest: number): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** An error that belongs to no test, such as one of a global set-up: it is shown with the tests and not counted as one. */
export function errorOutside(name: string, message: string, trace: string): Test {
  return {
    name,
    status: 'other',
    rawStatus: 'error',
    duration: 0,
    message: shown(message, LONGEST_MESSAGE),
    ...(trace.trim() === '' ? {} : { trace: shown(trace, LONGEST_TRACE) }),
  };
}
