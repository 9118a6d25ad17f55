import type { Test } from 'ctrf';
import type { ReadFile } from './reader.ts';

/** Who wrote what Maven's Surefire and Failsafe write. */
export const SUREFIRE = { name: 'surefire' };

/**
 * Surefire's files, where tests are in nested classes: the first run of all of them stands in the suite of the class that ended last, and what
 * was run again (`rerunFailingTestsCount`) in the suite of its own class, a file of its own (seen in 3.5). The later one decides.
 */
export function joinNestedReruns(files: readonly ReadFile[]): ReadFile[] {
  const again = new Map<string, { test: Test; file: ReadFile }>();
  for (const file of files) for (const test of file.tests) if (isSurefire(file) && isAtHome(test)) again.set(keyOf(test), { test, file });
  const joined = new Set<Test>();
  const read = files.map((file) => {
    if (!isSurefire(file)) return file;
    const tests = file.tests.map((test) => {
      if (isAtHome(test)) return test;
      const later = again.get(keyOf(test));
      // The suite around it is not its own: its class alone says where it is.
      const moved = { ...test, suite: (test.suite ?? []).slice(-1) };
      if (later === undefined || later.file === file || test.status !== 'failed' || joined.has(later.test)) return moved;
      joined.add(later.test);
      return withFirstTry(later.test, test);
    });
    return { ...file, tests };
  });
  return read.map((file) => ({ ...file, tests: file.tests.filter((test) => !joined.has(test)) }));
}

const isSurefire = ({ tool }: ReadFile) => tool?.name === SUREFIRE.name;

/** Its suite is its class, which its way names once. */
const isAtHome = ({ suite = [] }: Test) => suite.length < 2;

const keyOf = ({ suite = [], name }: Test) => JSON.stringify([suite.at(-1), name]);

function withFirstTry(test: Test, first: Test): Test {
  const { status, duration, message, trace } = first;
  const said = { ...(message === undefined ? {} : { message }), ...(trace === undefined ? {} : { trace }) };
  const attempts = [
    { attempt: 1, status, duration, ...said },
    ...(test.retryAttempts ?? []).map((one) => ({ ...one, attempt: one.attempt + 1 })),
  ];
  return { ...test, retries: attempts.length, retryAttempts: attempts, ...(test.status === 'passed' ? { flaky: true } : {}) };
}
