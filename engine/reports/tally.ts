import type { Test } from 'ctrf';
import type { TestCounts } from '../../contract/result.ts';
import { titleOf } from '../../contract/test-title.ts';
import { failureText } from './error-message.ts';

/** Titles of failed tests that are kept for lists and notifications. */
const MOST_FAILED = 20;

/** What tests come to, counted one after another. */
export class Tally {
  /** Errors outside of tests (`other`) are none; a flaky test counts as passed, too. */
  readonly counts: TestCounts = { total: 0, passed: 0, failed: 0, skipped: 0, flaky: 0 };
  /** Titles of the first failed ones, at most 20. */
  readonly failedTests: string[] = [];
  /** Errors outside of tests. */
  errors = 0;
  #firstError: Test | null = null;
  #firstFailed: Test | null = null;

  /** Tests and errors outside of them. */
  get seen(): number {
    return this.counts.total + this.errors;
  }

  add(test: Test): void {
    const { status, flaky } = test;
    if (status === 'other') {
      this.errors += 1;
      this.#firstError ??= test;
      return;
    }
    this.counts.total += 1;
    if (status === 'passed') this.counts.passed += 1;
    else if (status === 'failed') this.counts.failed += 1;
    else this.counts.skipped += 1;
    if (status === 'passed' && flaky === true) this.counts.flaky += 1;
    if (status !== 'failed') return;
    this.#firstFailed ??= test;
    if (this.failedTests.length < MOST_FAILED) this.failedTests.push(titleOf(test));
  }

  /** The first error outside of tests, else the first failed test, with its message and how many more there are; null where nothing failed. */
  get errorMessage(): string | null {
    const first = this.#firstError ?? this.#firstFailed;
    return first && failureText(first, this.errors + this.counts.failed);
  }
}

export function tallyOf(tests: Iterable<Test>): Tally {
  const tally = new Tally();
  for (const test of tests) tally.add(test);
  return tally;
}
