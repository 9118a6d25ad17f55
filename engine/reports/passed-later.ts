import type { TestCase } from '../../contract/result.ts';
import { titleOf } from './ctrf.ts';

/** As many titles as a task keeps. */
const MOST = 20;

/** Titles of tests that passed in the last of several attempts after they had failed: in it, or in one before. */
export function passedLater(before: readonly TestCase[], last: readonly TestCase[]): string[] {
  const failed = new Set(before.filter(({ status }) => status === 'failed').map(keyOf));
  const flaky = last.filter((test) => test.status === 'flaky' || (test.status === 'passed' && failed.has(keyOf(test))));
  return [...new Set(flaky.map(({ name, suite, filePath }) => titleOf({ name, suite, filePath: filePath ?? undefined })))].slice(0, MOST);
}

/** Equal for the same test of two attempts. */
export const keyOf = ({ filePath, suite, name }: Pick<TestCase, 'filePath' | 'suite' | 'name'>) => JSON.stringify([filePath, suite, name]);
