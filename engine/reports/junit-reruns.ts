import type { Test } from 'ctrf';
import type { Case } from './junit-case.ts';
import { attribute, childrenOf, type Element } from './xml.ts';

/**
 * The tests of a suite, where some tools write a case for each try of one:
 *
 * - gotestsum and Gradle: a failed case, and later another of the same name that passed or failed. Two passed ones are two tests.
 * - pytest-rerunfailures: a case without any failure for each try that was repeated, and then the one that counts.
 * - others (Ruby's and Python's retry plug-ins): as gotestsum, with file and line of the test.
 *
 * The last try decides; one that passed after another is flaky. Elsewhere (mocha, jest, vitest) two tests may have one name, and a failed one
 * must not be hidden by a passed one: there each case is a test.
 */
export function joinReruns(suite: Element, cases: readonly Case[]): Test[] {
  const habit = habitOf(suite, cases);
  const tests: Test[] = [];
  const places = new Map<string, number>();
  for (const { key, isPlaced, test } of cases) {
    const at = places.get(key);
    const before = at === undefined ? undefined : tests[at];
    if (at !== undefined && before && isTry(before, habit, isPlaced)) tests[at] = joined(before, test, habit);
    else {
      places.set(key, tests.length);
      tests.push(test);
    }
  }
  return tests;
}

type Habit = 'never' | 'where placed' | 'after failure' | 'pytest';

/** Is what came before a try of the test that has the same name? */
function isTry(before: Test, habit: Habit, isPlaced: boolean): boolean {
  switch (habit) {
    case 'never':
      return false;
    case 'pytest':
      return before.status !== 'failed';
    case 'after failure':
      return before.status === 'failed';
    case 'where placed':
      return before.status === 'failed' && isPlaced;
  }
}

/** Its suite has another name where `junit_suite_name` says so. Others that write all of these count each case. */
const isPytest = (suite: Element, name: string) =>
  name === 'pytest' || ['errors', 'failures', 'skipped', 'tests', 'time', 'timestamp', 'hostname'].every((one) => attribute(suite, one));

function habitOf(suite: Element, cases: readonly Case[]): Habit {
  const name = attribute(suite, 'name')?.trim() ?? '';
  // Of packages and classes, whose tests have one name each. Names of files are JavaScript's.
  const isClass = name !== '' && !/\.[cm]?[jt]sx?$/.test(name) && cases[0]?.className === name;
  // It counts neither repeated tries nor a test and its broken tear-down as two, and later ones count subtests that have no case. Where
  // all cases are counted, those of one name are subtests.
  const counted = Number(attribute(suite, 'tests'));
  if (isPytest(suite, name) && !isClass)
    return cases.length > counted || (name === 'pytest' && cases.length < counted) ? 'pytest' : 'never';
  return isClass || goVersion(suite) !== null ? 'after failure' : 'where placed';
}

/** pytest writes a case more for a test that had passed before its tear-down broke. That is no second try. */
const BROKE_AFTERWARDS = /^failed on teardown/;

function joined(before: Test, test: Test, habit: Habit): Test {
  if (habit === 'pytest' && BROKE_AFTERWARDS.test(test.message ?? '')) {
    const { retries, retryAttempts } = before;
    return { ...test, ...(retryAttempts ? { retries, retryAttempts } : {}) };
  }
  const earlier = [...(before.retryAttempts ?? []), asTry(before, (before.retryAttempts?.length ?? 0) + 1, habit)];
  return { ...test, retries: earlier.length, retryAttempts: earlier, ...(test.status === 'passed' ? { flaky: true } : {}) };
}

function asTry({ status, duration, message, trace }: Test, attempt: number, habit: Habit): NonNullable<Test['retryAttempts']>[number] {
  return {
    attempt,
    // What was repeated had failed, though pytest keeps no word of it.
    status: habit === 'pytest' ? 'failed' : status,
    duration,
    ...(message === undefined ? {} : { message }),
    ...(trace === undefined ? {} : { trace }),
  };
}

/** gotestsum names the Go that ran a package: "go1.26.8 linux/amd64". Null where it is not Go's. */
export function goVersion(suite: Element): string | null {
  for (const properties of childrenOf(suite, 'properties'))
    for (const property of properties.children)
      if (attribute(property, 'name') === 'go.version') return /go([\d.]+)/.exec(attribute(property, 'value') ?? '')?.[1] ?? '';
  return null;
}
