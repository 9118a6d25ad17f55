import type { Result } from '../../../contract/api.ts';
import type { TestStrip } from '../../../contract/insights.ts';
import { titleOf } from '../../../contract/test-title.ts';
import { groupBy } from '../../format/group-by.ts';
import { stripAnsi } from '../../log/ansi.ts';
import type { ShownTest } from './shown-tests.ts';

export type GroupMode = 'cause' | 'file';

/** Tests that belong together: by why they failed, by their file, or by how they ended. */
export interface TestGroup {
  key: string;
  title: string;
  /** The title is what a test said, not a name of ours. */
  isMessage: boolean;
  tests: readonly ShownTest[];
  /** Something in it failed: it is open at first. */
  isBad: boolean;
}

type Causes = Pick<Result<'getCauses'>, 'groups'>;

const FLAKY = 'Flaky: failed first, passed when tried again';

/**
 * An attempt's tests in groups. By cause: what failed by why it did, the commonest cause first, then what was flaky, passed and was skipped.
 * By file: files in which something failed first.
 */
export function testGroups(tests: readonly ShownTest[], causes: Causes, mode: GroupMode): TestGroup[] {
  if (mode === 'file') {
    const files = [...groupBy(tests, (test) => test.filePath ?? test.suite[0] ?? '')].map(
      ([file, own]): TestGroup => ({
        key: `file ${file}`,
        title: file === '' ? 'No file' : file,
        isMessage: false,
        tests: own,
        isBad: own.some(isBad),
      }),
    );
    return [...files.filter((group) => group.isBad), ...files.filter((group) => !group.isBad)];
  }
  const failed = tests.filter((test) => test.status === 'failed');
  const grouped = new Set<ShownTest>();
  const byCause = causes.groups.map(({ message, frame, failures }, index): TestGroup => {
    const own = failures.flatMap((place) => failed[place] ?? []);
    for (const test of own) grouped.add(test);
    return { key: `cause ${index} ${message} ${frame ?? ''}`, title: message, isMessage: true, tests: own, isBad: true };
  });
  const rest: [key: string, title: string, tests: readonly ShownTest[]][] = [
    ['other', 'Other failures', failed.filter((test) => !grouped.has(test))],
    ['flaky', FLAKY, tests.filter((test) => test.status === 'flaky')],
    ['passed', 'Passed', tests.filter((test) => test.status === 'passed')],
    ['skipped', 'Skipped', tests.filter((test) => test.status === 'skipped')],
  ];
  const named = rest.map(([key, title, own]): TestGroup => ({ key, title, isMessage: false, tests: own, isBad: key === 'other' }));
  return [...byCause, ...named].filter((group) => group.tests.length > 0);
}

const isBad = ({ status }: ShownTest) => status === 'failed';

/** What is known of tests by their earlier runs, by their titles. */
export class KnownTests {
  readonly #strips = new Map<string, string>();
  readonly #new: ReadonlySet<string>;

  /** `newFailures`: tests that did not fail in the run that this one is compared with. */
  constructor(strips: readonly TestStrip[], newFailures: readonly { title: string; file: string | null }[]) {
    for (const strip of strips) this.#strips.set(keyOf(strip), strip.outcomes);
    this.#new = new Set(newFailures.map(keyOf));
  }

  /** One letter for each of its last runs, this one at the end; null where none is known. */
  stripOf(test: ShownTest): string | null {
    return this.#strips.get(keyOfTest(test)) ?? null;
  }

  isNew(test: ShownTest): boolean {
    return test.status === 'failed' && this.#new.has(keyOfTest(test));
  }

  /** How often it failed in the runs before this one, as far as its strip goes. */
  seenBefore(test: ShownTest): number {
    return this.stripOf(test)?.slice(0, -1).split('f').slice(1).length ?? 0;
  }
}

const keyOf = ({ title, file }: { title: string; file: string | null }) => `${file ?? ''}\n${stripAnsi(title)}`;
const keyOfTest = (test: ShownTest) => keyOf({ title: titleOf(test), file: test.filePath });

/** `new`, `seen 4 times`, or nothing: what the tests of a group have in common. */
export function tagOf(tests: readonly ShownTest[], known: KnownTests): { text: string; isNew: boolean } | null {
  const failed = tests.filter(isBad);
  if (failed.length === 0) return null;
  if (failed.every((test) => known.isNew(test))) return { text: 'new', isNew: true };
  const seen = Math.max(...failed.slice(0, 500).map((test) => known.seenBefore(test)));
  return seen > 0 ? { text: `seen ${seen === 1 ? 'once' : `${seen} times`}`, isNew: false } : null;
}
