import type { Tally } from './tally.ts';

/** What one kind of test runner prints. */
export interface OutputFormat {
  /** Could only such a runner have printed this line? Asked of every line until one answers yes, so it must be cheap. */
  detects(line: string): boolean;
  /**
   * A reader for one run. Lines come whole, in order, without colours, from the one on that was detected; those it does not know change
   * nothing. `before`: the last ones before that, at most 10.
   */
  reader(tally: Tally, before: readonly string[]): (line: string) => void;
  /** Reads what is there of a line that has not ended, each time there is more of it. Only where tests are told of before their line ends. */
  unfinished?(text: string, tally: Tally): void;
}
