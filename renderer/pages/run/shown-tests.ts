import type { Progress, TestCase, TestStatus } from '../../../contract/result.ts';
import { stripAnsi } from '../../log/ansi.ts';

/** A test as a row: from the report, or only heard of while it runs. */
export interface ShownTest extends Omit<TestCase, 'durationMs' | 'retries'> {
  key: string;
  durationMs: number | null;
  retries: number;
}

const ORDER: Readonly<Record<TestStatus, number>> = { failed: 0, flaky: 1, passed: 2, skipped: 3 };

/**
 * The report's tests, failed ones first and else in the report's order; failures that were heard of before the report has them
 * come first.
 */
export function shownTests(tests: readonly TestCase[], heard: Progress['failures']): ShownTest[] {
  const seen = new Map<string, number>();
  const reported = tests.map((test): ShownTest => {
    const name = [test.filePath ?? '', ...test.suite, test.name].join(' › ');
    const same = seen.get(name) ?? 0;
    seen.set(name, same + 1);
    return { ...test, name: stripAnsi(test.name), suite: test.suite.map(stripAnsi), key: `${name} ${same}` };
  });
  const failed = reported.filter((test) => test.status === 'failed');
  const missing = heard.slice(failed.length).map(
    ({ title, message }, index): ShownTest => ({
      key: `heard ${index}`,
      name: stripAnsi(title),
      suite: [],
      status: 'failed',
      durationMs: null,
      retries: 0,
      message,
      trace: null,
      filePath: null,
      line: null,
    }),
  );
  return [...reported, ...missing].sort((a, b) => ORDER[a.status] - ORDER[b.status]);
}
