import type { Change, ComparedRun, ComparedTest, Comparison, KnownTest, QuarantineEntry, SlowerTest } from '../../contract/insights.ts';
import type { TestStatus } from '../../contract/result.ts';
import { paced } from '../paced.ts';
import { matcherOf } from '../quarantine/match.ts';
import { PART } from '../store/run-facts.ts';
import type { Run, Runs } from '../store/runs.ts';
import type { TestOutcomes, WrongOutcome } from '../store/test-outcomes.ts';
import { type ComparedFailures, compareFailures } from './compare-failures.ts';
import type { FlakyFinder } from './find-flaky.ts';
import { isSlower, median } from './noise.ts';
import { firstLineOf } from './normalise.ts';

const MOST_LISTED = 200;
/** Earlier runs that say how long a test usually takes. */
const EARLIER_RUNS = 30;
/** How far back a row of failed runs is followed. */
const LONGEST_STREAK = 200;
/** Tests whose earlier runs are read in one go. */
const AT_ONCE = 100;
const MAIN_BRANCHES = ['main', 'master', 'trunk'];

export type Chosen = Exclude<Comparison['chosen'], 'asked'>;

/** What became of failures, and the ids of the messages of them all. */
interface Failures {
  lists: ComparedFailures;
  messages: ReadonlyMap<number, number | null>;
}

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

  async compare(run: Run, base: Run | null, chosen: Comparison['chosen'], quarantined: readonly QuarantineEntry[]): Promise<Comparison> {
    const { lists: failures, messages } = await this.#failures(run, base, quarantined);
    const isPartial = base !== null && (run.scope !== base.scope || !run.exited || !base.exited);
    const sameTests = base === null || isPartial || (run.suite === base.suite && run.testSet === base.testSet);
    const newTests = base === null || sameTests ? [] : await this.#tests.onlyIn(run.number, base);
    const goneTests = base === null || sameTests ? [] : await this.#tests.onlyIn(base.number, run);
    const slower = base === null ? [] : await this.#slower(run, base);
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
  async changeOf(run: Run, base: Run | null, quarantined: readonly QuarantineEntry[]): Promise<Change> {
    const { lists: failures } = await this.#failures(run, base, quarantined);
    return {
      new: failures.newFailures.length,
      fixed: failures.fixed.length,
      stillFailing: failures.stillFailing.length,
      knownFlaky: failures.knownFlaky.length,
      base: base?.taskId ?? null,
      ...this.#streak(run),
    };
  }

  async #failures(run: Run, base: Run | null, quarantined: readonly QuarantineEntry[]): Promise<Failures> {
    const flaky = await this.#flaky.flakyIds(run.suite, { before: run });
    const messages = new Map<number, number | null>();
    const [now, before] = [new Map<number, TestStatus>(), new Map<number, TestStatus>()];
    if (base !== null) {
      for await (const { test, outcome, message } of this.#wrongAs(base, run.suite)) {
        before.set(test, outcome);
        messages.set(test, message);
      }
    }
    for await (const { test, outcome, message } of this.#tests.allWrongIn(run.number)) {
      now.set(test, outcome);
      messages.set(test, message);
    }
    const entriesOf = matcherOf(quarantined);
    const lists = await compareFailures({
      now,
      before,
      outcomeNow: (test) => this.#tests.outcome(run.number, test),
      wasFlaky: (test) => flaky.has(test),
      isQuarantined: (test) => quarantined.length > 0 && entriesOf(this.#tests.test(test)).length > 0,
    });
    return { lists, messages };
  }

  /** What went wrong in a run, its tests named as another suite names them. */
  async *#wrongAs(run: Run, suite: number): AsyncGenerator<WrongOutcome> {
    for await (const one of this.#tests.allWrongIn(run.number)) {
      const test = run.suite === suite ? one.test : this.#tests.inSuite(one.test, suite);
      if (test !== null) yield { ...one, test };
    }
  }

  async #slower(run: Run, base: Run): Promise<SlowerTest[]> {
    const slower: SlowerTest[] = [];
    for await (const { test, durationMs } of paced(await this.#tests.longer(run.number, base, MOST_LISTED), AT_ONCE)) {
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
