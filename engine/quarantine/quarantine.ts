import type { Params, Result } from '../../contract/api.ts';
import { Refusal } from '../../contract/errors.ts';
import type { QuarantineEntry } from '../../contract/insights.ts';
import { findRoot, projectRefusal } from '../projects/find-root.ts';
import { nearestName } from '../projects/nearest-name.ts';
import { quarantinePath, readQuarantine, withEntry, withoutEntries, writeQuarantine } from './file.ts';
import { isExpired, matches, type NamedTest } from './match.ts';

/** A test that the history knows. */
export type KnownNamedTest = NamedTest & { title: string };

const MOST_SHOWN = 5;

/** The projects' quarantine files, as clients see and change them. */
export class QuarantineFiles {
  readonly #testsOf: (root: string) => Iterable<KnownNamedTest>;
  /** One change after the other: each is a read and a write. */
  #changed: Promise<unknown> = Promise.resolve();

  /** `testsOf`: all tests that a project's runs have had. */
  constructor(testsOf: (root: string) => Iterable<KnownNamedTest>) {
    this.#testsOf = testsOf;
  }

  async list({ project }: Params<'listQuarantine'>): Promise<Result<'listQuarantine'>> {
    return this.#answer(await rootOf(project));
  }

  async add({ project, test, file, until, reason }: Params<'quarantineTest'>): Promise<Result<'quarantineTest'>> {
    const root = await rootOf(project);
    if (isExpired({ until }, Date.now()))
      throw invalid('until', `until is ${until}: it must be a day to come, or today; the quarantine would be over`);
    const entry: QuarantineEntry = { ...this.#meant(root, test, file ?? null), until, reason: reason ?? null };
    return this.#change(async () => {
      const at = (await readQuarantine(root)).findIndex((one) => one.test === entry.test && (one.file ?? null) === (entry.file ?? null));
      await writeQuarantine(root, (text) => withEntry(text, entry, at === -1 ? null : at));
      return this.#answer(root);
    });
  }

  async remove({ project, test, file }: Params<'unquarantineTest'>): Promise<Result<'unquarantineTest'>> {
    const root = await rootOf(project);
    return this.#change(async () => {
      const entries = await readQuarantine(root);
      const isMeant = (one: QuarantineEntry) => !file || one.file === file;
      const exact = indexesOf(entries, (one) => isMeant(one) && one.test === test.trim());
      const found = exact.length > 0 ? exact : indexesOf(entries, (one) => isMeant(one) && one.test.endsWith(` › ${test.trim()}`));
      if (found.length === 0) {
        const nearest = nearestName(
          test,
          entries.map((one) => one.test),
        );
        const hint = nearest === null ? '"bge2e quarantine list" shows what is in it' : `did you mean ${JSON.stringify(nearest)}?`;
        throw new Refusal('not_found', `${JSON.stringify(cut(test))} is not in ${quarantinePath(root)}; ${hint}`);
      }
      await writeQuarantine(root, (text) => withoutEntries(text, found));
      return this.#answer(root);
    });
  }

  /** Entries of a project that hold now; none where the file cannot be understood. */
  async inForce(root: string): Promise<QuarantineEntry[]> {
    const entries = await readQuarantine(root).catch(() => []);
    return entries.filter((entry) => !isExpired(entry, Date.now()));
  }

  /** The one test that a person means, as the file names it. */
  #meant(root: string, test: string, file: string | null): Pick<QuarantineEntry, 'test' | 'file'> {
    if (test.trim() === '') throw invalid('test', "test is empty: it must be a test's title");
    const known = [...this.#testsOf(root)];
    const found = new Map<string, { test: string; file: string | null }>();
    for (const one of known) {
      if (!matches({ test, file }, one)) continue;
      found.set(JSON.stringify([one.title, one.file]), { test: one.title, file: one.file });
    }
    const [only] = found.values();
    if (only && found.size === 1) return only;
    if (only) {
      const named = [...found.values()]
        .slice(0, MOST_SHOWN)
        .map((one) => `${JSON.stringify(cut(one.test))}${one.file === null ? '' : ` in ${one.file}`}`);
      throw invalid(
        'test',
        `test is ${JSON.stringify(cut(test))}: ${found.size} tests are called that (${named.join('; ')}${found.size > named.length ? '; …' : ''}). Give more of the title, or the file`,
      );
    }
    const nearest = nearestName(test, new Set(known.map(({ title }) => title)));
    const hint = nearest === null ? 'a run of the project has to have had it' : `did you mean ${JSON.stringify(cut(nearest))}?`;
    throw invalid('test', `test is ${JSON.stringify(cut(test))}: no test that ran in ${root} is called that; ${hint}`);
  }

  async #answer(root: string): Promise<Result<'listQuarantine'>> {
    const path = quarantinePath(root);
    try {
      const now = Date.now();
      const entries = (await readQuarantine(root)).map((entry) => ({ ...entry, isExpired: isExpired(entry, now) }));
      return { path, entries, problem: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { path, entries: [], problem: error.message };
    }
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const changed = this.#changed.then(work);
    this.#changed = changed.catch(() => {});
    return changed;
  }
}

async function rootOf(directory: string): Promise<string> {
  const found = await findRoot(directory);
  if (found === null) throw projectRefusal(`${directory} holds no suite, so there is no project whose tests could be in quarantine`);
  return found.root;
}

function indexesOf<T>(items: readonly T[], wanted: (item: T) => boolean): number[] {
  return items.flatMap((item, index) => (wanted(item) ? [index] : []));
}

const invalid = (field: string, message: string) => new Refusal('invalid', message, [{ field, message }]);
const cut = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
