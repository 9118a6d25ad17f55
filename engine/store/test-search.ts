import type { Database } from './database.ts';
import type { HasTest } from './result-filter.ts';

/** The trigram index knows no shorter ones (https://sqlite.org/fts5.html#the_trigram_tokenizer). */
const SHORTEST = 3;
/** Up to so many runs are listed beforehand; where there are more, each run is looked at when its turn comes. */
const MOST_LISTED = 2000;
/** Up to so many tests are looked up in a run one by one; with more, the run's tests are read. */
const MOST_PROBED = 40;

/** Which runs had a test whose title holds a word. */
export class TestSearch {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  named(word: string): HasTest {
    const tests = this.#testsNamed(word);
    if (tests.size === 0) return () => false;
    const listed = this.#runsOf(tests);
    if (listed) return ({ number }) => listed.has(number);
    // Most runs of a suite have the same tests: one of them answers for all.
    const answers = new Map<number, boolean>();
    return ({ number, testSet }) => {
      if (testSet === null) return false;
      const known = answers.get(testSet);
      if (known !== undefined) return known;
      const answer = this.#hasOneOf(number, tests);
      answers.set(testSet, answer);
      return answer;
    };
  }

  #testsNamed(word: string): ReadonlySet<number> {
    const rows =
      [...word].length < SHORTEST
        ? this.#db.sql.prepare('SELECT id AS id FROM tests WHERE instr(lower(title), ?) > 0').all(word)
        : this.#db.sql.prepare('SELECT rowid AS id FROM test_titles WHERE test_titles MATCH ?').all(`"${word.replaceAll('"', '""')}"`);
    return new Set(rows.map(({ id }) => Number(id)));
  }

  /** The numbers of the runs that had one of these tests; null where there are too many to list. */
  #runsOf(tests: ReadonlySet<number>): ReadonlySet<number> | null {
    const runs = new Set<number>();
    const select = this.#db.sql.prepare('SELECT task FROM test_runs WHERE test = ? LIMIT ?');
    let read = 0;
    for (const test of tests) {
      for (const { task } of select.all(test, MOST_LISTED - read + 1)) {
        runs.add(Number(task));
        read += 1;
      }
      if (read > MOST_LISTED) return null;
    }
    return runs;
  }

  #hasOneOf(number: number, tests: ReadonlySet<number>): boolean {
    if (tests.size <= MOST_PROBED) {
      const probe = this.#db.sql.prepare('SELECT 1 FROM test_runs WHERE task = ? AND test = ?');
      return [...tests].some((test) => probe.get(number, test) !== undefined);
    }
    for (const { test } of this.#db.sql.prepare('SELECT test FROM test_runs WHERE task = ?').iterate(number)) {
      if (tests.has(Number(test))) return true;
    }
    return false;
  }
}
