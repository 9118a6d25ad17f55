import type { Change, ComparedRun, ComparedTest, Comparison, KnownTest, QuarantineEntry, SlowerTest } from '../../contract/insights.ts';
import { matches } from '../quarantine/match.ts';
import { PART } from '../store/run-facts.ts';
import type { Run, Runs } from '../store/runs.ts';
import type { TestOutcomes } from '../store/test-outcomes.ts';
import { type ComparedFailures, compareFailures } from './compare-failures.ts';
import type { FlakyFinder } from './find-flaky.ts';
import { isSlower, median } from './noise.ts';
import { firstLineOf } from './normalise.ts';

const MOST_LISTED = 200;
/** Earlier runs that say how long a test usually takes. */
const EARLIER_RUNS = 30;
/** How far back a row of failed runs is followed. */
const LONGEST_STREAK = 200;
const MAIN_BRANCHES = ['main', 'master', 'trunk'];

export type Chosen = Exclude<Comparison['chosen'], 'asked'>;

/** What is compared with what, and what comes of it. */
export class RunComparer {
  readonly #runs: Runs;
  readonly #tests: TestOutcomes;
  readonly #flaky: FlakyFinder;

  constructor(runs: Runs, tests: TestOutcomes, flaky: FlakyFinder) {
    this.#runs = runs;
    this.#tests = tests;
    this.#flaky = flaky;
  }

  /** The run to compare with: the last whole one of the suite on the main branch, else on its own, else at all. `mainBranch`: as origin calls it. */
  baseOf(run: Run, mainBranch: string | null): { base: Run | null; chosen: Chosen } {
    const main = mainBranch === null ? MAIN_BRANCHES : [mainBranch, ...MAIN_BRANCHES];
    // A run with arguments of its own is best compared with one that had the same.
    const scopes = run.scope === '' || run.scope === PART ? [''] : [run.scope, ''];
    for (const scope of scopes) {
      const on = (branches: readonly string[] | null) => this.#runs.lastWhole(run.suite, { before: run, scope, branches });
      const ofMain = on(main);
      if (ofMain) return { base: ofMain, chosen: 'main_branch' };
      const ofBranch = run.branch === null ? null : on([run.branch]);
      if (ofBranch) return { base: ofBranch, chosen: 'same_branch' };
      const any = on(null);
      if (any) return { base: any, chosen: 'previous' };
    }
    return { base: null, chosen: null };
  }

  compare(run: Run, base: Run | null, chosen: Comparison['chosen'], quarantined: readonly QuarantineEntry[]): Comparison {
    const failures = this.#failures(run, base, quarantined);
    const isPartial = base !== null && (run.scope !== base.scope || !run.exited || !base.exited);
    const sameTests = base === null || isPartial || (run.suite === base.suite && run.testSet === base.testSet);
    const newTests = base === null || sameTests ? [] : this.#tests.onlyIn(run.number, base);
    const goneTests = base === null || sameTests ? [] : this.#tests.onlyIn(base.number, run);
    const slower = base === null ? [] : this.#slower(run, base);
    const messages = new Map(
      [...(base ? this.#wrongAs(base, run.suite) : []), ...this.#tests.wrongIn(run.number)].map((one) => [one.test, one.message]),
    );
    const told = (tests: readonly number[]): ComparedTest[] =>
      tests.slice(0, MOST_LISTED).map((test) => {
        const message = this.#tests.message(messages.get(test) ?? null);
        return { ...this.#known(test), message: message === null ? null : firstLineOf(message) };
      });
    return {
      run: this.#comparedRun(run),
      base: base && this.#comparedRun(base),
      chosen: base && chosen,
      isPartial,
      newFailures: told(failures.newFailures),
      fixed: told(failures.fixed),
      stillFailing: told(failures.stillFailing),
      knownFlaky: told(failures.knownFlaky),
      quarantined: told(failures.quarantined),
      slower: slower.slice(0, MOST_LISTED),
      newTests: newTests.slice(0, MOST_LISTED).map((test) => this.#known(test)),
      goneTests: goneTests.slice(0, MOST_LISTED).map((test) => this.#known(test)),
      counts: {
        newFailures: failures.newFailures.length,
        fixed: failures.fixed.length,
        stillFailing: failures.stillFailing.length,
        knownFlaky: failures.knownFlaky.length,
        quarantined: failures.quarantined.length,
        slower: slower.length,
        newTests: newTests.length,
        goneTests: goneTests.length,
      },
    };
  }

  /** The same in figures, for a task that has just ended: looks at what failed alone. */
  changeOf(run: Run, base: Run | null, quarantined: readonly QuarantineEntry[]): Change {
    const failures = this.#failures(run, base, quarantined);
    return {
      new: failures.newFailures.length,
      fixed: failures.fixed.length,
      stillFailing: failures.stillFailing.length,
      knownFlaky: failures.knownFlaky.length,
      base: base?.taskId ?? null,
      ...this.#streak(run),
    };
  }

  #failures(run: Run, base: Run | null, quarantined: readonly QuarantineEntry[]): ComparedFailures {
    const flaky = this.#flaky.flakyIds(run.suite, { before: run });
    return compareFailures({
      now: new Map(this.#tests.wrongIn(run.number).map(({ test, outcome }) => [test, outcome])),
      before: new Map(base === null ? [] : this.#wrongAs(base, run.suite).map(({ test, outcome }) => [test, outcome])),
      outcomeNow: (test) => this.#tests.outcome(run.number, test),
      wasFlaky: (test) => flaky.has(test),
      isQuarantined: (test) => quarantined.length > 0 && quarantined.some((entry) => matches(entry, this.#tests.test(test))),
    });
  }

  /** What went wrong in a run, its tests named as another suite names them. */
  #wrongAs(run: Run, suite: number) {
    const wrong = this.#tests.wrongIn(run.number);
    if (run.suite === suite) return wrong;
    return wrong.flatMap((one) => {
      const test = this.#tests.inSuite(one.test, suite);
      return test === null ? [] : [{ ...one, test }];
    });
  }

  #slower(run: Run, base: Run): SlowerTest[] {
    const slower: SlowerTest[] = [];
    for (const { test, durationMs } of this.#tests.longer(run.number, base, MOST_LISTED)) {
      const own = this.#tests.durationsBefore(test, run.number, EARLIER_RUNS);
      const earlier = own.length > 0 ? own : this.#durationsIn(base, test);
      const usualMs = median(earlier);
      if (usualMs !== null && isSlower(durationMs, earlier)) slower.push({ ...this.#known(test), durationMs, usualMs });
    }
    return slower;
  }

  /** Of a test that its own suite has not run before: how long it took in the other one's. */
  #durationsIn(base: Run, test: number): number[] {
    const other = this.#tests.inSuite(test, base.suite);
    return other === null ? [] : this.#tests.durationsBefore(other, base.number + 1, EARLIER_RUNS);
  }

  /** How the runs on the same branch came out directly before this one. */
  #streak(run: Run): Pick<Change, 'since' | 'recoveredAfter'> {
    const before = this.#runs
      .newest(run.suite, { limit: LONGEST_STREAK, before: run })
      .filter(({ branch, status, scope }) => branch === run.branch && status !== 'cancelled' && scope === run.scope);
    const green = before.findIndex((one) => !isRed(one));
    const red = green === -1 ? before : before.slice(0, green);
    if (isRed(run)) return { since: red.at(-1)?.number ?? null, recoveredAfter: 0 };
    return { since: null, recoveredAfter: isGreen(run) ? red.length : 0 };
  }

  #comparedRun({ taskId, number, branch, commit, endedAt, verdict, suite }: Run): ComparedRun {
    return { taskId, number, branch, commit, endedAt, verdict, environment: this.#runs.suiteById(suite)?.environment ?? '' };
  }

  #known(id: number): KnownTest {
    const { title, file, line, browser } = this.#tests.test(id);
    return { title, file, line, browser };
  }
}

const isRed = ({ verdict, status }: Run) => verdict === 'failed' || status === 'timeout';
const isGreen = ({ verdict, status }: Run) =>
  (verdict === 'passed' || verdict === 'flaky') && status !== 'timeout' && status !== 'cancelled';
